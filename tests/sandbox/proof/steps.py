"""What anyone can do to a site, as plain requests: the same list runs on every server."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.sandbox.partner import CARD, EXPIRES, rubles

ACCOUNT = "payer-1"


@dataclass(frozen=True)
class Step:
    """One request to a site: an operation of the API or, with `control`, of the sandbox's controls."""

    method: str
    path: str
    body: dict[str, Any] | None = field(default=None, repr=False)
    control: bool = False

    def url_path(self, site_id: str) -> str:
        """Return the path of the URL on a site."""
        return (
            f"/sandbox/sites/{site_id}{self.path}" if self.control else f"/partner/payin/v1/sites/{site_id}{self.path}"
        )

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return b"" if self.body is None else json.dumps(self.body).encode()


@dataclass(frozen=True)
class Answer:
    """A status and the bytes of a body."""

    status: int
    content: bytes

    @property
    def json(self) -> Any:
        """The body."""
        return json.loads(self.content)


def put_bill(bill_id: str, value: str = "150.00", *, expires: str = EXPIRES, **fields: Any) -> Step:
    return Step("PUT", f"/bills/{bill_id}", {"amount": rubles(value), "expirationDateTime": expires, **fields})


def put_payment(payment_id: str, value: str = "150.00", *, card: dict[str, str] | None = None, **fields: Any) -> Step:
    method = {**CARD, **(card or {})}
    return Step("PUT", f"/payments/{payment_id}", {"paymentMethod": method, "amount": rubles(value), **fields})


def put_payment_by_token(payment_id: str, token: str, value: str = "150.00", **fields: Any) -> Step:
    body = {
        "paymentMethod": {"type": "TOKEN", "paymentToken": token},
        "customer": {"account": ACCOUNT},
        "amount": rubles(value),
        **fields,
    }
    return Step("PUT", f"/payments/{payment_id}", body)


def put_capture(payment_id: str, capture_id: str, **fields: Any) -> Step:
    return Step("PUT", f"/payments/{payment_id}/captures/{capture_id}", fields)


def put_refund(payment_id: str, refund_id: str, value: str, **fields: Any) -> Step:
    return Step("PUT", f"/payments/{payment_id}/refunds/{refund_id}", {"amount": rubles(value), **fields})


def complete(payment_id: str, pares: str) -> Step:
    return Step("POST", f"/payments/{payment_id}/complete", {"threeDS": {"pares": pares}})


def delete_token(token: str) -> Step:
    return Step("DELETE", "/tokens", {"token": token, "customerAccountId": ACCOUNT})


def get(path: str) -> Step:
    return Step("GET", path)


def get_bill(bill_id: str) -> Step:
    return get(f"/bills/{bill_id}/details")


def get_payment(payment_id: str) -> Step:
    return get(f"/payments/{payment_id}")


def pay_bill(bill_id: str, three_ds: str = "confirm", method: dict[str, str] | None = None) -> Step:
    body: dict[str, Any] = {"threeDS": three_ds, **({"paymentMethod": method} if method else {})}
    return Step("POST", f"/bills/{bill_id}/pay", body, control=True)


def answer_three_ds(payment_id: str, answer: str = "confirm") -> Step:
    return Step("POST", f"/payments/{payment_id}/3ds", {"answer": answer}, control=True)


def advance(seconds: int) -> Step:
    return Step("POST", "/clock/advance", {"seconds": seconds}, control=True)
