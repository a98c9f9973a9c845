"""Transports for httpx that reach a sandbox in the same process, without a socket."""

from collections.abc import Callable

import anyio.to_thread
import httpx

from qiwi_payin_sandbox.http.message import Request, Response, headers_of

Handle = Callable[[Request], Response]


class SandboxTransport(httpx.BaseTransport):
    """Hands requests of `httpx.Client` to a sandbox."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        request.read()
        return _answered(self._handle(_received(request)))


class AsyncSandboxTransport(httpx.AsyncBaseTransport):
    """Hands requests of `httpx.AsyncClient` to a sandbox, in a thread."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request."""
        await request.aread()
        return _answered(await anyio.to_thread.run_sync(self._handle, _received(request)))


def _received(request: httpx.Request) -> Request:
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    return Request(
        method=request.method,
        path=path,
        query=query,
        headers=headers_of(request.headers.raw),
        body=request.content,
        peer_is_local=True,
    )


def _answered(response: Response) -> httpx.Response:
    return httpx.Response(response.status, headers=response.headers, content=response.body)
