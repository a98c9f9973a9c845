"""How an answer leaves over ASGI: whole, late, in pieces, or not at all."""

import anyio
from starlette.types import Receive, Scope, Send

from qiwi_payin_sandbox.http.connection import connection_of
from qiwi_payin_sandbox.http.message import Response, StreamedResponse


async def send_response(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer as it says that it is to be sent.

    Where the server does not tell the connection, one that is to end without an answer ends with a broken one.
    """
    if isinstance(response, StreamedResponse):
        await response.follow(receive, send)
        return
    if response.goes_plainly:
        await send({"type": "http.response.start", "status": response.status, "headers": _headers(response)})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else response.body})
        return
    if response.delay_seconds and await _is_gone(receive, response.delay_seconds):
        return
    if response.cut in {"reset", "lost"} and connection_of(scope) is not None:
        await _hang_up(response, scope, receive)
        return
    await send({"type": "http.response.start", "status": response.status, "headers": _headers(response)})
    if response.cut in {"reset", "lost"}:
        return
    pieces = [b""] if scope["method"] == "HEAD" else response.pieces
    for number, piece in enumerate(pieces):
        if number and await _is_gone(receive, response.pause_seconds):
            return
        more = bool(response.cut) or number < len(pieces) - 1
        await send({"type": "http.response.body", "body": piece, "more_body": more})
    if response.cut:
        await _hang_up(response, scope, receive)


def _headers(response: Response) -> list[tuple[bytes, bytes]]:
    headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in response.headers.items()]
    if response.status != 204:  # noqa: PLR2004 - an answer without content has no length
        headers.append((b"content-length", str(len(response.body)).encode()))
    return headers


async def _hang_up(response: Response, scope: Scope, receive: Receive) -> None:
    connection = connection_of(scope)
    if connection is None:
        return
    if response.cut == "reset":
        connection.reset()
    else:
        connection.close()
    while (await receive())["type"] != "http.disconnect":  # servers take it ill that an application ends before that
        pass


async def _is_gone(receive: Receive, seconds: float) -> bool:
    """Wait, and tell whether the client has hung up meanwhile."""
    with anyio.move_on_after(seconds):
        while (await receive())["type"] != "http.disconnect":
            pass
        return True
    return False
