"""Clients whose other end is a test."""

from collections.abc import Callable, Mapping
from typing import Any

import httpx
from qiwi_payin import AsyncPayIn, PayIn
from qiwi_payin_runtime.jsontext import json_text

ENVIRONMENT = ("QIWI_PAYIN_KEY", "QIWI_PAYIN_SITE_ID", "QIWI_PAYIN_BASE_URL")
BASE_URL = "https://payin.example/partner"
KEY = "planted-access-key-5f0c"
SITE = "test-01"


class Wire:
    """Answers as a test says, and keeps what was sent."""

    def __init__(self, answer: Callable[[httpx.Request], httpx.Response]) -> None:
        self._answer = answer
        self.sent: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Take a request and answer it."""
        self.sent.append(request)
        return self._answer(request)

    def client(self, **options: Any) -> PayIn:
        """A client at this wire, which repeats nothing unless told to."""
        return PayIn(BASE_URL, KEY, SITE, transport=httpx.MockTransport(self), **{"retries": 0, **options})

    def async_client(self, **options: Any) -> AsyncPayIn:
        """An async client at this wire, which repeats nothing unless told to."""
        return AsyncPayIn(BASE_URL, KEY, SITE, transport=httpx.MockTransport(self), **{"retries": 0, **options})


def answering(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Wire:
    """A wire that always gives this answer; a body that is not text or bytes becomes JSON."""
    content = body if isinstance(body, str | bytes) else json_text(body)
    return Wire(lambda _: httpx.Response(status, content=content, headers=headers))


def failing(error: Exception) -> Wire:
    """A wire that always fails so."""

    def fail(_: httpx.Request) -> httpx.Response:
        raise error

    return Wire(fail)


BILL: dict[str, Any] = {
    "billId": "1234567890",
    "invoiceUid": "143a6822-6ef2-478f-a30b-4ad8c044d6d8",
    "amount": {"value": "150.00", "currency": "RUB"},
    "expirationDateTime": "2023-07-07T14:30:00+03:00",
    "status": {"value": "CREATED", "changedDateTime": "2023-02-17T14:50:44+03:00"},
    "payUrl": "https://oplata.qiwi.com/form?invoiceUid=143a6822-6ef2-478f-a30b-4ad8c044d6d8",
}
PAYMENT: dict[str, Any] = {
    "paymentId": "1811",
    "createdDateTime": "2024-03-01T17:10:31.28+03:00",
    "amount": {"value": "100.00", "currency": "RUB"},
    "capturedAmount": {"value": "0.00", "currency": "RUB"},
    "refundedAmount": {"value": "0.00", "currency": "RUB"},
    "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049"},
    "status": {"value": "WAITING", "changedDateTime": "2024-03-01T17:10:32.607+03:00"},
    "paymentCardInfo": {"issuingCountry": "810"},
}
REFUND: dict[str, Any] = {
    "refundId": "1",
    "createdDateTime": "2024-03-01T17:10:31+03:00",
    "amount": {"value": "10.00", "currency": "RUB"},
    "status": {"value": "COMPLETED"},
}
CAPTURE: dict[str, Any] = {
    "siteId": SITE,
    "paymentId": "1811",
    "captureId": "bxwd8096",
    "createdDateTime": "2024-03-01T17:10:31+03:00",
    "amount": {"value": "100.00", "currency": "RUB"},
    "status": {"value": "COMPLETED"},
}
ERROR: dict[str, Any] = {
    "serviceName": "payin-core",
    "errorCode": "validation.error",
    "description": "Validation error",
    "userMessage": "Check your data",
    "dateTime": "2022-11-13T16:49:59.166+03:00",
    "traceId": "fd0e2a08c63ace83",
    "cause": {"amount": ["Invalid money format. Should have 2 fraction digits"]},
}
