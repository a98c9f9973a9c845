"""A partner's shop on loopback: makes bills and payments over the API, and has pages to return to."""

from __future__ import annotations

import threading
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl

import httpx

if TYPE_CHECKING:
    from types import TracebackType

_AMOUNT = {"value": "150.00", "currency": "RUB"}


class Shop:
    """A partner with one payment on its own form and any number of bills.

    Args:
        site: The address of the site's operations.
        key: The API access key.
    """

    def __init__(self, site: str, key: str) -> None:
        self._client = httpx.Client(headers={"Authorization": f"Bearer {key}"}, trust_env=False)
        self._site = site
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.visits: list[str] = []
        self.headers: dict[str, str] = {}
        """Headers that its pages bear besides."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._client.close()

    @property
    def address(self) -> str:
        """Where the shop is."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def thanks(self) -> str:
        """The page to return to after success."""
        return f"{self.address}/thanks?order=1"

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Call an operation of the site."""
        answer = self._client.request(method, f"{self._site}/{path}", json=body)
        answer.raise_for_status()
        return answer.json()

    def bill(self, bill_id: str = "1", **fields: Any) -> Any:
        """Make a bill to be paid in one step."""
        body = {"amount": _AMOUNT, "expirationDateTime": "2099-07-07T14:30:00+03:00", "flags": ["SALE"]}
        return self.call("PUT", f"bills/{bill_id}", body | {"comment": "Spasibo"} | fields)

    def link(self, bill: Any, **parameters: str) -> str:
        """Return the bill's `payUrl` with parameters added."""
        return str(httpx.URL(bill["payUrl"]).copy_merge_params(parameters))

    def bill_status(self, bill_id: str = "1") -> Any:
        """Return the status of a bill."""
        return self.call("GET", f"bills/{bill_id}/details")["status"]["value"]

    def pay_on_own_form(self) -> Any:
        """Pay by a card that wants 3-D Secure, typed on the shop's own form."""
        card = {"type": "CARD", "pan": "4444443616621049", "expiryDate": "12/34", "cvv2": "849"}
        return self.call("PUT", "payments/1", {"paymentMethod": card, "amount": _AMOUNT, "flags": ["SALE"]})

    def _to_bank(self) -> str:
        three_ds = self.pay_on_own_form()["requirements"]["threeDS"]
        fields = {"PaReq": three_ds["pareq"], "MD": "order-1", "TermUrl": f"{self.address}/3ds"}
        hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(fields[name])}">' for name in fields)
        return f'<form method="post" action="{escape(three_ds["acsUrl"])}">{hidden}<button>To the bank</button></form>'

    def _complete(self, fields: dict[str, str]) -> str:
        payment = self.call("POST", "payments/1/complete", {"threeDS": {"pares": fields["PaRes"]}})
        return f"<h1>{escape(fields['MD'])}: {escape(payment['status']['value'])}</h1>"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/favicon.ico":
                    self.send_error(404)
                elif self.path == "/pay":
                    self._answer(shop._to_bank())
                else:
                    shop.visits.append(self.path)
                    self._answer("<h1>Thank you</h1>")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer(shop._complete(dict(parse_qsl(body))))

            def _answer(self, html: str) -> None:
                body = html.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                for name, value in shop.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
                """Say nothing."""

        return Handler
