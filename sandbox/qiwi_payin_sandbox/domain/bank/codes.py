"""Codes by which payment schemes refuse (`psErrorCode`): the reason that goes with each, and who may try again when."""

from dataclasses import dataclass
from enum import StrEnum

from qiwi_payin_sandbox.domain.reasons import Reason


class Repeats(StrEnum):
    """What the scheme MIR allows after such a refusal of a payment without 3-D Secure, on the same Moscow day."""

    NONE = "no more that day"
    ONE = "one more that day"


@dataclass(frozen=True, slots=True)
class SchemeCode:
    """A code of a payment scheme."""

    reason: Reason
    repeats: Repeats
    meaning: str


_BY_SCHEME = Reason.REATTEMPT_NOT_PERMITTED_BY_PS
_BY_BANK = Reason.ACQUIRING_NOT_PERMITTED

SCHEME_CODES = {
    "03": SchemeCode(_BY_SCHEME, Repeats.NONE, "kind of merchant barred by the issuing bank"),
    "04": SchemeCode(_BY_SCHEME, Repeats.NONE, "card blocked"),
    "05": SchemeCode(_BY_BANK, Repeats.NONE, "declined by the issuing bank"),
    "12": SchemeCode(_BY_SCHEME, Repeats.NONE, "kind of operation barred by the scheme"),
    "13": SchemeCode(_BY_BANK, Repeats.ONE, "amount not accepted"),
    "14": SchemeCode(_BY_BANK, Repeats.ONE, "card number not accepted"),
    "15": SchemeCode(_BY_SCHEME, Repeats.NONE, "no such issuing bank"),
    "30": SchemeCode(_BY_BANK, Repeats.ONE, "error of format"),
    "33": SchemeCode(_BY_SCHEME, Repeats.NONE, "card not usable"),
    "41": SchemeCode(_BY_SCHEME, Repeats.NONE, "card not usable: lost"),
    "43": SchemeCode(_BY_SCHEME, Repeats.NONE, "card not usable: stolen"),
    "51": SchemeCode(Reason.ACQUIRING_INSUFFICIENT_FUNDS, Repeats.ONE, "insufficient funds"),
    "54": SchemeCode(Reason.ACQUIRING_EXPIRED_CARD, Repeats.ONE, "card expired"),
    "57": SchemeCode(_BY_SCHEME, Repeats.NONE, "kind of operation not allowed for the card"),
    "58": SchemeCode(_BY_SCHEME, Repeats.NONE, "operation not allowed for the acquirer"),
    "61": SchemeCode(Reason.ACQUIRING_LIMIT_EXCEEDED, Repeats.ONE, "limit on the sum exceeded"),
    "62": SchemeCode(_BY_SCHEME, Repeats.NONE, "restricted card"),
    "63": SchemeCode(_BY_BANK, Repeats.ONE, "security rule broken"),
    "65": SchemeCode(Reason.ACQUIRING_LIMIT_EXCEEDED, Repeats.ONE, "limit on the number of operations exceeded"),
    "75": SchemeCode(Reason.ACQUIRING_INCORRECT_CVV, Repeats.ONE, "too many wrong codes entered"),
    "76": SchemeCode(_BY_SCHEME, Repeats.NONE, "nothing found to cancel"),
    "78": SchemeCode(_BY_SCHEME, Repeats.NONE, "card closed"),
    "86": SchemeCode(Reason.ACQUIRING_INCORRECT_CVV, Repeats.ONE, "code cannot be checked"),
    "88": SchemeCode(Reason.ACQUIRING_AUTH_TECHNICAL_ERROR, Repeats.ONE, "cryptographic failure"),
    "91": SchemeCode(Reason.ACQUIRING_ISSUER_NOT_AVAILABLE, Repeats.ONE, "issuing bank not available"),
    "92": SchemeCode(_BY_SCHEME, Repeats.NONE, "operation cannot be processed"),
    "93": SchemeCode(_BY_SCHEME, Repeats.NONE, "against the law"),
    "94": SchemeCode(_BY_SCHEME, Repeats.NONE, "duplicate"),
    "96": SchemeCode(_BY_BANK, Repeats.ONE, "system failure, to be tried later"),
    "CB": SchemeCode(Reason.ACQUIRING_ACQUIRER_ERROR, Repeats.ONE, "error of the acquirer"),
    "CD": SchemeCode(_BY_SCHEME, Repeats.NONE, "holder deceased"),
    "TS": SchemeCode(_BY_SCHEME, Repeats.NONE, "standing order cancelled"),
}
