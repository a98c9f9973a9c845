"""Rules of what is refused, in which words, and of what requests may look like."""

from qiwi_payin_contract.rules import Basis, Rule

__all__ = [
    "ACCEPT_IS_OPTIONAL",
    "AMOUNT_AS_TEXT",
    "AMOUNT_IS_A_SUM",
    "CHARSET_IS_TAKEN",
    "DISABLED_TOKEN",
    "ERROR_FORM",
    "NO_CAPTURE_BODY",
    "NO_CURRENCY",
    "NO_OFFSET",
    "OFFSETS",
    "SECOND_CAPTURE_TEXT",
    "TRACE_ID",
    "TWO_DECIMALS",
    "UNFINISHED_THREE_DS",
    "VALIDATION_TEXT",
    "ZERO_AMOUNT",
]


def _rule(code: str, name: str, sentence: str, statements: str, basis: Basis = Basis.PUBLISHED) -> Rule:
    return Rule(code, name, sentence, basis, "scenarios", tuple(statements.split()))


TWO_DECIMALS = _rule(
    "QP-REF-001",
    "amount-text",
    "An amount without two decimals is refused, and cause.amount says so.",
    "PRA-005 PUB-037",
    Basis.PRACTICE,
)
ZERO_AMOUNT = _rule(
    "QP-REF-002", "zero-amount", "An amount of zero is refused with 400, and cause.amount says so.", "PUB-236"
)
DISABLED_TOKEN = _rule(
    "QP-REF-003",
    "disabled-token",
    "A disabled token is refused with validation.error, and cause.paymentToken says so.",
    "PUB-157 PUB-237",
)
VALIDATION_TEXT = _rule(
    "QP-REF-004",
    "validation-error-texts",
    'validation.error comes with description and userMessage "Validation error".',
    "PUB-235",
)
ERROR_FORM = _rule(
    "QP-REF-005",
    "error-service-and-time",
    "An error is of the service payin-core, and its dateTime has a fraction of a second and an offset.",
    "PUB-231 PUB-233",
)
TRACE_ID = _rule("QP-REF-006", "trace-id", "traceId is 16 hexadecimal digits.", "PUB-232 PRA-008")
SECOND_CAPTURE_TEXT = _rule(
    "QP-REF-007",
    "second-capture-texts",
    "A second capture is refused with its own description, and a userMessage for the payer.",
    "PRA-010 PRA-011",
    Basis.PRACTICE,
)
NO_CURRENCY = _rule(
    "QP-REF-008",
    "amount-without-currency",
    "An amount without currency is refused with 400: http.message.conversion.failed, or validation.error of amount.",
    "PRA-012",
    Basis.PRACTICE,
)
AMOUNT_AS_TEXT = _rule(
    "QP-REF-009",
    "amount-as-text-or-number",
    "An amount is taken as a string with two decimals as well as a number.",
    "PUB-033 PRA-006",
)
OFFSETS = _rule(
    "QP-REF-010",
    "expiration-with-any-offset",
    "expirationDateTime is taken with +03:00 and with +00:00.",
    "PRA-043",
    Basis.PRACTICE,
)
CHARSET_IS_TAKEN = _rule(
    "QP-REF-011",
    "content-type-with-charset",
    "A Content-Type of JSON with a charset is taken, and the body is UTF-8.",
    "PUB-004 PUB-015 PRA-044",
)
ACCEPT_IS_OPTIONAL = _rule(
    "QP-REF-012",
    "accept-is-optional",
    "The header Accept may be left out, and a GET needs nothing but Authorization.",
    "PUB-010 PUB-011 RU-017",
)
NO_CAPTURE_BODY = _rule("QP-REF-014", "capture-without-body", "A capture may have no body at all.", "PUB-123")
UNFINISHED_THREE_DS = _rule(
    "QP-REF-015",
    "unfinished-three-ds",
    "A payment whose 3-D Secure was not passed in time is DECLINED with reason PAYMENT_EXPIRED_3DS.",
    "PUB-166 PUB-279",
)
AMOUNT_IS_A_SUM = Rule(
    "QP-REF-016",
    "amount-is-a-sum",
    "An amount that is no sum above zero with two decimals (three decimals, a sign, a separator) is refused with 400.",
    Basis.DECISION,
    "scenarios",
    ("PUB-037",),
    "amount-text",
)
NO_OFFSET = Rule(
    "QP-REF-017",
    "expiration-without-offset",
    "expirationDateTime without an offset is refused with 400: it would be another time for each reader.",
    Basis.DECISION,
    "scenarios",
    ("PRA-043",),
    "expiration-needs-an-offset",
)
