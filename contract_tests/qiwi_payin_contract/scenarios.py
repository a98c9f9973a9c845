"""Rules of the documents' stories, step by step."""

from qiwi_payin_contract.rules import Basis, Rule


def _rule(  # noqa: PLR0917 - reads as one row of a table
    code: str, name: str, sentence: str, statements: str, basis: Basis = Basis.DOCUMENTED, decision: str | None = None
) -> Rule:
    return Rule(code, name, sentence, basis, "scenarios", tuple(statements.split()), decision)


BILL_CREATED = _rule(
    "QP-FORM-001",
    "bill-created",
    "A one-step bill is created: 200, status CREATED, the address of the form.",
    "EN-001 EN-002 EN-015 EN-019 EN-025 EN-026 EN-027 EN-039 EN-046 EN-047 EN-048 EN-049 EN-050 EN-051 EN-086 PUB-016",
)
TWO_STEP_CREATED = _rule(
    "QP-FORM-002",
    "two-step-bill-created",
    "A bill without flags is created: 200, status CREATED, the address of the form.",
    "EN-098 EN-099 EN-128 EN-129 EN-130 EN-131 EN-132 EN-133 EN-157 EN-158",
)
FORM_OPENS = _rule(
    "QP-FORM-003",
    "form-opens",
    "A payer who is sent to payUrl finds a page there.",
    "EN-028 EN-030 EN-100 EN-101",
)
PAID = _rule(
    "QP-FORM-004",
    "paid-bill",
    "When the payer has paid, the bill is PAID and shows the payment, without a redirect being needed.",
    "EN-034 EN-037 EN-039 EN-105 EN-121 PUB-017 PUB-018 PUB-032",
)
DEBITED_AT_ONCE = _rule(
    "QP-FORM-005",
    "debited-at-once",
    "A one-step payment is debited at once: capturedAmount is the whole amount.",
    "EN-003 EN-016 EN-022 EN-044 EN-161",
)
HELD = _rule(
    "QP-FORM-006",
    "held",
    "A two-step payment only holds the money: nothing is captured before the partner confirms.",
    "EN-005 EN-024 EN-105 EN-183",
)
COMPLETED_AT_HOLD = _rule(
    "QP-FORM-007",
    "completed-at-hold",
    'A two-step payment on hold is COMPLETED, with capturedAmount "0.00".',
    "PRA-007",
    Basis.PRACTICE,
)
CAPTURED = _rule(
    "QP-FORM-008",
    "captured",
    "A confirmation without an amount is answered with siteId, paymentId, captureId, amount and status COMPLETED, "
    "when the capture is done.",
    "EN-110 EN-140 EN-141 EN-142 EN-143 EN-146 EN-147 EN-148 EN-149 EN-150 EN-151",
)
WHOLE_CAPTURE = _rule(
    "QP-FORM-009",
    "whole-capture",
    "After the confirmation the payment is COMPLETED and its whole amount is captured.",
    "EN-119 EN-121 EN-145",
)
CAPTURE_WAITS = _rule(
    "QP-FORM-010",
    "capture-waits",
    "The confirmation may come later: within the site's term, 72 hours by default, a hold is not captured, nor gone.",
    "EN-112 EN-139",
)
AUTOMATIC_CAPTURE = _rule(
    "QP-FORM-011",
    "automatic-capture",
    "A payment that nobody confirmed within the site's term, 72 hours by default, is confirmed automatically.",
    "EN-112 EN-113 EN-116 PUB-132 PUB-133",
)
SECOND_CAPTURE = _rule(
    "QP-FORM-012",
    "second-capture",
    "A second capture is refused with payin.incorrect-method-invocation.",
    "PRA-009 PRA-010",
    Basis.PRACTICE,
)
REVERSAL_OF_HELD = _rule(
    "QP-FORM-013",
    "reversal-of-held",
    "Held money can be reversed; the answer has the flag REVERSAL.",
    "EN-006 PUB-142 PUB-145",
)
REFUND_OF_DEBITED = _rule(
    "QP-FORM-014",
    "refund-of-debited",
    "Debited money is refunded, never reversed: no REVERSAL, in one step and in two.",
    "EN-004 EN-007 PUB-146",
)
BILL_EXPIRES = _rule(
    "QP-FORM-015",
    "bill-expires",
    "A bill that was not paid by its expirationDateTime is EXPIRED.",
    "PUB-072 PUB-159",
    Basis.PUBLISHED,
)
NO_CARD_DATA = _rule(
    "QP-FORM-016",
    "no-card-data",
    "The partner never sees card data: no answer carries pan, expiryDate, cvv2 or holderName.",
    "EN-031 EN-052 EN-060 EN-154 RU-170",
)
TOKEN_ON_FORM = _rule(
    "QP-FORM-017",
    "token-on-form",
    "A saved card that the payer picks on the form is charged without its details and without 3-D Secure.",
    "EN-168 EN-174 EN-187 EN-188 PUB-317",
)
THREE_DS_ON_FORM = _rule(
    "QP-FORM-018",
    "three-ds-on-form",
    "A typed card passes 3-D Secure on the form before the bank is asked: until then nothing is paid.",
    "EN-031 EN-053 EN-102 PUB-120",
)
TIMES = _rule(
    "QP-FORM-019",
    "written-times",
    "Times have a numeric offset; those of bills are to the second, others have up to three digits of a fraction, "
    "without trailing zeros.",
    "PUB-319 PUB-320 PUB-321",
    Basis.PUBLISHED,
)
WAITS_FOR_THREE_DS = _rule(
    "QP-PAY-001",
    "waits-for-three-ds",
    "A payment that needs 3-D Secure is WAITING with pareq and acsUrl; nothing is captured or refunded, with SALE too.",
    "RU-117 RU-118 RU-126 RU-153 RU-154 RU-166 RU-167",
)
PAYMENT_WITHOUT_THREE_DS = _rule(
    "QP-PAY-002",
    "payment-after-three-ds",
    "After the payer's confirmation the partner completes the payment: it is COMPLETED, and asks for nothing more.",
    "PUB-020 PUB-161 PUB-164",
    Basis.PUBLISHED,
)
DECLINED_AFTER_REFUSAL = _rule(
    "QP-PAY-003",
    "declined-after-refusal",
    "After the payer's refusal the completed payment is DECLINED, with a reason; that is no HTTP error.",
    "PUB-163 PUB-253",
    Basis.PUBLISHED,
)
MINIMAL_PAYMENT = _rule(
    "QP-PAY-004",
    "minimal-payment",
    "A payment with paymentMethod and amount alone is accepted.",
    "RU-001 RU-002 RU-019 RU-021 RU-023 RU-025 RU-027 RU-029 RU-031 RU-033 RU-035 RU-037 RU-039",
)
MADE_BILL_ID = _rule("QP-PAY-005", "made-bill-id", "Without a billId in the request the payment gets one.", "RU-042")
AUTOGENERATED = _rule(
    "QP-PAY-025",
    "autogenerated-bill-id",
    "The billId that a payment gets is autogenerated-<uuid>.",
    "PUB-104",
    Basis.PUBLISHED,
)
REQUIRED_FIELDS = _rule(
    "QP-PAY-006",
    "required-fields",
    "A payment without paymentMethod or without amount is refused.",
    "RU-019 RU-021 RU-040 RU-041",
)
COMMENT_LENGTH = _rule(
    "QP-PAY-007",
    "field-lengths",
    "billId and callbackUrl of a payment have up to 256 characters, comment up to 255; one more is refused.",
    "RU-024 RU-026 RU-028 RU-043 RU-044 RU-045",
)
NO_COMMANDS_IN_FLAGS = _rule(
    "QP-PAY-008",
    "no-commands-in-flags",
    "A payment's answer repeats neither SALE nor BIND_PAYMENT_TOKEN in flags.",
    "RU-131 RU-175",
)
ID_IS_TAKEN_ONCE = _rule(
    "QP-PAY-009",
    "payment-id-is-unique",
    "A paymentId that the site has used does not make another payment.",
    "RU-011",
)
ID_PER_SITE = _rule("QP-PAY-010", "payment-id-per-site", "The same paymentId can be used on another site.", "RU-012")
MASKED_PAN = _rule(
    "QP-PAY-011",
    "masked-pan",
    "maskedPan is the first six digits of the card number, six asterisks and the last four.",
    "RU-150 RU-169",
)
TIMES_IN_ORDER = _rule(
    "QP-PAY-012",
    "times-in-order",
    "A payment's status.changedDateTime is not before its createdDateTime.",
    "RU-171",
)
ONE_CURRENCY = _rule(
    "QP-PAY-013",
    "one-currency",
    "amount, capturedAmount and refundedAmount of a payment have one currency.",
    "RU-168",
)
TOKEN_ISSUED = _rule(
    "QP-PAY-014",
    "token-made",
    "BIND_PAYMENT_TOKEN issues a payment token, shown as createdToken; without it there is none.",
    "RU-047 RU-119 RU-120 RU-127",
)
TOKEN_IN_BOTH_WAYS = _rule(
    "QP-PAY-015",
    "token-pays-in-both-ways",
    "A payment token pays in one step and in two.",
    "RU-002 EN-168 EN-173",
)
TOKEN_ON_ITS_SITE = _rule(
    "QP-PAY-016", "token-on-its-site", "A token pays only on the site that it was issued for.", "EN-171"
)
TOKEN_NEEDS_ACCOUNT = _rule(
    "QP-PAY-017", "token-needs-account", "Without customer.account a token cannot be paid with.", "EN-175"
)
TOKEN_DELETED = _rule(
    "QP-PAY-018",
    "token-deleted",
    "A deleted token is answered 204 without a body, and pays no more.",
    "PUB-026 PUB-157",
    Basis.PUBLISHED,
)
FREE_CUSTOM_FIELDS = _rule(
    "QP-PAY-019",
    "free-custom-fields",
    "customFields takes any further keys, and an answer that has customFields, or customer, repeats the request's.",
    "RU-034 RU-038 RU-049 RU-050 RU-108 RU-114 RU-122 RU-123",
)
CREDENTIAL_ONLY_WHEN_STORED = _rule(
    "QP-PAY-020",
    "credential-on-file-of-stored-cards",
    "credentialOnFile is an object, and is there for payments with a stored card only.",
    "RU-105 RU-106 RU-128",
)
SETTLEMENT_ONLY_WHEN_FOREIGN = _rule(
    "QP-PAY-021",
    "settlement-amount-of-foreign-currency",
    "settlementAmount is there only where settlement is in another currency than the payment.",
    "RU-115 RU-116 RU-125",
)
ERROR_NAMES_ITS_FIELD = _rule(
    "QP-PAY-022",
    "error-names-its-field",
    "A refusal of a field has the error body, and its cause is an object that names the field.",
    "RU-132 RU-133 RU-134 RU-135 RU-136 RU-137 RU-139",
)
ERROR_WITHOUT_FIELD = _rule(
    "QP-PAY-023",
    "error-without-field",
    "An error that is not about a field has the error body without cause.",
    "RU-132 RU-133 RU-134 RU-135 RU-136 RU-137 RU-138 RU-140",
)
UNKNOWN_OBJECT = _rule(
    "QP-PAY-024", "unknown-object", "An object that does not exist is answered 404.", "PUB-243", Basis.PUBLISHED
)
PAID_BILL_DECLINES = _rule(
    "QP-PAY-026",
    "paid-bill-declines",
    "A payment of a bill that is PAID is DECLINED with BILL_ALREADY_PAID: nobody is charged twice.",
    "PUB-277",
    Basis.DECISION,
    "paid-bill-declines",
)
