"""Why a payment, capture or refund was declined."""

from enum import StrEnum


class Reason(StrEnum):
    """Reason codes that the sandbox itself gives, a part of the documented list."""

    ACQUIRING_INVALID_CARD = "ACQUIRING_INVALID_CARD"
    ACQUIRING_LIMIT_EXCEEDED = "ACQUIRING_LIMIT_EXCEEDED"
    ACQUIRING_NOT_PERMITTED = "ACQUIRING_NOT_PERMITTED"
    BILL_ALREADY_PAID = "BILL_ALREADY_PAID"
    DECLINED_BY_MPI = "DECLINED_BY_MPI"
    INVALID_AMOUNT = "INVALID_AMOUNT"
    INVALID_STATE = "INVALID_STATE"
    PAYMENT_EXPIRED_3DS = "PAYMENT_EXPIRED_3DS"

    @property
    def message(self) -> str:
        """The reason in words for the partner."""
        return _MESSAGES[self]


_MESSAGES = {
    Reason.ACQUIRING_INVALID_CARD: "Invalid card number",
    Reason.ACQUIRING_LIMIT_EXCEEDED: "Limit exceeded",
    Reason.ACQUIRING_NOT_PERMITTED: "Operation not permitted by the issuing bank",
    Reason.BILL_ALREADY_PAID: "Bill is already paid",
    Reason.DECLINED_BY_MPI: "3-D Secure authentication failed",
    Reason.INVALID_AMOUNT: "Invalid amount",
    Reason.INVALID_STATE: "Invalid state of the payment or bill",
    Reason.PAYMENT_EXPIRED_3DS: "3-D Secure authentication was not finished in time",
}
