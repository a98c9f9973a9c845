# ruff: noqa: ARG002 - httpcore says what its parts are called with
"""A sandbox behind a line that is cut after so many bytes, of the request or of the answer.

The bytes are those that httpx really writes and reads: only the socket is not there.
"""

from typing import Any

import httpcore
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox.http.message import Request, headers_of


class Wiring(httpcore.NetworkBackend):
    """Connects to a sandbox. Each connection takes its cut from `cuts`, and without one is whole."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.cuts: list[int] = []
        """For connections to come: after how many bytes each is cut. -1: it cannot be made."""
        self.is_reset = False
        """Whether a cut is an error of the socket, and not its end."""
        self.statuses: list[int] = []
        """What the requests that arrived whole were answered with."""
        self.length = 0
        """Bytes of the last exchange."""
        self.request_length = 0
        """Bytes of its request."""

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> Any:
        """Open a connection."""
        cut = self.cuts.pop(0) if self.cuts else None
        if cut == -1:
            raise httpcore.ConnectError("refused")
        return Line(self, cut)

    def answer(self, request: bytes) -> bytes:
        """Let the sandbox carry out a request, and return its answer."""
        head, _, body = request.partition(b"\r\n\r\n")
        start, *lines = head.split(b"\r\n")
        method, path, _ = start.decode().split(" ")
        headers = headers_of([(name, value) for name, _, value in (line.partition(b": ") for line in lines)])
        found = self._sandbox.handle(Request(method=method, path=path, headers=headers, body=body, peer_is_local=True))
        self.statuses.append(found.status)
        if found.cut:
            return b""
        fields = {**found.headers, "Content-Length": str(len(found.body))} if found.status != 204 else found.headers
        told = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return f"HTTP/1.1 {found.status} X\r\n{told}\r\n".encode() + found.body


class AsyncWiring(httpcore.AsyncNetworkBackend):
    """The same, for async code."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> Any:
        """Open a connection."""
        return AsyncLine(self._wiring.connect_tcp(host, port))


class Line(httpcore.NetworkStream):
    """One connection."""

    def __init__(self, wiring: Wiring, cut: int | None) -> None:
        self._wiring = wiring
        self._cut = cut
        self._sent = b""
        self._answer: bytes | None = None
        self._read = 0

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Take bytes of the request, up to the cut."""
        if self._answer is not None:
            self._sent, self._answer, self._read = b"", None, 0
        before, self._sent = len(self._sent), (self._sent + buffer)[: self._cut]
        if len(self._sent) < before + len(buffer) or (len(self._sent) == self._cut and self._wiring.is_reset):
            raise httpcore.WriteError("cut")  # what was sent before has arrived all the same

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Give bytes of the answer, up to the cut."""
        if self._answer is None:
            self._answer = self._wiring.answer(self._sent) if _is_whole(self._sent) else b""
            self._wiring.request_length = len(self._sent)
            self._wiring.length = len(self._sent) + len(self._answer)
        end = len(self._answer) if self._cut is None else min(len(self._answer), self._cut - len(self._sent))
        piece = self._answer[self._read : min(end, self._read + max_bytes)]
        self._read += len(piece)
        if not piece and self._wiring.is_reset:
            raise httpcore.ReadError("cut")
        return piece

    def close(self) -> None:
        """Hang up."""

    def get_extra_info(self, info: str) -> Any:
        """Nobody waits on it, and it is never readable while idle."""
        return None


def _is_whole(request: bytes) -> bool:
    head, end, body = request.partition(b"\r\n\r\n")
    lengths = [int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and len(body) >= sum(lengths)


class AsyncLine(httpcore.AsyncNetworkStream):
    """One connection, for async code."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's
        """Take bytes of the request, up to the cut."""
        self._line.write(buffer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's
        """Give bytes of the answer, up to the cut."""
        return self._line.read(max_bytes)

    async def aclose(self) -> None:
        """Hang up."""

    def get_extra_info(self, info: str) -> Any:
        """Nobody waits on it, and it is never readable while idle."""
        return None
