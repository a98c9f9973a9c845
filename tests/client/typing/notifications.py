"""Never run: type checkers see how a notification is told by its class."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Sequence
from typing import Literal, assert_never, assert_type

from qiwi_payin import (
    CaptureNotification,
    Money,
    NotifiedCapture,
    NotifiedCustomer,
    NotifiedMethod,
    NotifiedPayment,
    NotifiedRefund,
    NotifiedStatus,
    PaymentNotification,
    RefundNotification,
    Unset,
    notifications,
)
from qiwi_payin.notifications import SIGNATURE_HEADER, Notification


def read(body: bytes, text: str, keys: Sequence[str | bytes]) -> None:
    assert_type(
        notifications.verify(body, "signature", "key"), PaymentNotification | CaptureNotification | RefundNotification
    )
    assert_type(notifications.verify(text, None, keys), Notification)
    assert_type(notifications.verify(body, None, ["new", b"old"]), Notification)
    assert_type(notifications.parse(body), Notification)
    assert_type(notifications.sign(body, "key"), str)
    assert_type(SIGNATURE_HEADER, Literal["Signature"])


def told(notification: Notification) -> Money:
    match notification:
        case PaymentNotification(payment=payment):
            assert_type(payment, NotifiedPayment)
            assert_type(payment.payment_method, NotifiedMethod)
            return payment.amount
        case CaptureNotification(capture=capture):
            assert_type(capture, NotifiedCapture)
            assert_type(capture.payment_method, NotifiedMethod | Unset)
            return capture.amount
        case RefundNotification(refund=refund):
            assert_type(refund, NotifiedRefund)
            assert_type(refund.customer, NotifiedCustomer | Unset)
            assert_type(refund.status, NotifiedStatus)
            return refund.amount
        case _:
            assert_never(notification)


def told_by_its_type(notification: Notification) -> str:
    if notification.type_ == "PAYMENT":
        return assert_type(notification, PaymentNotification).payment.payment_id
    if notification.type_ == "CAPTURE":
        return assert_type(notification, CaptureNotification).capture.capture_id
    return assert_type(notification, RefundNotification).refund.refund_id


def wrong(notification: Notification, body: bytes) -> None:
    notification.payment  # type: ignore[union-attr]  # noqa: B018 - only one kind has it
    notifications.verify(body, b"signature", "key")  # type: ignore[arg-type]
    notifications.sign(body, ["several", "keys"])  # type: ignore[arg-type]
