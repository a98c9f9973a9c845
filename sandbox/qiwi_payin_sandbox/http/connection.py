"""The TCP connection that carries a request, for what ASGI has no words for: to end it without an answer."""

import asyncio
import socket
import struct
import sys
from typing import Any

_STATE = "qiwi_payin.connection"
_NO_LINGER = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


class Connection:
    """A connection."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport

    def close(self) -> None:
        """Send what was written so far, then end the connection."""
        self._transport.close()

    def reset(self) -> None:
        """End the connection with a TCP reset, as a host does that has crashed."""
        carrier = self._transport.get_extra_info("socket")
        if carrier is not None:
            # options belong to the connection, not to the descriptor; event loops hand out sockets that take none
            with socket.fromfd(carrier.fileno(), carrier.family, carrier.type) as duplicate:
                duplicate.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()


def connection_of(scope: Any) -> Connection | None:
    """Return the connection of an ASGI request, None where the server does not tell it."""
    found = scope.get("state", {}).get(_STATE)
    return found if isinstance(found, Connection) else None


def protocol() -> type[asyncio.Protocol]:
    """Return uvicorn's HTTP protocol, made to tell applications the connection of a request."""
    from uvicorn.protocols.http.auto import AutoHTTPProtocol  # noqa: PLC0415 - needed by servers only

    class Protocol(AutoHTTPProtocol):  # type: ignore[misc,valid-type]
        app_state: dict[str, Any]

        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(transport)
            self.app_state = {**self.app_state, _STATE: Connection(transport)}

    return Protocol
