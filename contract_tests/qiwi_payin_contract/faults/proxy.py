"""A reverse proxy on loopback with a fault in it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import httpx

from qiwi_payin_contract.faults.messages import Answer, Call

if TYPE_CHECKING:
    from qiwi_payin_contract.faults.base import Fault

__all__ = ["FaultProxy"]

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"})


class FaultProxy:
    """Serves everything at the origin of a base URL, as a fault changes it.

    ``with FaultProxy(base_url, fault) as proxy:`` gives ``proxy.base_url`` in place of the real one.
    """

    def __init__(self, base_url: str, fault: "Fault") -> None:
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._base_path = parts.path.rstrip("/")
        self._fault = fault
        self._client = httpx.Client(timeout=60, trust_env=False)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._one_at_a_time = threading.Lock()

    @property
    def base_url(self) -> str:
        """Base URL of the broken server."""
        return f"http://127.0.0.1:{self._server.server_port}{self._base_path}"

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer a request as the broken server does. A fault keeps what it remembers without locks of its own."""
        path, _, query = target.partition("?")
        call = Call(method, path.removeprefix(self._base_path), query, headers, body)
        with self._one_at_a_time:
            return self._fault.apply(call, self._forward)

    def _forward(self, call: Call) -> Answer:
        prefix = self._base_path if call.path.startswith("/payin/") else ""
        url = f"{self._origin}{prefix}{call.path}" + (f"?{call.query}" if call.query else "")
        headers = {name: value for name, value in call.headers.items() if name not in _HOP_BY_HOP}
        answer = self._client.request(call.method, url, content=call.body or None, headers=headers)
        shown = {
            name.lower(): value
            for name, value in answer.headers.items()
            if name.lower() not in _HOP_BY_HOP | {"content-encoding"}
        }
        return Answer(answer.status_code, shown, answer.content)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._client.close()


def _handler(proxy: FaultProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = proxy.answer(self.command, self.path, headers, body)
            self.send_response_only(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 204 or answer.body:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_TRACE = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Write nothing: request lines do not belong on the suite's output."""

    return Handler
