"""What a connection may take: so many at a time, so large a head, so long until a request is there as a whole."""

import asyncio
from dataclasses import dataclass

_HEAD_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of a server.

    Attributes:
        connections: Connections at a time; requests on more are answered with 503.
        head: Bytes of a request line and its headers, more are answered with 431. What comes in one piece is taken.
        rest: Bytes that may still come of a request which was answered before its body had come as a whole.
        seconds: How long a connection may take until a request of it is there, body and all, before it is cut off.
            A connection that is kept for further requests is closed by itself when none comes.
        grace: Seconds that requests may go on for which are under way when the server stops, before they get a 503.
    """

    connections: int = 800
    head: int = 64 * 1024
    rest: int = 64 * 1024 * 1024
    seconds: float = 20.0
    grace: float = 2.0


def limited(protocol: type[asyncio.Protocol], limits: Limits) -> type[asyncio.Protocol]:  # noqa: C901 - a class in full
    """Return an HTTP protocol of uvicorn's that keeps the limits of one connection.

    Its method `cut_off_if_slow(now)` is to be called from time to time.
    """

    class LimitedProtocol(protocol):  # type: ignore[misc,valid-type]
        _head_size = 0
        _begun: float | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self._begun = self.loop.time()

        def data_received(self, data: bytes) -> None:
            before = self.cycle
            if before is not None and not before.response_complete:
                super().data_received(data)  # more of a body, or a request sent before the answer to the last
                return
            is_rest = before is not None and before.more_body  # which stays so where the answer was the first to end
            if self._head_size > (limits.rest if is_rest else limits.head):
                _end(self.transport, _HEAD_TOO_LARGE)
                return
            if not self._head_size:
                self._begun = self.loop.time()
            self._head_size += len(data)
            super().data_received(data)
            if self.cycle is not before:
                self._head_size = 0

        def cut_off_if_slow(self, now: float) -> None:
            begun, cycle = self._begun, self.cycle
            if begun is None or now - begun < limits.seconds:
                return
            if cycle is not None and not cycle.response_complete:
                if cycle.more_body and not cycle.response_started:
                    cycle.disconnected = True
                    cycle.message_event.set()
                    _end(self.transport, _TOO_SLOW)
            elif cycle is None or self._head_size:
                _end(self.transport, _TOO_SLOW)

    return LimitedProtocol


def _end(transport: asyncio.Transport, answer: bytes) -> None:
    if not transport.is_closing():
        transport.write(answer)
        transport.close()
