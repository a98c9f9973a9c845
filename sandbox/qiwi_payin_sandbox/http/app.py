"""The ASGI application: the payer's pages, and everything else to the dispatcher."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from qiwi_payin_sandbox.http.dispatch import LARGEST_BODY
from qiwi_payin_sandbox.http.message import Request, Response, headers_of
from qiwi_payin_sandbox.http.sending import send_response
from qiwi_payin_sandbox.notifications.delivery import is_loopback


def make_app(handle: Callable[[Request], Response], pages: Sequence[BaseRoute]) -> Starlette:
    """Return the application.

    Args:
        handle: Answers requests of the API and of the control operations.
        pages: Routes of the payer's pages; they come first.
    """
    app = Starlette(routes=pages)
    app.router.default = _api(handle)  # a route's pattern would not match every path, such as one with a line break
    return app


def _api(handle: Callable[[Request], Response]) -> ASGIApp:
    async def api(scope: Scope, receive: Receive, send: Send) -> None:
        body = await _read(receive)
        if body is None:
            return
        client, raw_path = scope.get("client"), scope.get("raw_path")
        request = Request(
            method=scope["method"],
            path=raw_path.decode("latin-1") if raw_path else quote(scope["path"]),
            query=scope["query_string"].decode("latin-1"),
            headers=headers_of(scope["headers"]),
            body=body,
            peer_is_local=client is not None and is_loopback(client[0]),
        )
        response = await run_in_threadpool(handle, request)
        await send_response(response, scope, receive, send)

    return api


async def _read(receive: Receive) -> bytes | None:
    """Read the body, at most a little more than is accepted; None where the connection ended before it did."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None  # a part of a request, or an empty body in place of one, asks for something else
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > LARGEST_BODY or not message.get("more_body", False):
            return b"".join(parts)
