"""Answers of a server that misbehaves, byte by byte."""

import gzip
import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import attrs

__all__ = ["BrokenAnswer", "MisbehavingServer", "broken_answers", "cut"]


@attrs.define(frozen=True)
class BrokenAnswer:
    """What comes in place of an answer.

    Attributes:
        name: what it is, for a report.
        raw: the bytes that come before the connection is closed.
        meant: JSON text that can be read out of it, so that a client may; None where nothing can.
        pause: seconds before each part.
        parts: how many parts it comes in.
        silence: seconds before the connection is closed.
        reads: whether the request is read before.
    """

    name: str
    raw: bytes = attrs.field(repr=False)
    meant: bytes | None = attrs.field(default=None, repr=False)
    pause: float = 0.0
    parts: int = 1
    silence: float = 0.0
    reads: bool = True

    @property
    def status(self) -> int | None:
        """HTTP status of its first line; None where it has none."""
        found = re.match(rb"HTTP/1\.[01] ([1-9][0-9]{2})( |\r)", self.raw)
        return None if found is None else int(found[1])


def broken_answers(body: bytes, echo: str, timeout: float) -> Iterator[BrokenAnswer]:
    """List answers that go wrong.

    Args:
        body: JSON text of a right one.
        echo: what a careless server repeats of the request.
        timeout: seconds that the client waits; slow answers are made to fit.
    """
    ok = "200 OK"
    yield BrokenAnswer("no answer", b"")
    yield BrokenAnswer("a connection that is closed at once", b"", reads=False)
    yield BrokenAnswer("silence", b"", silence=timeout * 2)
    yield BrokenAnswer("a head, and then silence", _head(ok, len(body)), silence=timeout * 2)
    yield BrokenAnswer("an answer that trickles", _answer(ok, body), body, pause=timeout / 10, parts=4)
    for status in (ok, "201 Created", "202 Accepted", "204 No Content", "206 Partial Content", "299 Fine"):
        yield BrokenAnswer(f"{status} without a body", _answer(status, b""))
    for status in ("302 Found", "304 Not Modified", "307 Temporary Redirect"):
        yield BrokenAnswer(status, _answer(status, body, "Location: http://127.0.0.1:9/elsewhere"))
    for status in ("502 Bad Gateway", "503 Service Unavailable", "200 OK", "404 Not Found"):
        page = f"<html><body><h1>{status}</h1>{echo}</body></html>".encode()
        yield BrokenAnswer(f"{status} with a page", _answer(status, page, kind="text/html"))
    for status in ("400 Bad Request", "401 Unauthorized", "409 Conflict", "500 Internal Server Error", "599 Beyond"):
        echo = f'{{"errorCode": "x", "description": "{echo}", "traceId": "{echo}", "cause": {{"{echo}": ["{echo}"]}}}}'
        yield BrokenAnswer(f"{status} that repeats secrets", _answer(status, echo.encode(), f"Retry-After: {echo}"))
        yield BrokenAnswer(f"{status} with a list", _answer(status, f'["{echo}"]'.encode()))
        odd = b'{"errorCode": 5, "description": null, "cause": {"a": null, "b": [1, {}], "c": "d"}, "traceId": []}'
        yield BrokenAnswer(f"{status} with an error of another form", _answer(status, odd))
    for line in (
        f"HTTP/1.1 {echo}",
        "HTTP/1.1",
        "HTTP/1.1 99 Low",
        "HTTP/1.1 2000 High",
        "HTTP/3.7 200 OK",
        "SSH-2.0-x",
        "",
    ):
        yield BrokenAnswer(f"status line {line[:12]!r}", f"{line}\r\nContent-Length: 2\r\n\r\n{{}}".encode())
    for header in (f"no colon {echo}", f": {echo}", "Content-Length: -1", "Content-Length: x", "X: " + "y" * 200_000):
        yield BrokenAnswer(f"header {header[:12]!r}", _answer(ok, body, header), body)
    yield BrokenAnswer("two lengths", _answer(ok, body, "Content-Length: 1"), body)
    yield BrokenAnswer("a longer length", _head(ok, len(body) + 1) + body)
    yield BrokenAnswer("a shorter length", _head(ok, len(body) - 1) + body)
    yield BrokenAnswer("chunks that are none", _chunked(b"zz\r\n" + body))
    yield BrokenAnswer("chunks that end too soon", _chunked(b"%x\r\n" % len(body) + body[:-3]))
    yield BrokenAnswer("chunks without an end", _chunked(b"%x\r\n" % len(body) + body + b"\r\n"))
    packed = gzip.compress(body)
    yield BrokenAnswer("what is called gzip", _answer(ok, body, "Content-Encoding: gzip"))
    yield BrokenAnswer("half of gzip", _answer(ok, packed[: len(packed) // 2], "Content-Encoding: gzip"))
    yield BrokenAnswer("gzip that is not called so", _answer(ok, packed))
    yield BrokenAnswer("an unknown encoding", _answer(ok, body, "Content-Encoding: zip7"), body)
    yield BrokenAnswer("another media type", _answer(ok, body, kind="text/plain"), body)
    yield BrokenAnswer("another charset", _answer(ok, body, kind="application/json; charset=koi8-r"), body)
    yield BrokenAnswer("no media type", _head(ok, len(body), kind=None) + body, body)
    yield BrokenAnswer("a byte order mark", _answer(ok, b"\xef\xbb\xbf" + body), body)
    yield BrokenAnswer("UTF-16", _answer(ok, body.decode().encode("utf-16")), body)
    yield BrokenAnswer("bytes that are no UTF-8", _answer(ok, body.replace(b"{", b'{"\xff\xfe": "\x80", ', 1)))
    for name, text in {**_OTHER_JSON, "a text": f'"{echo}"'.encode(), "no JSON": f"<{echo}>".encode()}.items():
        yield BrokenAnswer(name, _answer(ok, text))
    yield BrokenAnswer("a key twice", _answer(ok, body.replace(b"{", b'{"amount": null, ', 1)))
    yield BrokenAnswer("a number beyond all bounds", _answer(ok, _with(body, b"1e99999999999999999999")))
    grown = _with(body, b"1e999999999")
    yield BrokenAnswer("a number beyond all use", _answer(ok, grown), grown)
    grown = _with(body, b"9" * 5000)
    yield BrokenAnswer("a number of 5000 digits", _answer(ok, grown), grown)
    yield BrokenAnswer("an infinity", _answer(ok, _with(body, b"Infinity")))
    grown = _with(body, b"[" * 100_000 + b"]" * 100_000)
    yield BrokenAnswer("deep nesting", _answer(ok, grown), grown)
    grown = _with(body, b'"\\ud800"')
    yield BrokenAnswer("half of a surrogate pair", _answer(ok, grown), grown)


def cut(body: bytes, positions: Sequence[int]) -> Iterator[BrokenAnswer]:
    """Break a right answer off after so many bytes, and say whether it told its length before."""
    for whole, how in ((_answer("200 OK", body), "of known length"), (_endless(body), "that ends with its connection")):
        for position in sorted({min(each, len(whole) - 1) for each in positions}):
            yield BrokenAnswer(f"an answer {how}, broken off after {position} bytes", whole[:position])


_OTHER_JSON = {
    "null": b"null",
    "true": b"true",
    "a number": b"5",
    "an empty list": b"[5]",
    "an empty object": b"{}",
    "white space": b" \r\n\t ",
    "two values": b"{} {}",
    "single quotes": b"{'paymentId': '1'}",
    "a comma too much": b'{"paymentId": "1",}',
    "bytes of zero": b"\x00" * 64,
}


def _head(status: str, length: int, *more: str, kind: str | None = "application/json") -> bytes:
    lines = [f"HTTP/1.1 {status}", *more, f"Content-Length: {length}", *([f"Content-Type: {kind}"] if kind else [])]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


def _answer(status: str, body: bytes, *more: str, kind: str = "application/json") -> bytes:
    return _head(status, len(body), *more, kind=kind) + body


def _chunked(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n" + body


def _endless(body: bytes) -> bytes:
    return b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + body


def _with(body: bytes, value: bytes) -> bytes:
    return body.replace(b"{", b'{"unheardOf": ' + value + b", ", 1)


class MisbehavingServer:
    """Takes a request on loopback, sends the bytes of ``answer``, and closes the connection."""

    def __init__(self) -> None:
        self.answer = BrokenAnswer("no answer", b"")
        self.requests = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def base_url(self) -> str:
        """Base URL for a client."""
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}/partner"

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                connection.settimeout(5)
                self._misbehave(connection, self.answer)

    def _misbehave(self, connection: socket.socket, answer: BrokenAnswer) -> None:
        if answer.reads:
            _read(connection)
            self.requests += 1
        size = -(-len(answer.raw) // answer.parts) or 1
        for start in range(0, max(len(answer.raw), 1), size):
            if answer.pause and _is_left(connection, answer.pause):
                return
            connection.sendall(answer.raw[start : start + size])
        if answer.silence:
            _is_left(connection, answer.silence)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(timeout=10)


def _read(connection: socket.socket) -> None:
    """Read a request whole, so that what comes after it is an answer."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65536)
        if not part:
            return
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while lengths and len(body) < lengths[0]:
        part = connection.recv(65536)
        if not part:
            return
        body += part


def _is_left(connection: socket.socket, seconds: float) -> bool:
    """Wait; whether the other side closed the connection meanwhile."""
    until = time.monotonic() + seconds
    connection.settimeout(seconds)
    try:
        return not connection.recv(1)
    except TimeoutError:
        return time.monotonic() < until
    except OSError:
        return True
