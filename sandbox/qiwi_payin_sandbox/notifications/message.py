"""What a notification says, and its signature. Both are fixed when the notification is written."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from qiwi_payin_sandbox import times, wire
from qiwi_payin_sandbox.domain.bank import CardInfo
from qiwi_payin_sandbox.domain.captures import Capture
from qiwi_payin_sandbox.domain.credentials import CredentialOnFile
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.payments import Payment
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.domain.refunds import Refund
from qiwi_payin_sandbox.domain.tokens import Token

RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=5),
    timedelta(minutes=5),
)
"""How long after an unanswered attempt the next one is made: at most five repeats."""

_TEST = "TEST"
_AFT = "AFT"


class NotificationType(StrEnum):
    """Kinds of notifications."""

    PAYMENT = "PAYMENT"
    CAPTURE = "CAPTURE"
    REFUND = "REFUND"


class DeliveryState(StrEnum):
    """How far a notification has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    WITHHELD = "withheld"
    COLLECTED = "collected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A notification: the exact text that is sent each time, its signature and how its delivery stands.

    Attributes:
        tries: How many attempts of the schedule were made.
        due_at: When the next one is due; None where none is, or while an attempt is under way.
        sequence: Its place in the order of notifications, once it is stored.
        resent: How many attempts were made because somebody asked for it.
        mishap: What has put the next attempt off.
        lease: Who makes an attempt just now.
        leased_until: When, by the world's time, that attempt is given up for lost.
        leased_due_at: `due_at` as it is put back when that happens.
    """

    site_id: str
    notification_id: str
    type: NotificationType
    object_id: str
    url: str | None
    body: str = field(repr=False)
    signature: str
    state: DeliveryState = DeliveryState.PENDING
    tries: int = 0
    created_at: datetime
    due_at: datetime | None = None
    sequence: int = 0
    resent: int = 0
    mishap: str | None = None
    lease: str | None = None
    leased_until: datetime | None = None
    leased_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """The text of a notification and what is signed."""

    type: NotificationType
    object_id: str
    body: str = field(repr=False)
    signed_text: str

    def signature(self, notification_key: str) -> str:
        """Return the HMAC-SHA256 of the signed text in lower-case hexadecimal digits."""
        return hmac.digest(notification_key.encode(), self.signed_text.encode(), "sha256").hex()


def of_payment(payment: Payment, token: Token | None, *, test: bool) -> Message:
    """Tell the outcome of a payment.

    Args:
        payment: The payment, completed or declined.
        token: The token that it issued.
        test: The site is in test mode.
    """
    info = payment.instrument.card_info
    credential = payment.credential_on_file if payment.reason is None else None
    token_data = {"paymentToken": token.token, "expiredDate": expired_date(token.expiry_date)} if token else None
    return _message(
        NotificationType.PAYMENT,
        payment,
        ids={"paymentId": payment.payment_id},
        created_at=payment.created_at,
        amount=payment.amount,
        changed_at=payment.changed_at,
        reason=payment.reason,
        ps_error_code=payment.ps_error_code,
        flags=[
            "SALE" if payment.one_step else "AUTH",
            *([_TEST] if test else ()),
            *(flag for flag in payment.flags if flag == _AFT),
        ],
        more={
            "paymentCardInfo": info and card_info(info),
            "credentialOnFile": credential and credential_on_file(credential),
            "tokenData": token_data,
        },
    )


def of_capture(capture: Capture, payment: Payment, *, test: bool) -> Message:
    """Tell the outcome of a capture."""
    return _message(
        NotificationType.CAPTURE,
        payment,
        ids={"paymentId": payment.payment_id, "captureId": capture.capture_id},
        created_at=capture.created_at,
        amount=capture.amount,
        changed_at=capture.created_at,
        reason=capture.reason,
        ps_error_code=capture.ps_error_code,
        flags=[_TEST] if test else [],
    )


def of_refund(refund: Refund, payment: Payment, *, test: bool) -> Message:
    """Tell the outcome of a refund or reversal."""
    return _message(
        NotificationType.REFUND,
        payment,
        ids={"paymentId": payment.payment_id, "refundId": refund.refund_id},
        created_at=refund.created_at,
        amount=refund.amount,
        changed_at=refund.created_at,
        reason=refund.reason,
        ps_error_code=refund.ps_error_code,
        flags=[*(["REVERSAL"] if refund.reversal else ()), *([_TEST] if test else ())],
    )


def card_info(info: CardInfo) -> dict[str, str]:
    """Write what the BIN tells."""
    return {
        "issuingCountry": info.issuing_country,
        "issuingBank": info.issuing_bank,
        "paymentSystem": info.payment_system,
        "fundingSource": info.funding_source,
        "paymentSystemProduct": info.payment_system_product,
    }


def credential_on_file(credential: CredentialOnFile) -> dict[str, str]:
    """Write what stored card an authorised payment used."""
    return {"type": credential.type, "trn": credential.trn}


def expired_date(expiry_date: str) -> str:
    """Return the last second of the month in which a card of this `MM/YY` ends."""
    month, year = int(expiry_date[:2]), 2000 + int(expiry_date[3:])
    next_month = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=times.MOSCOW)
    return times.in_seconds(next_month - timedelta(seconds=1))


def _message(
    type_: NotificationType,
    payment: Payment,
    *,
    ids: dict[str, str],
    created_at: datetime,
    amount: Money,
    changed_at: datetime,
    reason: Reason | None,
    ps_error_code: str | None,
    flags: list[str],
    more: dict[str, Any] | None = None,
) -> Message:
    created = times.in_milliseconds(created_at)
    status = {"value": "DECLINE" if reason else "SUCCESS", "changedDateTime": times.in_milliseconds(changed_at)}
    if reason:
        status |= {"reasonCode": reason, "reasonMessage": reason.message}
    if ps_error_code:
        status["psErrorCode"] = ps_error_code
    settled = payment.settled(amount)
    content = {
        "type": type_,
        **ids,
        "createdDateTime": created,
        "billId": payment.bill_id or payment.order_number,
        "amount": _sum(amount),
        "status": status,
        "paymentMethod": _method(payment),
        **(more or {}),
        "merchantSiteUid": payment.site_id,
        "customer": payment.customer,
        "customFields": payment.custom_fields,
        "flags": flags,
        "settlementAmount": settled and _sum(settled),
    }
    content = {name: value for name, value in content.items() if value is not None}
    object_id = list(ids.values())[-1]
    return Message(
        type=type_,
        object_id=object_id,
        body=wire.dumps({type_.lower(): content, "type": type_, "version": "1"}),
        signed_text=f"{object_id}|{created}|{amount.text}",
    )


def _sum(amount: Money) -> dict[str, Any]:
    return {"currency": amount.currency, "value": Decimal(amount.text)}


def _method(payment: Payment) -> dict[str, Any]:
    instrument = payment.instrument
    authorised = payment.balance.authorised > 0
    method = {
        "type": instrument.type,
        "maskedPan": instrument.masked_pan,
        "paymentToken": instrument.payment_token,
        "rrn": instrument.rrn if authorised else None,
        "authCode": instrument.auth_code if authorised else None,
    }
    return {name: value for name, value in method.items() if value is not None}


def headers_with(signature: str) -> tuple[tuple[str, str], ...]:
    """Return the headers that each notification bears, whoever takes it and however it gets there."""
    return (("Signature", signature), ("Accept", "application/json"), ("Content-type", "application/json"))
