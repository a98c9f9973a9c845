"""Broken clients: faults between the client under test and what it talks to."""

from decimal import Decimal
from typing import Any

import httpx

from qiwi_payin_contract.clients import Transport
from qiwi_payin_contract.description import description
from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.json_text import dumps, loads

_SCHEMAS = ("Bill", "Payment", "Capture", "Refund")


class _ClientFault(Fault):
    """A client that sends or reads something else, before a server that is right."""

    group = "client"

    def apply(self, call: Call, forward: Forward) -> Answer:
        return forward(call)

    def client(self, transport: Transport) -> Transport:
        return lambda request: self.read(transport(self.sent(request)))

    def sent(self, request: httpx.Request) -> httpx.Request:
        """Send something else."""
        return request

    def read(self, response: httpx.Response) -> httpx.Response:
        """Read something else."""
        return response


def _remade(request: httpx.Request, **parts: Any) -> httpx.Request:
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    made = {"method": request.method, "url": request.url, "headers": headers, "content": request.content}
    return httpx.Request(**{**made, **parts})


class ClientSendsFloats(_ClientFault):
    """Writes sums as the numbers that a float makes of them, 150.0."""

    rules = frozenset({"QP-CLI-001"})

    def sent(self, request: httpx.Request) -> httpx.Request:
        body = loads(request.content) if request.content else None
        if not isinstance(body, dict) or not isinstance(body.get("amount"), dict):
            return request
        amount = {**body["amount"], "value": Decimal(str(float(body["amount"]["value"])))}
        return _remade(request, content=dumps({**body, "amount": amount}).encode())


class ClientDropsEmpty(_ClientFault):
    """Leaves out of a body what is empty."""

    rules = frozenset({"QP-CLI-001"})

    def sent(self, request: httpx.Request) -> httpx.Request:
        body = loads(request.content) if request.content else None
        if not isinstance(body, dict):
            return request
        kept = {name: value for name, value in body.items() if value not in ("", [], {})}
        return _remade(request, content=dumps(kept).encode())


class ClientForgetsKey(_ClientFault):
    """Reads without Authorization."""

    rules = frozenset({"QP-CLI-001"})

    def sent(self, request: httpx.Request) -> httpx.Request:
        if request.method != "GET":
            return request
        kept = {name: value for name, value in request.headers.items() if name != "authorization"}
        return _remade(request, headers=kept)


class ClientDropsUnknown(_ClientFault):
    """Forgets fields of an answer that no document names."""

    rules = frozenset({"QP-CLI-002"})

    def read(self, response: httpx.Response) -> httpx.Response:
        body = loads(response.content) if response.content else None
        if response.is_error or not isinstance(body, dict):
            return response
        known = {
            name for schema in _SCHEMAS for name in description().at(f"#/components/schemas/{schema}")["properties"]
        }
        kept = {name: value for name, value in body.items() if name in known}
        return httpx.Response(response.status_code, content=dumps(kept).encode())


class ClientIgnoresRefusal(_ClientFault):
    """Takes what is not found for an empty answer."""

    rules = frozenset({"QP-CLI-003"})

    def read(self, response: httpx.Response) -> httpx.Response:
        return httpx.Response(200, content=b"[]") if response.status_code == 404 else response


class ClientLosesCause(_ClientFault):
    """Tells of an error without its cause."""

    rules = frozenset({"QP-CLI-003"})

    def read(self, response: httpx.Response) -> httpx.Response:
        body = loads(response.content) if response.is_error and response.content else None
        if not isinstance(body, dict):
            return response
        kept = {name: value for name, value in body.items() if name != "cause"}
        return httpx.Response(response.status_code, content=dumps(kept).encode())
