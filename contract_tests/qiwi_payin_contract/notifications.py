"""What a notification must be: its envelope, its signature, its sums and what it may not hold."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import SentNotification
from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.shop import at

__all__ = ["TYPES", "digest", "read", "signed_text", "value_text"]

TYPES = ("PAYMENT", "CAPTURE", "REFUND")


def _rule(  # noqa: PLR0917 - reads as one row of a table
    code: str, name: str, sentence: str, statements: str, basis: Basis = Basis.PUBLISHED, decision: str | None = None
) -> Rule:
    return Rule(code, name, sentence, basis, "notifications", tuple(statements.split()), decision)


PAYMENT_IS_NOTIFIED = _rule(
    "QP-NOTE-001",
    "payment-is-notified",
    "QIWI calls the partner when a bill is paid: a PAYMENT notification gives the paymentId.",
    "EN-058 EN-108 EN-137",
    Basis.DOCUMENTED,
)
CAPTURE_IS_NOTIFIED = _rule(
    "QP-NOTE-002",
    "capture-is-notified",
    "QIWI calls the partner again after the capture: a CAPTURE notification gives the paymentId again.",
    "EN-152 PUB-225",
    Basis.DOCUMENTED,
)
REFUND_IS_NOTIFIED = _rule(
    "QP-NOTE-003",
    "refund-is-notified",
    "A refund is notified once, with its refundId, and a reversal with the flag REVERSAL.",
    "PUB-220 PUB-228",
)
ENVELOPE = _rule(
    "QP-NOTE-004",
    "notification-form",
    "A notification's body is JSON of the described form, with type, version and its data under the type's own name.",
    "PUB-171 PUB-180 PUB-181 PUB-182 PUB-183 PUB-184 PUB-200 PUB-201 PUB-202 PUB-203 PUB-204 PUB-206 PUB-207 PUB-208 "
    "PUB-209 PUB-210 PUB-211 PUB-212 PUB-213 PUB-214 PUB-216 PUB-217 PUB-218 PUB-219 PUB-221 PUB-223 PUB-224 PUB-225 "
    "PUB-226 PUB-227 PUB-228 PUB-229",
)
SIGNED = _rule(
    "QP-NOTE-005",
    "signature",
    "Signature is the HMAC-SHA256, by the site's notification key, of the described values as they stand in the body, "
    "joined by |.",
    "PUB-177 PUB-194 PUB-195 PUB-196 PUB-197 PUB-198 PUB-199 PRA-004",
)
SIGNED_IN_HEX = _rule(
    "QP-NOTE-006",
    "signature-in-hex",
    "Signature is written in lower-case hexadecimal digits.",
    "PRA-001",
    Basis.PRACTICE,
)
TWO_DECIMALS = _rule(
    "QP-NOTE-007",
    "notified-amount",
    "amount.value of a notification is a JSON number written with two decimals, and is signed so.",
    "PUB-035 PRA-002 PRA-003",
    Basis.PRACTICE,
)
SAYS_WHAT_THE_API_SAYS = _rule(
    "QP-NOTE-008",
    "notification-agrees",
    "A notification agrees with the API in everything that both show: sum, times, site, order number, outcome, method, "
    "payer.",
    "PUB-167 PUB-169 PUB-216 PRA-042",
)
NO_SECRET = _rule(
    "QP-NOTE-009",
    "no-secret-in-notification",
    "A notification holds no card number, no CVV and no key.",
    "EN-060 EN-154",
    Basis.DOCUMENTED,
)
DECLINE_HAS_REASON = _rule(
    "QP-NOTE-010",
    "notified-decline",
    "A refused payment is notified as DECLINE with a reasonCode.",
    "PUB-205",
)
TOKEN_DATA = _rule(
    "QP-NOTE-011",
    "notified-token",
    "The notification of a payment that issued a token has tokenData with the token.",
    "PUB-222",
)
ONCE = _rule(
    "QP-NOTE-012",
    "one-notification",
    "The same request again sends no second notification.",
    "PUB-012",
    Basis.DECISION,
    "same-id-same-body",
)
NONE_WHILE_WAITING = _rule(
    "QP-NOTE-013",
    "no-notification-while-waiting",
    "A payment that waits for 3-D Secure is not notified yet.",
    "",
    Basis.DECISION,
    "waiting-no-notification",
)

SENT_WHERE_ASKED = _rule(
    "QP-NOTE-014",
    "notification-address",
    "A notification goes to the callbackUrl of its operation, or to the invoice_callback_url of its bill.",
    "PUB-172 PUB-173 PUB-174",
)
SENT_AS_JSON = _rule(
    "QP-NOTE-015",
    "notification-request",
    "A notification is a POST with a JSON body and the headers Signature, Accept and Content-type.",
    "PUB-171 PUB-177 PUB-178 PUB-179",
)
SILENT_AFTER_200 = _rule(
    "QP-NOTE-016", "silence-after-200", "A notification that was answered 200 is not sent again.", "PUB-186"
)
REPEATED = _rule(
    "QP-NOTE-017",
    "notification-repeats",
    "A notification that was not answered 200 is repeated after 5 seconds, 1 minute and three times 5 minutes, "
    "no more, with the data of the first.",
    "PUB-187 PUB-188 PUB-189 PUB-190 PUB-191",
)
AFTER_THE_STATE = _rule(
    "QP-NOTE-018",
    "notified-state-is-shown",
    "When a notification arrives, the API answers the outcome that it tells of, or a later one.",
    "",
    Basis.DECISION,
    "notified-state-is-shown",
)
AUTOMATIC_CAPTURE_IS_NOTIFIED = _rule(
    "QP-NOTE-019",
    "automatic-capture-is-notified",
    "The capture at the end of the waiting period is notified as one that the partner asks for.",
    "",
    Basis.DECISION,
    "automatic-capture",
)


def read(notification: SentNotification) -> Mapping[str, Any]:
    """Read what stands under ``payment``, ``capture`` or ``refund`` of a notification; empty if it is not there."""
    try:
        found = at(loads(notification.body), notification.type.lower())
    except ValueError:
        return {}
    return found if isinstance(found, Mapping) else {}


def value_text(notification: SentNotification, place: str) -> str:
    """Read a value by its dotted place, numbers with exactly the characters of the body; empty where it is missing."""
    try:
        body = json.loads(notification.body, parse_float=str, parse_int=str)
    except ValueError:
        return ""
    found = at(body, *place.split("."))
    return found if isinstance(found, str) else ""


def signed_text(notification: SentNotification) -> str:
    """Join the values that ``x-signature`` of the description names."""
    signature = description().document["webhooks"][notification.type]["post"]["x-signature"]
    separator: str = signature["separator"]
    return separator.join(value_text(notification, place) for place in signature["fields"])


def digest(notification: SentNotification, key: str) -> tuple[str, str]:
    """Compute the signature by a key, in hexadecimal and in Base64."""
    made = hmac.digest(key.encode(), signed_text(notification).encode(), hashlib.sha256)
    return made.hex(), base64.b64encode(made).decode()
