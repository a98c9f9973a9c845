"""A partner whose every exchange with a sandbox is compared with the description."""

import re
from functools import cache
from types import TracebackType
from typing import Any, Self

import httpx
import jsonschema_rs
from qiwi_payin_description import load
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox.domain.ledger import Balance, Posting

CARD = {
    "type": "CARD",
    "pan": "4444443616621049",
    "expiryDate": "12/34",
    "cvv2": "123",
    "holderName": "CARDHOLDER NAME",
}
EXPIRES = "2024-03-02T12:00:00+03:00"


def rubles(value: str) -> dict[str, str]:
    return {"value": value, "currency": "RUB"}


def balance_of(payment_id: str, postings: list[Posting]) -> Balance:
    balance = Balance()
    for posting in postings:
        if posting.payment_id == payment_id:
            balance = balance.after(posting)
    return balance


class Partner:
    """Calls a sandbox without a socket; each answer must be one that the description knows."""

    def __init__(self, sandbox: Sandbox, site_id: str | None = None) -> None:
        self.sandbox = sandbox
        self.site = sandbox.sites[site_id or sandbox.site_id]
        self._client = httpx.Client(transport=sandbox.transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        text: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        key: str | None = None,
    ) -> httpx.Response:
        """Send JSON, or `text` as it is; `path` begins after the site."""
        sent = {"Authorization": f"Bearer {key or self.site.key}", **(headers or {})}
        if text is not None:
            sent.setdefault("Content-type", "application/json")
        base = f"{self.sandbox.local_base_url}/payin/v1/sites/{self.site.site_id}"
        answer = self._client.request(method, base + path, json=body, content=text, headers=sent)
        check_answer(answer)
        return answer

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Send and demand 200."""
        answer = self.send(method, path, body, **more)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def bill(self, bill_id: str = "b-1", value: str = "150.00", **fields: Any) -> Any:
        return self.ok("PUT", f"/bills/{bill_id}", {"amount": rubles(value), "expirationDateTime": EXPIRES, **fields})

    def payment(
        self, payment_id: str = "p-1", value: str = "150.00", *, card: dict[str, str] | None = None, **fields: Any
    ) -> Any:
        method = {**CARD, **(card or {})}
        body = {"paymentMethod": method, "amount": rubles(value), **fields}
        return self.ok("PUT", f"/payments/{payment_id}", body)

    def capture(self, payment_id: str = "p-1", capture_id: str = "c-1", **fields: Any) -> Any:
        return self.ok("PUT", f"/payments/{payment_id}/captures/{capture_id}", fields or None)

    def refund(self, payment_id: str = "p-1", refund_id: str = "r-1", value: str = "150.00", **fields: Any) -> Any:
        return self.ok("PUT", f"/payments/{payment_id}/refunds/{refund_id}", {"amount": rubles(value), **fields})

    def error(self, status: int, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Send and demand an error of this status."""
        answer = self.send(method, path, body, **more)
        assert answer.status_code == status, answer.text
        return answer.json()


@cache
def _answers() -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
    found = []
    description = load("sandbox")
    for path, item in description["paths"].items():
        pattern = re.compile(r"(?:/partner)?" + re.sub(r"\\{\w+\\}", "[^/]*", re.escape(path)))
        found += [
            (method.upper(), pattern, item[method]) for method in ("get", "put", "post", "delete") if method in item
        ]
    return found


@cache
def _validator(operation_id: str, status: str) -> Any:
    description = load("sandbox")
    operation = next(each for _, _, each in _answers() if each["operationId"] == operation_id)
    response = operation["responses"][status]
    if "$ref" in response:
        response = description["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content = response.get("content")
    if content is None:
        return None
    schema = {**content["application/json"]["schema"], "components": description["components"]}
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def check_answer(answer: httpx.Response) -> None:
    """Demand that an answer is one that the description knows for its operation."""
    request = answer.request
    for method, pattern, operation in _answers():
        if method == request.method and pattern.fullmatch(request.url.path):
            validator = _validator(operation["operationId"], str(answer.status_code))
            if validator is None:
                assert answer.content == b""
            else:
                assert answer.headers["content-type"] == "application/json"
                validator.validate(answer.json())
