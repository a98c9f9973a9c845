"""Why a payment, capture or refund was declined: the reason codes that are published, all of them."""

from enum import StrEnum


class Reason(StrEnum):
    """A reason code: `status.reason` of an answer, `status.reasonCode` of a notification."""

    INVALID_STATE = "INVALID_STATE"
    INVALID_AMOUNT = "INVALID_AMOUNT"
    INVALID_RECEIVER_DATA = "INVALID_RECEIVER_DATA"
    DECLINED_BY_MPI = "DECLINED_BY_MPI"
    DECLINED_BY_FRAUD = "DECLINED_BY_FRAUD"
    REATTEMPT_NOT_PERMITTED = "REATTEMPT_NOT_PERMITTED"
    REATTEMPT_NOT_PERMITTED_BY_PS = "REATTEMPT_NOT_PERMITTED_BY_PS"
    GATEWAY_INTEGRATION_ERROR = "GATEWAY_INTEGRATION_ERROR"
    GATEWAY_TECHNICAL_ERROR = "GATEWAY_TECHNICAL_ERROR"
    ACQUIRING_MPI_TECH_ERROR = "ACQUIRING_MPI_TECH_ERROR"
    ACQUIRING_GATEWAY_TECH_ERROR = "ACQUIRING_GATEWAY_TECH_ERROR"
    ACQUIRING_ACQUIRER_ERROR = "ACQUIRING_ACQUIRER_ERROR"
    ACQUIRING_AUTH_TECHNICAL_ERROR = "ACQUIRING_AUTH_TECHNICAL_ERROR"
    ACQUIRING_ISSUER_NOT_AVAILABLE = "ACQUIRING_ISSUER_NOT_AVAILABLE"
    ACQUIRING_SUSPECTED_FRAUD = "ACQUIRING_SUSPECTED_FRAUD"
    ACQUIRING_LIMIT_EXCEEDED = "ACQUIRING_LIMIT_EXCEEDED"
    ACQUIRING_NOT_PERMITTED = "ACQUIRING_NOT_PERMITTED"
    ACQUIRING_INCORRECT_CVV = "ACQUIRING_INCORRECT_CVV"
    ACQUIRING_EXPIRED_CARD = "ACQUIRING_EXPIRED_CARD"
    ACQUIRING_INVALID_CARD = "ACQUIRING_INVALID_CARD"
    ACQUIRING_INSUFFICIENT_FUNDS = "ACQUIRING_INSUFFICIENT_FUNDS"
    ACQUIRING_UNKNOWN = "ACQUIRING_UNKNOWN"
    BILL_ALREADY_PAID = "BILL_ALREADY_PAID"
    PAYIN_PROCESSING_ERROR = "PAYIN_PROCESSING_ERROR"
    PAYMENT_EXPIRED_3DS = "PAYMENT_EXPIRED_3DS"
    TRY_AGAIN_LATER = "TRY_AGAIN_LATER"

    @property
    def message(self) -> str:
        """The reason in words for the partner: `reasonMessage`."""
        return _MESSAGES[self]


_MESSAGES = {
    Reason.INVALID_STATE: "Invalid state of the payment or bill",
    Reason.INVALID_AMOUNT: "Invalid amount",
    Reason.INVALID_RECEIVER_DATA: "Invalid data of the receiver",
    Reason.DECLINED_BY_MPI: "3-D Secure authentication failed",
    Reason.DECLINED_BY_FRAUD: "Declined by fraud monitoring",
    Reason.REATTEMPT_NOT_PERMITTED: "No further attempt is permitted with this card today",
    Reason.REATTEMPT_NOT_PERMITTED_BY_PS: "The payment system permits no further attempt",
    Reason.GATEWAY_INTEGRATION_ERROR: "Integration error of the gateway",
    Reason.GATEWAY_TECHNICAL_ERROR: "Technical error of the gateway",
    Reason.ACQUIRING_MPI_TECH_ERROR: "Technical error during 3-D Secure authentication",
    Reason.ACQUIRING_GATEWAY_TECH_ERROR: "Technical error of the acquirer's gateway",
    Reason.ACQUIRING_ACQUIRER_ERROR: "Technical error of the acquirer",
    Reason.ACQUIRING_AUTH_TECHNICAL_ERROR: "Technical error during authorization",
    Reason.ACQUIRING_ISSUER_NOT_AVAILABLE: "The issuing bank is not available",
    Reason.ACQUIRING_SUSPECTED_FRAUD: "The issuing bank suspects fraud",
    Reason.ACQUIRING_LIMIT_EXCEEDED: "Limit exceeded",
    Reason.ACQUIRING_NOT_PERMITTED: "Operation not permitted by the issuing bank",
    Reason.ACQUIRING_INCORRECT_CVV: "Incorrect CVV",
    Reason.ACQUIRING_EXPIRED_CARD: "The card has expired",
    Reason.ACQUIRING_INVALID_CARD: "Invalid card number",
    Reason.ACQUIRING_INSUFFICIENT_FUNDS: "Insufficient funds",
    Reason.ACQUIRING_UNKNOWN: "Unknown error of the acquirer",
    Reason.BILL_ALREADY_PAID: "Bill is already paid",
    Reason.PAYIN_PROCESSING_ERROR: "The operation could not be processed",
    Reason.PAYMENT_EXPIRED_3DS: "3-D Secure authentication was not finished in time",
    Reason.TRY_AGAIN_LATER: "The operation cannot be carried out now, try again later",
}
