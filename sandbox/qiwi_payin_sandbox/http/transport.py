"""Transports for httpx that reach a sandbox in the same process, without a socket.

What a network would do to an answer is done to it too: httpx raises the errors that it raises there.
"""

import time
from collections.abc import AsyncIterator, Callable, Iterator

import anyio
import anyio.to_thread
import httpx

from qiwi_payin_sandbox.http.message import Request, Response, headers_of

Handle = Callable[[Request], Response]


class SandboxTransport(httpx.BaseTransport):
    """Hands requests of `httpx.Client` to a sandbox."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request.

        Raises:
            httpx.TransportError: The answer comes too late for the client's time-out, or not at all.
        """
        request.read()
        passage = _Passage(self._handle(_received(request)), request)
        if passage.first_wait:
            time.sleep(passage.first_wait)
        return passage.arrived()


class AsyncSandboxTransport(httpx.AsyncBaseTransport):
    """Hands requests of `httpx.AsyncClient` to a sandbox, in a thread."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request.

        Raises:
            httpx.TransportError: The answer comes too late for the client's time-out, or not at all.
        """
        await request.aread()
        passage = _Passage(await anyio.to_thread.run_sync(self._handle, _received(request)), request)
        if passage.first_wait:
            await anyio.sleep(passage.first_wait)
        return passage.arrived()


class _Passage(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer on its way to the client, as the stream of its body."""

    def __init__(self, response: Response, request: httpx.Request) -> None:
        self._response = response
        patience = request.extensions.get("timeout", {}).get("read")
        self._patience = float("inf") if patience is None else float(patience)

    @property
    def first_wait(self) -> float:
        """Seconds until the answer comes or the client gives up."""
        return min(self._response.delay_seconds, self._patience)

    def arrived(self) -> httpx.Response:
        """Return what comes after the first wait, or raise what httpx makes of it."""
        response = self._response
        if response.delay_seconds > self._patience:
            raise httpx.ReadTimeout("timed out")
        if response.cut == "reset":
            raise httpx.ReadError("[Errno 104] Connection reset by peer")
        if response.cut == "lost":
            raise httpx.RemoteProtocolError("Server disconnected without sending a response.")
        if not response.cut and not response.trickle_seconds:
            return httpx.Response(response.status, headers=response.headers, content=response.body)
        headers = response.headers | {"Content-Length": str(len(response.body))}
        return httpx.Response(response.status, headers=headers, stream=self)

    def __iter__(self) -> Iterator[bytes]:
        for number, piece in enumerate(self._response.pieces):
            if number:
                time.sleep(self._pause)
                self._check_patience()
            yield piece
        self._check_end()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for number, piece in enumerate(self._response.pieces):
            if number:
                await anyio.sleep(self._pause)
                self._check_patience()
            yield piece
        self._check_end()

    @property
    def _pause(self) -> float:
        return min(self._response.pause_seconds, self._patience)

    def _check_patience(self) -> None:
        if self._response.pause_seconds > self._patience:
            raise httpx.ReadTimeout("timed out")

    def _check_end(self) -> None:
        if self._response.cut:
            whole, part = len(self._response.body), sum(map(len, self._response.pieces))
            raise httpx.RemoteProtocolError(
                "peer closed connection without sending complete message body "
                f"(received {part} bytes, expected {whole})"
            )


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
