# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Notifications: read them, check who sent them, and sign them in tests.

`PAYMENT`: Outcome of a payment. Signed: payment.paymentId, payment.createdDateTime, payment.amount.value.
`CAPTURE`: Outcome of a capture. Signed: capture.captureId, capture.createdDateTime, capture.amount.value.
`REFUND`: Outcome of a reversal or refund. Signed: refund.refundId, refund.createdDateTime, refund.amount.value.

The signature comes in the header `Signature`.
"""

from typing import Final, TypeAlias, cast

from qiwi_payin_runtime import notifications as _engine
from qiwi_payin_runtime.notifications import Keys, Kind

from qiwi_payin.models.capture_notification import CaptureNotification
from qiwi_payin.models.payment_notification import PaymentNotification
from qiwi_payin.models.refund_notification import RefundNotification

__all__ = ["KINDS", "SIGNATURE_HEADER", "Notification", "parse", "sign", "verify"]

Notification: TypeAlias = PaymentNotification | CaptureNotification | RefundNotification
"""Any notification; `match` on the class or on `type_` tells which."""

SIGNATURE_HEADER: Final = "Signature"

KINDS: Final = {
    "PAYMENT": Kind(
        PaymentNotification,
        fields=(
            "payment.paymentId",
            "payment.createdDateTime",
            "payment.amount.value",
        ),
        separator="|",
        algorithm="sha256",
    ),
    "CAPTURE": Kind(
        CaptureNotification,
        fields=(
            "capture.captureId",
            "capture.createdDateTime",
            "capture.amount.value",
        ),
        separator="|",
        algorithm="sha256",
    ),
    "REFUND": Kind(
        RefundNotification,
        fields=(
            "refund.refundId",
            "refund.createdDateTime",
            "refund.amount.value",
        ),
        separator="|",
        algorithm="sha256",
    ),
}
"""How each type is read and signed."""


def verify(body: bytes | str, signature: str | None, key: Keys) -> Notification:
    """Read a notification whose signature is right.

    The signature covers the fields named at the top of this module and nothing else: not the status, not the ids of
    other objects. So it says who sent the notification and which object it is about; what became of that object, ask
    the API.

    Args:
        body: the request's body as it came, byte for byte.
        signature: the header `Signature`, None where it is absent.
        key: the server notification key of the site; several where a new one is replacing an old one.

    Raises:
        NotificationForged: the signature does not fit or is absent: ignore the notification.
        NotificationMalformed: the body is not a notification.
        NotificationUnknown: a type that the description does not know.
        ValueError: the key is empty.
    """
    read = _engine.told(_engine.verify, KINDS, body, signature, key)
    if isinstance(read, Exception):
        del body, key  # what reports errors shows variables
        raise read
    return cast("Notification", read)


def parse(body: bytes | str) -> Notification:
    """Read a notification without checking who sent it. For what came over the network there is `verify`.

    Raises:
        NotificationMalformed: the body is not a notification.
        NotificationUnknown: a type that the description does not know.
    """
    read = _engine.told(_engine.parse, KINDS, body)
    if isinstance(read, Exception):
        del body  # as above
        raise read
    return cast("Notification", read)


def sign(body: bytes | str, key: str | bytes) -> str:
    """The signature of a body, for tests of what receives notifications.

    Raises:
        NotificationMalformed: the body is not a notification.
        NotificationUnknown: a type that the description does not know.
        ValueError: the key is empty.
    """
    signature = _engine.told(_engine.sign, KINDS, body, key)
    if isinstance(signature, Exception):
        del body, key  # as above
        raise signature
    return str(signature)
