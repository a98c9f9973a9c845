"""The ASGI application: requests of the API straight to where they are answered, all others by way of Starlette."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Receive, Scope, Send

from qiwi_payin_sandbox.addresses import is_loopback
from qiwi_payin_sandbox.http.dispatch import LARGEST_BODY
from qiwi_payin_sandbox.http.message import Request, Response, headers_of
from qiwi_payin_sandbox.http.runners import Runner
from qiwi_payin_sandbox.http.sending import send_response

Handle = Callable[[Request], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """Requests that are answered at once, without waiting for anything but the store.

    Attributes:
        prefixes: What their paths begin with.
        runner: Where they are answered.
        failed: Answers one whose effects could not be stored, or that came too late.
    """

    prefixes: tuple[str, ...]
    runner: Runner
    failed: Callable[[Request, Exception], Response]


def make_app(
    handle: Handle,
    short: Short | None = None,
    lifespan: Callable[[Any], AbstractAsyncContextManager[None]] | None = None,
    largest_body: Callable[[Request], int] = lambda _: LARGEST_BODY,
) -> ASGIApp:
    """Return the application.

    Args:
        handle: Answers requests.
        short: Which requests go where they are answered together; all others are each given a thread.
        lifespan: What begins and ends with the server.
        largest_body: How much is read of the body of a request that is not short, by all else of it.
    """

    async def answer_in_thread(scope: Scope, receive: Receive, send: Send) -> None:
        largest = await run_in_threadpool(largest_body, _with_body(scope, b""))
        request = await _request(scope, receive, largest)
        if request is not None:
            await send_response(await run_in_threadpool(handle, request), scope, receive, send)

    starlette = Starlette(lifespan=lifespan)
    # a route's pattern would not match every path, such as one with a line break
    starlette.router.default = answer_in_thread
    if short is None:
        return starlette
    prefixes, runner, failed = short.prefixes, short.runner, short.failed

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(prefixes):
            await starlette(scope, receive, send)
            return
        request = await _request(scope, receive)
        if request is None:
            return
        try:
            response = await runner.run(partial(handle, request))
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked gets an answer
            response = await run_in_threadpool(failed, request, error)
        await send_response(response, scope, receive, send)

    return app


async def _request(scope: Scope, receive: Receive, largest_body: int = LARGEST_BODY) -> Request | None:
    body = await _read(receive, largest_body)
    return None if body is None else _with_body(scope, body)


def _with_body(scope: Scope, body: bytes) -> Request:
    client, raw_path = scope.get("client"), scope.get("raw_path")
    return Request(
        method=scope["method"],
        path=raw_path.decode("latin-1") if raw_path else quote(scope["path"]),
        query=scope["query_string"].decode("latin-1"),
        headers=headers_of(scope["headers"]),
        body=body,
        peer_is_local=client is not None and is_loopback(client[0]),
    )


async def _read(receive: Receive, largest: int) -> bytes | None:
    """Read the body, at most a little more than is accepted; None where the connection ended before it did."""
    message = await receive()
    if message["type"] != "http.disconnect" and not message.get("more_body", False):
        whole: bytes = message.get("body", b"")
        return whole
    parts, size = [], 0
    while message["type"] != "http.disconnect":
        part = message.get("body", b"")
        parts.append(part)
        size += len(part)
        if size > largest or not message.get("more_body", False):
            return b"".join(parts)
        message = await receive()
    return None  # a part of a request, or an empty body in place of one, asks for something else
