"""What the books hold against a server: one rule for each way in which an answer can contradict an earlier one."""

from qiwi_payin_contract.rules import Basis, Rule

__all__ = ["RULES"]


def _rule(  # noqa: PLR0917 - reads as one row of a table
    number: int, name: str, sentence: str, basis: Basis, statements: tuple[str, ...] = (), decision: str | None = None
) -> Rule:
    return Rule(f"QP-BOOKS-{number:03}", name, sentence, basis, "behaviour", statements, decision)


_DOCUMENTED, _PUBLISHED, _PRACTICE, _DECISION = Basis

READ_BACK = _rule(
    101,
    "read-back",
    "What was created can be read.",
    _PUBLISHED,
    ("PUB-017", "PUB-018", "PUB-019", "PUB-022", "PUB-024", "PUB-025"),
)
UNKNOWN_ID = _rule(
    102,
    "unknown-id-not-found",
    "What was never created, or was refused, is not found.",
    _PUBLISHED,
    ("PUB-243",),
)
OTHER_SITE = _rule(
    103,
    "object-of-one-site",
    "An object belongs to its site: the same id on another site is another object.",
    _DOCUMENTED,
    ("RU-011", "RU-012"),
)
OTHER_KEY = _rule(
    104,
    "key-of-its-site",
    "Only a key of the site gets anything from it.",
    _DOCUMENTED,
    ("EN-010", "RU-013", "PUB-241", "PUB-242"),
)
SAME_REQUEST = _rule(
    105,
    "repeated-request",
    "The same request again is answered with the object that the first one made.",
    _PUBLISHED,
    ("PUB-012", "PUB-013", "PUB-093"),
)
ID_TAKEN = _rule(
    106,
    "id-taken-refused",
    "Another request under an id that is taken is refused with 400 validation.error, and cause names the id.",
    _DECISION,
    ("RU-011", "PUB-027"),
    "same-id-other-body",
)
OVERWRITTEN = _rule(
    107,
    "id-never-given-twice",
    "Another request under an id that is taken does not change the object.",
    _DOCUMENTED,
    ("RU-011", "PUB-027", "PUB-012"),
)
REPEAT_NOW = _rule(
    109,
    "repeat-shows-the-present",
    "A repeated request is answered with the object as it stands now, and not as it was at first.",
    _DECISION,
    ("PUB-013", "PUB-093"),
    "same-id-same-body",
)
PART_OF_PAYMENT = _rule(
    108,
    "ids-within-their-payment",
    "The same captureId or refundId under another payment is another object.",
    _DECISION,
    (),
    "scope-of-ids",
)

ECHO_ID = _rule(
    201,
    "ids-repeated",
    "An answer has the ids of the request's path.",
    _DOCUMENTED,
    ("EN-046", "EN-079", "EN-128", "EN-146", "EN-147", "EN-148", "RU-090", "RU-121", "PUB-083", "PUB-125", "PUB-138"),
)
ECHO_AMOUNT = _rule(
    202,
    "amount-repeated",
    "An answer's amount is the one that was sent.",
    _DOCUMENTED,
    ("EN-047", "EN-082", "EN-083", "EN-129", "RU-094", "RU-165", "RU-168"),
)
AMOUNT_FORM = _rule(
    203,
    "amount-with-two-decimals",
    "An answer writes a sum as a string with two decimals.",
    _DOCUMENTED,
    ("EN-083", "RU-144", "RU-146", "RU-148", "RU-165", "PUB-034"),
)
ECHO_EXPIRATION = _rule(
    204,
    "expiration-repeated",
    "A bill's expirationDateTime comes back character for character.",
    _DOCUMENTED,
    ("EN-050", "EN-084", "EN-132"),
)
ECHO_COMMENT = _rule(
    205, "bill-comment-repeated", "A bill's comment comes back as it was sent.", _DOCUMENTED, ("EN-088",)
)
ECHO_CUSTOMER = _rule(
    206,
    "customer-copied",
    "customer of an answer is a copy of the request's.",
    _DOCUMENTED,
    ("RU-108", "RU-122", "PUB-089"),
)
ECHO_CUSTOM_FIELDS = _rule(
    207,
    "custom-fields-copied",
    "customFields of an answer have what the request's had.",
    _DOCUMENTED,
    ("RU-114", "RU-123", "PUB-091"),
)
COPIES_KEPT = _rule(
    208,
    "copies-not-left-out",
    "customer, customFields and callbackUrl are in the answer when they were sent.",
    _DECISION,
    ("RU-108", "RU-114", "RU-124"),
    "echo-copies",
)
ECHO_CALLBACK = _rule(
    209,
    "callback-url-repeated",
    "callbackUrl of an answer is the one that was sent.",
    _DOCUMENTED,
    ("RU-110", "RU-124"),
)
ECHO_FLAGS = _rule(
    210,
    "bill-flags-repeated",
    "A bill's answer has the flags of its request, and at most TEST beside them.",
    _DOCUMENTED,
    ("EN-089", "EN-158", "PUB-090", "PUB-092"),
)
MASKED_PAN = _rule(
    211,
    "masked-pan-of-the-card",
    "maskedPan shows the first six and the last four digits of the card that was sent.",
    _DOCUMENTED,
    ("RU-150", "RU-169", "PUB-053"),
)
IDENTITY = _rule(
    212,
    "identity-constant",
    "createdDateTime and invoiceUid of an object never change.",
    _DOCUMENTED,
    ("EN-080", "RU-092", "RU-142"),
)
PAY_URL = _rule(
    213,
    "pay-url-of-the-bill",
    "payUrl has the bill's own invoiceUid in its query.",
    _DOCUMENTED,
    ("EN-090", "EN-091"),
)
METHOD_TYPE = _rule(
    214,
    "method-of-the-payment",
    "paymentMethod.type of an answer is the one that was sent.",
    _DOCUMENTED,
    ("RU-100", "RU-149"),
)
SHOWN_ALIKE = _rule(
    215,
    "shown-alike-everywhere",
    "An object is one object wherever it is shown: its card, token, flags and the reason of its failure are the same.",
    _PUBLISHED,
    ("PUB-012", "PUB-017", "PUB-019", "PUB-022", "PUB-024", "PUB-025", "PUB-039", "PUB-109", "PUB-309"),
)
INVOICE_UID = _rule(
    216,
    "invoice-uid-of-one-bill",
    "No two bills have one invoiceUid, since payUrl leads to the form by it.",
    _DOCUMENTED,
    ("EN-027", "EN-080", "EN-091"),
)
CURRENCY = _rule(
    217,
    "sums-in-one-currency",
    "What was captured and returned of a payment is in the currency of its amount.",
    _DOCUMENTED,
    ("RU-168", "EN-082"),
)
ECHO_BILL_ID = _rule(
    218,
    "bill-of-the-payment",
    "billId of a payment's answer is the one that was sent, or the one that it got when it was made.",
    _PUBLISHED,
    ("PUB-097", "PUB-104", "PUB-113", "RU-024"),
)
ECHO_PAYMENT_COMMENT = _rule(
    219,
    "payment-comment-repeated",
    "comment of a payment's answer, where there is one, is the one that was sent.",
    _PUBLISHED,
    ("PUB-103", "RU-028"),
)

CARD_DATA = _rule(
    301,
    "no-card-data-in-answers",
    "No answer has a card number, its expiry, its code or its holder's name, error texts included.",
    _DOCUMENTED,
    ("RU-170", "EN-060", "EN-154"),
)
KEY_SHOWN = _rule(
    302,
    "no-key-in-answers",
    "No answer has an API access key, and no error a payment token.",
    _DECISION,
    ("EN-009",),
    "key-as-is",
)

STATUS_BACK = _rule(
    401,
    "status-never-goes-back",
    "A status never goes back: CREATED becomes PAID or EXPIRED, WAITING becomes COMPLETED or DECLINED, the rest stays.",
    _PUBLISHED,
    ("EN-039", "PUB-158", "PUB-159", "PUB-164"),
)
FIRST_STATUS = _rule(
    402,
    "bill-created-waits",
    "A bill that was just created is CREATED, or EXPIRED where its term has passed.",
    _DOCUMENTED,
    ("EN-026", "EN-049", "EN-086", "EN-131"),
)
CHANGED_AFTER_CREATED = _rule(
    403,
    "changed-not-before-created",
    "status.changedDateTime is not earlier than createdDateTime.",
    _DOCUMENTED,
    ("RU-171",),
)
CHANGED_WITH_STATUS = _rule(
    404,
    "changed-with-the-status",
    "status.changedDateTime moves only when something changes, and never backwards.",
    _PUBLISHED,
    ("PUB-039", "EN-087"),
)
EXPIRED_EARLY = _rule(
    405,
    "expired-after-its-term",
    "A bill is not EXPIRED before its expirationDateTime.",
    _PUBLISHED,
    ("PUB-072", "PUB-159", "EN-021"),
)
BILL_PAID = _rule(
    406,
    "bill-paid-with-its-payment",
    "A bill is PAID when one of its payments is COMPLETED, and only then.",
    _DOCUMENTED,
    ("EN-034", "EN-055", "EN-105", "PUB-158", "PUB-160", "PRA-040"),
)
BILL_PAID_TWICE = _rule(
    407,
    "bill-charged-once",
    "A bill that is PAID or EXPIRED, or of another sum, is not charged.",
    _PUBLISHED,
    ("PUB-072", "PUB-277"),
)
THREE_DS_NEEDED = _rule(
    408,
    "no-debit-before-3ds",
    "A payment that asks for 3-D Secure is not COMPLETED before complete was called.",
    _PUBLISHED,
    ("EN-031", "PUB-164"),
)
THREE_DS_PASSED = _rule(
    409,
    "wrong-pares-declined",
    "complete with a pares that nobody issued does not complete the payment.",
    _DECISION,
    ("PUB-114", "PUB-258"),
    "wrong-pares",
)
COMPLETE_STATE = _rule(
    410,
    "complete-only-while-waiting",
    "complete on a payment that does not wait is refused with 400 payin.incorrect-method-invocation.",
    _DECISION,
    ("PUB-020", "PUB-164"),
    "complete-twice",
)
REASON_TOLD = _rule(
    411,
    "failure-has-a-reason",
    "A payment, capture or refund that failed says why in status.reason.",
    _PUBLISHED,
    ("PUB-040", "PUB-253"),
)
ALREADY_PAID = _rule(
    412,
    "already-paid-when-paid",
    "A payment is declined with BILL_ALREADY_PAID only where its bill is PAID.",
    _PUBLISHED,
    ("PUB-277", "PUB-158"),
)
DECIDED_AT_ONCE = _rule(
    413,
    "decided-at-once",
    "A payment that needs no 3-D Secure is decided in the answer that makes it, but for the slow cards of test mode.",
    _PUBLISHED,
    ("PUB-165", "PUB-295", "PUB-296"),
)
COMPLETE_DECIDES = _rule(
    414,
    "complete-decides",
    "complete makes a payment COMPLETED or DECLINED, but for the slow cards of test mode.",
    _PUBLISHED,
    ("PUB-164",),
)
REQUIREMENTS_GONE = _rule(
    415,
    "requirements-while-waiting",
    "requirements are there only while the payment waits for the payer.",
    _DOCUMENTED,
    ("RU-118", "RU-126", "PUB-161"),
)
CHILD_AFTER_PARENT = _rule(
    416,
    "made-after-its-payment",
    "A capture or refund is not made before its payment, nor a payment before its bill.",
    _PUBLISHED,
    ("RU-092", "PUB-098", "PUB-126", "PUB-139"),
)
TIME_MOVES_ON = _rule(
    417,
    "time-moves-on",
    "What is made, or went wrong, has no earlier time than what was shown before it was asked for.",
    _PUBLISHED,
    ("RU-092", "RU-136", "PUB-039", "PUB-126", "PUB-139"),
)
MADE_NOW = _rule(
    418,
    "made-when-asked-for",
    "createdDateTime is the time at which the object was asked for.",
    _DOCUMENTED,
    ("RU-092", "EN-087"),
)
EXPIRED_REASON = _rule(
    419,
    "expired-bill-reason",
    "An attempt to pay an EXPIRED bill is declined with INVALID_STATE.",
    _DECISION,
    ("PUB-072", "PUB-255"),
    "expired-bill-declines",
)
OTHER_SUM_REASON = _rule(
    420,
    "other-sum-reason",
    "An attempt to pay a bill with another sum is declined with INVALID_AMOUNT.",
    _DECISION,
    ("RU-024", "PUB-256"),
    "amount-of-a-bills-payment",
)
PARES_REASON = _rule(
    421,
    "wrong-pares-reason",
    "A payment that is completed with a pares that nobody issued is declined with DECLINED_BY_MPI.",
    _DECISION,
    ("PUB-114", "PUB-258"),
    "wrong-pares",
)

WAITING_SUMS = _rule(
    501,
    "nothing-moved-while-waiting",
    "capturedAmount and refundedAmount are 0.00 while a payment waits.",
    _DOCUMENTED,
    ("RU-146", "RU-148", "RU-167"),
)
DECLINED_SUMS = _rule(
    502,
    "nothing-moved-when-declined",
    "capturedAmount and refundedAmount of a declined payment are 0.00.",
    _DECISION,
    ("RU-096",),
    "captured-amount",
)
ONE_STEP_SUM = _rule(
    503,
    "one-step-captured",
    "A COMPLETED one-step payment has captured its whole amount.",
    _DOCUMENTED,
    ("EN-003", "EN-022", "EN-033", "EN-054", "RU-046", "RU-096"),
)
HOLD_SUM = _rule(
    504,
    "hold-not-captured",
    "A two-step payment on hold is COMPLETED with capturedAmount 0.00.",
    _PRACTICE,
    ("PRA-007", "PUB-105", "PUB-162"),
)
UNASKED_CAPTURE = _rule(
    505,
    "no-debit-without-capture",
    "Held money is debited by a capture, or when the waiting period ends, and by nothing else.",
    _DOCUMENTED,
    ("EN-005", "EN-024", "EN-112", "EN-113"),
)
CAPTURE_REST = _rule(
    506,
    "capture-takes-the-hold",
    "A capture takes all that is held: the amount less what was reversed.",
    _PUBLISHED,
    ("PUB-124", "PUB-147", "EN-143", "EN-149"),
)
CAPTURED_SUM = _rule(
    507,
    "captured-amount-is-the-capture",
    "capturedAmount is the sum of what was captured.",
    _DOCUMENTED,
    ("RU-096",),
)
SECOND_CAPTURE = _rule(508, "one-capture", "A payment is captured once at most.", _PUBLISHED, ("PUB-130",))
CAPTURE_STATE = _rule(
    509,
    "capture-of-a-hold-only",
    "A payment that holds nothing (one-step, waiting, declined, reversed) is not captured.",
    _DECISION,
    ("EN-004", "PRA-009"),
    "capture-of-wrong-state",
)
CAPTURE_REFUSED = _rule(
    510,
    "wrong-capture-is-400",
    "A capture that has nothing to take is refused with 400 payin.incorrect-method-invocation.",
    _PRACTICE,
    ("PRA-009",),
)
REFUNDED_SUM = _rule(
    511,
    "refunded-amount-is-the-refunds",
    "refundedAmount is the sum of the completed reversals and refunds.",
    _DOCUMENTED,
    ("RU-098",),
)
BOUNDS = _rule(
    512,
    "money-does-not-appear",
    "What was captured and reversed does not exceed the amount, nor what was refunded the captured.",
    _DOCUMENTED,
    ("EN-006", "EN-007", "RU-096", "RU-098"),
)
REFUND_OVER = _rule(
    513,
    "no-refund-above-the-rest",
    "More than what is left is never returned.",
    _DOCUMENTED,
    ("EN-006", "EN-007", "PUB-144"),
)
REFUND_OVER_REASON = _rule(
    514,
    "refund-above-the-rest-reason",
    "A refund above what is left is declined with INVALID_AMOUNT.",
    _DECISION,
    ("PUB-151", "PUB-256"),
    "refund-over-rest",
)
REFUND_WITHIN = _rule(
    515,
    "refund-within-the-rest",
    "A refund of what is left is not declined for its amount or for the payment's state.",
    _PUBLISHED,
    ("EN-006", "EN-007", "PUB-144", "PUB-150"),
)
REFUND_STATE = _rule(
    516,
    "refund-of-completed-only",
    "Nothing is returned of a payment that is WAITING or DECLINED.",
    _DOCUMENTED,
    ("EN-006", "EN-007"),
)
REFUND_STATE_REASON = _rule(
    517,
    "refund-of-wrong-state-reason",
    "A refund of a WAITING or DECLINED payment is declined with INVALID_STATE.",
    _DECISION,
    ("PUB-151", "PUB-255"),
    "refund-of-wrong-state",
)
REVERSAL_FLAG = _rule(
    518,
    "reversal-before-capture",
    "What is returned before the capture has the flag REVERSAL.",
    _PUBLISHED,
    ("PUB-142", "PUB-145", "EN-006"),
)
REFUND_FLAG = _rule(
    519,
    "refund-after-debit",
    "What is returned of debited money has no flag REVERSAL, one-step payments above all.",
    _DOCUMENTED,
    ("EN-004", "EN-007", "PUB-146"),
)

LIST_WHOLE = _rule(
    601,
    "refunds-list-whole",
    "The list of refunds has exactly the refunds that were made.",
    _PUBLISHED,
    ("PUB-025", "PUB-144"),
)
LIST_ORDER = _rule(
    602, "refunds-oldest-first", "Refunds are listed oldest first.", _DECISION, ("PUB-025",), "list-order"
)
PAYMENTS_WHOLE = _rule(
    603,
    "bill-payments-whole",
    "A bill's list and details have exactly its payments, each with its billId.",
    _PUBLISHED,
    ("PUB-018", "PUB-094", "PUB-096", "PUB-097", "PUB-170"),
)
PAYMENTS_ORDER = _rule(
    604, "bill-payments-newest-first", "Payments of a bill are listed newest first.", _PUBLISHED, ("PUB-095",)
)

TOKEN_UNASKED = _rule(
    701,
    "token-only-when-asked",
    "createdToken appears where a token was asked for, and nowhere else.",
    _DOCUMENTED,
    ("RU-047", "RU-127", "PUB-156"),
)
TOKEN_ISSUED = _rule(
    702,
    "token-issued",
    "An authorized card payment with BIND_PAYMENT_TOKEN and customer.account issues a token.",
    _DOCUMENTED,
    ("RU-047", "RU-120", "PUB-067", "PUB-155"),
)
TOKEN_OF_SITE = _rule(
    703, "token-of-its-site", "A token works only on the site for which it was issued.", _DOCUMENTED, ("EN-171",)
)
TOKEN_ACCOUNT = _rule(
    704,
    "token-of-its-account",
    "A token pays only with the customer.account that it was issued for.",
    _DOCUMENTED,
    ("EN-174", "EN-175", "PUB-106", "PUB-156"),
)
TOKEN_DELETED = _rule(705, "deleted-token-dead", "A deleted token does not pay.", _PUBLISHED, ("PUB-026", "PUB-157"))
TOKEN_WITHOUT_3DS = _rule(
    706,
    "token-without-3ds",
    "A payment by token asks for no 3-D Secure.",
    _DOCUMENTED,
    ("EN-188", "PUB-107"),
)
TOKEN_DELETE = _rule(
    707,
    "token-can-be-deleted",
    "A token that was issued can be deleted by its account, once.",
    _PUBLISHED,
    ("PUB-026",),
)
TOKEN_SHARED = _rule(
    708,
    "token-of-one-payer",
    "A token stands for one account on one site: no two accounts get the same.",
    _PUBLISHED,
    ("PUB-156", "EN-171", "EN-174"),
)
TOKEN_CARD = _rule(
    709,
    "token-of-its-card",
    "A token is named after the masked number of the card that it was issued for, and pays with that card.",
    _PUBLISHED,
    ("PUB-068", "EN-168", "PUB-053"),
)

CAUSE_FIELD = _rule(
    801,
    "cause-names-a-field",
    "cause of a validation error names a field or an id of the request.",
    _DOCUMENTED,
    ("RU-138", "RU-139", "PUB-234", "PRA-015"),
)
CAUSE_ELSEWHERE = _rule(
    802, "no-cause-without-a-field", "Other errors have no cause.", _DOCUMENTED, ("RU-140", "PRA-013")
)
UNEXPECTED_REFUSAL = _rule(
    803,
    "valid-request-accepted",
    "A request that keeps every rule is not refused, unless what happened before gives the reason.",
    _DOCUMENTED,
    ("RU-001", "RU-039", "EN-025", "PUB-016", "PUB-020", "PUB-021", "PUB-023"),
)
ERROR_CODE_OF_STATUS = _rule(
    804,
    "error-code-fits-status",
    "404 has errorCode payin.resource.not.found.",
    _DECISION,
    ("PUB-238", "PUB-243"),
    "unknown-object",
)

RULES: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
"""All rules of the books."""
