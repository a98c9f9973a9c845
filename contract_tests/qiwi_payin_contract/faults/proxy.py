"""A reverse proxy on loopback with a fault in it."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import attrs
import httpx

from qiwi_payin_contract.faults.messages import Answer, Call, Message
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.target import is_loopback

if TYPE_CHECKING:
    from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.wire import trusted

__all__ = ["FaultProxy"]

_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"})
_RELAY = "/relay/"


class FaultProxy:
    """Serves everything at the origin of a base URL, as a fault changes it.

    ``with FaultProxy(base_url, fault) as proxy:`` gives ``proxy.base_url`` in place of the real one. Loopback addresses
    for notifications are replaced by the proxy's own on the way to the server, and put back on the way out, so that
    deliveries pass through the fault too.
    """

    def __init__(self, base_url: str, fault: "Fault") -> None:
        parts = urlsplit(base_url)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._base_path = parts.path.rstrip("/")
        self._fault = fault
        self._client = httpx.Client(timeout=60, trust_env=False, verify=trusted())
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._one_at_a_time = threading.Lock()
        self._addresses: list[str] = []

    @property
    def base_url(self) -> str:
        """Base URL of the broken server."""
        return f"http://127.0.0.1:{self._server.server_port}{self._base_path}"

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """Answer a request as the broken server does."""
        path, _, query = target.partition("?")
        if path.startswith(_RELAY):
            return self._relayed(int(path.removeprefix(_RELAY)), headers, body)
        call = Call(method, path.removeprefix(self._base_path), query, headers, body)
        # What a control operation sets off may come back as a request before it is answered.
        waits = self._fault.one_at_a_time and call.control is None
        with self._one_at_a_time if waits else nullcontext():
            return self._fault.apply(call, self._forward)

    def _relayed(self, number: int, headers: dict[str, str], body: bytes) -> Answer:
        message = Message(self._addresses[number], headers, self._with_addresses(body).decode())
        return Answer(self._fault.deliver(message, self._send), {}, b"")

    def _send(self, message: Message) -> int:
        headers = {name: value for name, value in message.headers.items() if name not in _HOP_BY_HOP | {"host"}}
        try:
            return self._client.post(message.url, content=message.text.encode(), headers=headers).status_code
        except httpx.HTTPError:
            return 502

    def _forward(self, call: Call) -> Answer:
        relays = self._relays_of(call)
        body = call.body
        for address, relay in relays.items():
            body = body.replace(address, relay)
        answer = self._forwarded(attrs.evolve(call, body=body))
        return attrs.evolve(answer, body=self._with_addresses(answer.body))

    def _with_addresses(self, text: bytes) -> bytes:
        """Put the partner's addresses in the place of the proxy's own."""
        for number, address in enumerate(self._addresses):
            text = text.replace(self._relay(number), address.encode())
        return text

    def _relays_of(self, call: Call) -> dict[bytes, bytes]:
        """The proxy's own addresses in place of those for notifications in a request."""
        relays = {}
        for places in (("callbackUrl",), ("customFields", "invoice_callback_url")):
            address = at(call.json, *places) if call.body else None
            if isinstance(address, str) and _on_this_machine(address):
                if address not in self._addresses:
                    self._addresses.append(address)
                relays[address.encode()] = self._relay(self._addresses.index(address))
        return relays

    def _relay(self, number: int) -> bytes:
        return f"http://127.0.0.1:{self._server.server_port}{_RELAY}{number:06}".encode()

    def _forwarded(self, call: Call) -> Answer:
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


def _on_this_machine(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme == "http" and is_loopback(parts.hostname or "")
    except ValueError:
        return False


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

        def __getattr__(self, name: str) -> Callable[[], None]:
            # Every method goes on, whatever its name: which of them are there is the real server's affair.
            if name.startswith("do_"):
                return self._serve
            raise AttributeError(name)

        def log_message(self, *_: object) -> None:
            """Write nothing: request lines do not belong on the suite's output."""

    return Handler
