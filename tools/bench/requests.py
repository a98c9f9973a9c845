"""The measured requests, as bytes; `{n}` stands for the eight digits of a number."""

import json
from dataclasses import dataclass
from typing import Any

SITE, KEY = "bench", "key-of-the-bench"
_BILL = {"amount": {"value": "150.00", "currency": "RUB"}, "expirationDateTime": "2090-01-01T00:00:00+03:00"}
_PAYMENT = {
    "amount": {"value": "150.00", "currency": "RUB"},
    "paymentMethod": {
        "type": "CARD",
        "pan": "4444443616621049",
        "expiryDate": "12/34",
        "cvv2": "123",
        "holderName": "CARDHOLDER NAME",
    },
}


@dataclass(frozen=True)
class Prepared:
    """A request.

    Attributes:
        name: What it is called in the report.
        text: The bytes as text, the Host header being the same for every port.
        is_read: It asks for objects that were made before, numbered from 0.
    """

    name: str
    text: str
    is_read: bool = False


def prepared(name: str, method: str, path: str, body: Any = None, *, key: str = KEY, form: str = "") -> Prepared:
    """Return a request of ours, as JSON, or with a form's body."""
    content = form or (json.dumps(body) if body is not None else "")
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"Authorization: Bearer {key}",
        "Accept: application/json",
    ]
    if content:
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        length = len(content.replace("{n}", "0" * 8))
        lines += [f"Content-Type: {kind}", f"Content-Length: {length}"]
    return Prepared(name, "\r\n".join(lines) + "\r\n\r\n" + content, is_read=method == "GET")


def sandbox_requests(base: str = "/partner") -> dict[str, Prepared]:
    """Return the measured operations; payments and bills are numbered alike."""
    site = f"{base}/payin/v1/sites/{SITE}"
    listed = (
        prepared("PUT payment", "PUT", f"{site}/payments/p{{n}}", _PAYMENT),
        prepared("PUT bill", "PUT", f"{site}/bills/b{{n}}", _BILL),
        prepared("GET payment", "GET", f"{site}/payments/p{{n}}"),
        prepared("GET bill", "GET", f"{site}/bills/b{{n}}/details"),
    )
    return {each.name: each for each in listed}
