"""Moves of the documents' model: what can become of bills, payments, captures, refunds and tokens.

The books note each one that an exchange shows, so that a run can say which it came by and which it did not.
"""

import attrs

__all__ = ["TRANSITIONS", "Transition"]


@attrs.define(frozen=True, cache_hash=True)
class Transition:
    """Something that happens to an object, or is refused because of the state that it is in.

    Attributes:
        name: kebab-case, the object first.
        sentence: what happens.
        statements: ids of the statements that know it.
    """

    name: str
    sentence: str
    statements: tuple[str, ...]


def _move(name: str, sentence: str, statements: str) -> Transition:
    return Transition(name, sentence, tuple(statements.split()))


BILL_MADE = _move("bill-made", "A bill is made and waits for its payment.", "EN-019 EN-026 PUB-016")
BILL_MADE_EXPIRED = _move("bill-made-expired", "A bill is made after its own term.", "EN-180 PUB-159")
BILL_REPEATED = _move("bill-repeated", "The same bill is asked for again.", "PUB-012 PUB-013 PUB-093")
BILL_ID_REFUSED = _move("bill-id-refused", "Another bill under an id that is taken is refused.", "PUB-027")
BILL_PAID_ON_FORM = _move("bill-paid-on-form", "The payer pays a bill on the form.", "EN-030 EN-034 PUB-032 PUB-170")
BILL_PAID_BY_PARTNER = _move("bill-paid-by-partner", "A bill is paid from the partner's own form.", "RU-024 PUB-158")
BILL_PAID_AT_HOLD = _move(
    "bill-paid-at-hold", "A two-step bill is paid while the money is only held.", "EN-105 PUB-160"
)
BILL_EXPIRED = _move("bill-expired", "A bill that nobody paid expires.", "PUB-072 PUB-159")
BILL_ATTEMPT_DECLINED = _move(
    "bill-attempt-declined", "An attempt to pay a bill is declined, and the bill waits on.", "PUB-018 PUB-158 PUB-163"
)
BILL_PAID_AFTER_DECLINE = _move(
    "bill-paid-after-decline", "A bill is paid after an attempt that was declined.", "PUB-018 PUB-158"
)
BILL_PAID_REFUSES = _move("bill-paid-refuses", "An attempt to pay a bill that is paid is declined.", "PUB-277")
BILL_EXPIRED_REFUSES = _move(
    "bill-expired-refuses", "An attempt to pay an expired bill is declined.", "PUB-072 PUB-255"
)
BILL_OTHER_SUM_REFUSED = _move(
    "bill-other-sum-refused", "An attempt to pay a bill with another sum is declined.", "RU-024 PUB-256"
)

PAYMENT_DEBITED = _move("payment-debited", "A one-step payment is debited at once.", "EN-003 EN-033 RU-046")
PAYMENT_HELD = _move("payment-held", "A two-step payment is held.", "EN-005 EN-104 PUB-105 PUB-162")
PAYMENT_DECLINED = _move("payment-declined", "A payment is declined in the answer that makes it.", "PUB-163 PUB-165")
PAYMENT_WAITS_3DS = _move("payment-waits-3ds", "A payment waits for 3-D Secure.", "RU-126 RU-166 PUB-161 PUB-299")
PAYMENT_WAITS_BANK = _move("payment-waits-bank", "A payment waits for a bank that is slow.", "PUB-161 PUB-295 PUB-296")
THREE_DS_CONFIRMED = _move("three-ds-confirmed", "3-D Secure is passed and completed.", "PUB-020 PUB-164 PUB-301")
THREE_DS_REFUSED = _move("three-ds-refused", "3-D Secure is completed without having been passed.", "PUB-164 PUB-258")
THREE_DS_RAN_OUT = _move("three-ds-ran-out", "3-D Secure is not finished in time.", "PUB-166 PUB-279")
COMPLETE_REFUSED = _move("complete-refused", "complete of a payment that does not wait is refused.", "PUB-020 PUB-164")
BANK_AGREED_LATE = _move("bank-agreed-late", "A payment that waited for a slow bank succeeds.", "PUB-295")
BANK_DECLINED_LATE = _move("bank-declined-late", "A payment that waited for a slow bank is declined.", "PUB-296")
PAYMENT_REPEATED = _move("payment-repeated", "The same payment is asked for again.", "PUB-012 PUB-013")
PAYMENT_ID_REFUSED = _move("payment-id-refused", "Another payment under an id that is taken is refused.", "RU-011")

CAPTURED_WHOLE = _move("captured-whole", "A hold is captured as a whole.", "EN-110 EN-119 PUB-124")
CAPTURED_REST = _move("captured-rest", "What a reversal left of a hold is captured.", "PUB-124 PUB-147")
CAPTURED_BY_ITSELF = _move(
    "captured-by-itself", "A hold that nobody confirmed is captured at the end of its term.", "EN-113 PUB-132"
)
CANCELLED_BY_ITSELF = _move(
    "cancelled-by-itself", "A hold that nobody confirmed is cancelled at the end of its term.", "EN-115"
)
SECOND_CAPTURE_REFUSED = _move("second-capture-refused", "A second capture is refused.", "PUB-130 PRA-009")
CAPTURE_REFUSED = _move("capture-refused", "A capture of a payment that holds nothing is refused.", "EN-004 PRA-009")
CAPTURE_REPEATED = _move("capture-repeated", "The same capture is asked for again.", "PUB-012")

REVERSED_PART = _move("reversed-part", "A part of a hold is let go.", "EN-006 PUB-145 PUB-147")
REVERSED_WHOLE = _move("reversed-whole", "All that is held is let go.", "EN-006 PUB-145")
REVERSAL_OVER_REFUSED = _move(
    "reversal-over-refused", "A reversal of more than is held is declined.", "EN-006 PUB-151 PUB-256"
)
REFUNDED_PART = _move("refunded-part", "A part of what was debited is given back.", "EN-007 PUB-144 PUB-146")
REFUNDED_WHOLE = _move("refunded-whole", "All that was debited is given back.", "EN-007 PUB-146")
REFUND_OVER_REFUSED = _move(
    "refund-over-refused", "A refund of more than is left is declined.", "EN-007 PUB-151 PUB-256"
)
REFUND_STATE_REFUSED = _move(
    "refund-state-refused", "A refund of a payment that is waiting or declined is declined.", "EN-007 PUB-151 PUB-255"
)
REFUND_REPEATED = _move("refund-repeated", "The same refund is asked for again.", "PUB-012")
REFUND_ID_REFUSED = _move("refund-id-refused", "Another refund under an id that is taken is refused.", "PUB-029")

TOKEN_ISSUED = _move("token-issued", "A card payment issues a token.", "RU-047 RU-127 PUB-155")
TOKEN_ISSUED_ON_FORM = _move(
    "token-issued-on-form", "A bill that is paid on the form issues a token.", "EN-174 PUB-078"
)
TOKEN_PAID = _move("token-paid", "A token pays.", "EN-168 PUB-106")
TOKEN_ACCOUNT_REFUSED = _move(
    "token-account-refused", "A token is refused with another account, or with none.", "EN-174 EN-175 PUB-106 PUB-156"
)
TOKEN_SITE_REFUSED = _move("token-site-refused", "A token is refused on another site.", "EN-171 PUB-156")
TOKEN_DELETED = _move("token-deleted", "A token is deleted.", "PUB-026")
TOKEN_DELETED_REFUSED = _move("token-deleted-refused", "A token that was deleted is refused.", "PUB-157")
TOKEN_GONE = _move("token-gone", "A token that was deleted cannot be deleted again.", "PUB-026 PUB-243")

TRANSITIONS: tuple[Transition, ...] = tuple(
    value for value in dict(globals()).values() if isinstance(value, Transition)
)
"""All moves, in the order in which an object comes by them."""
