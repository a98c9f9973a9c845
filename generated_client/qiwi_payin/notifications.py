# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Notifications: read them, check who sent them, and sign them in tests.

`PAYMENT`: Outcome of a payment. Signed: payment.paymentId, payment.createdDateTime, payment.amount.value.
`CAPTURE`: Outcome of a capture. Signed: capture.captureId, capture.createdDateTime, capture.amount.value.
`REFUND`: Outcome of a reversal or refund. Signed: refund.refundId, refund.createdDateTime, refund.amount.value.

The signature comes in the header `Signature`.
"""

from typing import Final, TypeAlias, cast

from qiwi_payin_runtime import notifications as _engine
from qiwi_payin_runtime.notifications import Address, Keys, Kind, Seen

from qiwi_payin.models.capture_notification import CaptureNotification
from qiwi_payin.models.payment_notification import PaymentNotification
from qiwi_payin.models.refund_notification import RefundNotification

__all__ = [
    "KINDS",
    "NETWORKS",
    "SIGNATURE_HEADER",
    "Notification",
    "Seen",
    "is_from_qiwi",
    "key_of",
    "parse",
    "sign",
    "verify",
]

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
        identity=(
            "payment.merchantSiteUid",
            "payment.paymentId",
            "payment.status.value",
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
        identity=(
            "capture.merchantSiteUid",
            "capture.paymentId",
            "capture.captureId",
            "capture.status.value",
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
        identity=(
            "refund.merchantSiteUid",
            "refund.paymentId",
            "refund.refundId",
            "refund.status.value",
        ),
        separator="|",
        algorithm="sha256",
    ),
}
"""How each type is read, signed and told from others."""

NETWORKS: Final = (
    "79.142.16.0/20",
    "195.189.100.0/22",
    "91.232.230.0/23",
    "91.213.51.0/24",
)
"""The networks that QIWI sends notifications from."""


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
        NotificationUnknown: a type that the description does not know. Nobody can say how it is signed, so nothing in
            it can be trusted; `type_` is what it calls itself.
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


def key_of(notification: Notification) -> str:
    """The identity of what a notification tells: 64 hexadecimal digits, the same for each repeat.

    A notification comes again until it is answered 200, and now and then after that. Its key is made of type, site, ids
    and status, so that a repeat can be told whatever became of the rest of its text.
    """
    return _engine.key_of(KINDS, notification)


def is_from_qiwi(address: Address) -> bool:
    """Whether an IP address is in one of the `NETWORKS`. What is no address is in none.

    Behind a proxy the peer's address is the proxy's; what a header such as `X-Forwarded-For` says is worth as much as
    the proxy that wrote it. The signature tells who sent a notification, this does not.
    """
    return _engine.is_within(NETWORKS, address)
