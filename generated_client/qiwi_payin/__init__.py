# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Client of the QIWI payment acceptance API.

`PayIn` is for sync code, `AsyncPayIn` for async code. Everything here is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qiwi_payin_runtime.answers import Answer
    from qiwi_payin_runtime.attempts import Attempt
    from qiwi_payin_runtime.errors import (
        AnswerInvalid,
        AnswerLost,
        APIError,
        BadRequest,
        CallError,
        Forbidden,
        Gone,
        MethodNotAllowed,
        NotAcceptable,
        NotFound,
        NotificationError,
        NotificationForged,
        NotificationMalformed,
        NotificationUnknown,
        NotSent,
        OutcomeUnknown,
        PayInError,
        ServerError,
        TooManyRequests,
        Unauthorized,
        WaitTimeout,
    )
    from qiwi_payin_runtime.money import Money, MoneyLike
    from qiwi_payin_runtime.observers import CallFacts, CallObserver, Observer
    from qiwi_payin_runtime.outcomes import Outcome, Verdict
    from qiwi_payin_runtime.unset import UNSET, Unset

    from qiwi_payin import errors, forms, models, notifications
    from qiwi_payin.client import AsyncPayIn, PayIn
    from qiwi_payin.models.address import Address
    from qiwi_payin.models.bill import Bill
    from qiwi_payin.models.bill_details import BillDetails
    from qiwi_payin.models.bill_flag import BillFlag
    from qiwi_payin.models.bill_mark import BillMark
    from qiwi_payin.models.bill_payment import BillPayment
    from qiwi_payin.models.bill_request import BillRequest
    from qiwi_payin.models.bill_status import BillStatus
    from qiwi_payin.models.bill_status_value import BillStatusValue
    from qiwi_payin.models.capture import Capture
    from qiwi_payin.models.capture_notification import CaptureNotification
    from qiwi_payin.models.capture_request import CaptureRequest
    from qiwi_payin.models.capture_status import CaptureStatus
    from qiwi_payin.models.capture_status_value import CaptureStatusValue
    from qiwi_payin.models.card_info import CardInfo
    from qiwi_payin.models.card_payment_method import CardPaymentMethod
    from qiwi_payin.models.complete_request import CompleteRequest
    from qiwi_payin.models.created_token import CreatedToken
    from qiwi_payin.models.credential_on_file import CredentialOnFile
    from qiwi_payin.models.credential_on_file_type import CredentialOnFileType
    from qiwi_payin.models.custom_fields import CustomFields
    from qiwi_payin.models.customer import Customer
    from qiwi_payin.models.device_data import DeviceData
    from qiwi_payin.models.error_body import ErrorBody
    from qiwi_payin.models.error_body_cause import ErrorBodyCause
    from qiwi_payin.models.error_code import ErrorCode
    from qiwi_payin.models.first_transaction import FirstTransaction
    from qiwi_payin.models.form_payment_method import FormPaymentMethod
    from qiwi_payin.models.funding_source import FundingSource
    from qiwi_payin.models.notification_flag import NotificationFlag
    from qiwi_payin.models.notified_capture import NotifiedCapture
    from qiwi_payin.models.notified_customer import NotifiedCustomer
    from qiwi_payin.models.notified_method import NotifiedMethod
    from qiwi_payin.models.notified_method_type import NotifiedMethodType
    from qiwi_payin.models.notified_payment import NotifiedPayment
    from qiwi_payin.models.notified_payment_gateway_data import NotifiedPaymentGatewayData
    from qiwi_payin.models.notified_refund import NotifiedRefund
    from qiwi_payin.models.notified_status import NotifiedStatus
    from qiwi_payin.models.notified_status_value import NotifiedStatusValue
    from qiwi_payin.models.other_used_method import OtherUsedMethod
    from qiwi_payin.models.payment import Payment
    from qiwi_payin.models.payment_command import PaymentCommand
    from qiwi_payin.models.payment_device_data import PaymentDeviceData
    from qiwi_payin.models.payment_mark import PaymentMark
    from qiwi_payin.models.payment_notification import PaymentNotification
    from qiwi_payin.models.payment_request import PaymentRequest
    from qiwi_payin.models.payment_status import PaymentStatus
    from qiwi_payin.models.payment_status_value import PaymentStatusValue
    from qiwi_payin.models.payment_system import PaymentSystem
    from qiwi_payin.models.reason import Reason
    from qiwi_payin.models.receiver_data import ReceiverData
    from qiwi_payin.models.refund import Refund
    from qiwi_payin.models.refund_mark import RefundMark
    from qiwi_payin.models.refund_notification import RefundNotification
    from qiwi_payin.models.refund_request import RefundRequest
    from qiwi_payin.models.refund_status import RefundStatus
    from qiwi_payin.models.refund_status_value import RefundStatusValue
    from qiwi_payin.models.requirements import Requirements
    from qiwi_payin.models.saved_card_use import SavedCardUse
    from qiwi_payin.models.stored_card_use import StoredCardUse
    from qiwi_payin.models.three_ds_answer import ThreeDSAnswer
    from qiwi_payin.models.three_ds_requirement import ThreeDSRequirement
    from qiwi_payin.models.token_data import TokenData
    from qiwi_payin.models.token_delete_request import TokenDeleteRequest
    from qiwi_payin.models.token_payment_method import TokenPaymentMethod
    from qiwi_payin.models.used_card import UsedCard
    from qiwi_payin.models.used_token import UsedToken

__all__ = [
    "APIError",
    "Address",
    "Answer",
    "AnswerInvalid",
    "AnswerLost",
    "AsyncPayIn",
    "Attempt",
    "BadRequest",
    "Bill",
    "BillDetails",
    "BillFlag",
    "BillMark",
    "BillPayment",
    "BillRequest",
    "BillStatus",
    "BillStatusValue",
    "CallError",
    "CallFacts",
    "CallObserver",
    "Capture",
    "CaptureNotification",
    "CaptureRequest",
    "CaptureStatus",
    "CaptureStatusValue",
    "CardInfo",
    "CardPaymentMethod",
    "CompleteRequest",
    "CreatedToken",
    "CredentialOnFile",
    "CredentialOnFileType",
    "CustomFields",
    "Customer",
    "DeviceData",
    "ErrorBody",
    "ErrorBodyCause",
    "ErrorCode",
    "FirstTransaction",
    "Forbidden",
    "FormPaymentMethod",
    "FundingSource",
    "Gone",
    "MethodNotAllowed",
    "Money",
    "MoneyLike",
    "NotAcceptable",
    "NotFound",
    "NotSent",
    "NotificationError",
    "NotificationFlag",
    "NotificationForged",
    "NotificationMalformed",
    "NotificationUnknown",
    "NotifiedCapture",
    "NotifiedCustomer",
    "NotifiedMethod",
    "NotifiedMethodType",
    "NotifiedPayment",
    "NotifiedPaymentGatewayData",
    "NotifiedRefund",
    "NotifiedStatus",
    "NotifiedStatusValue",
    "Observer",
    "OtherUsedMethod",
    "Outcome",
    "OutcomeUnknown",
    "PayIn",
    "PayInError",
    "Payment",
    "PaymentCommand",
    "PaymentDeviceData",
    "PaymentMark",
    "PaymentNotification",
    "PaymentRequest",
    "PaymentStatus",
    "PaymentStatusValue",
    "PaymentSystem",
    "Reason",
    "ReceiverData",
    "Refund",
    "RefundMark",
    "RefundNotification",
    "RefundRequest",
    "RefundStatus",
    "RefundStatusValue",
    "Requirements",
    "SavedCardUse",
    "ServerError",
    "StoredCardUse",
    "ThreeDSAnswer",
    "ThreeDSRequirement",
    "TokenData",
    "TokenDeleteRequest",
    "TokenPaymentMethod",
    "TooManyRequests",
    "UNSET",
    "Unauthorized",
    "Unset",
    "UsedCard",
    "UsedToken",
    "Verdict",
    "WaitTimeout",
    "errors",
    "forms",
    "models",
    "notifications",
]

_HOMES = {
    "AsyncPayIn": "qiwi_payin.client",
    "PayIn": "qiwi_payin.client",
    "Answer": "qiwi_payin_runtime.answers",
    "Attempt": "qiwi_payin_runtime.attempts",
    "CallFacts": "qiwi_payin_runtime.observers",
    "CallObserver": "qiwi_payin_runtime.observers",
    "Observer": "qiwi_payin_runtime.observers",
    "Money": "qiwi_payin_runtime.money",
    "MoneyLike": "qiwi_payin_runtime.money",
    "Outcome": "qiwi_payin_runtime.outcomes",
    "Verdict": "qiwi_payin_runtime.outcomes",
    "UNSET": "qiwi_payin_runtime.unset",
    "Unset": "qiwi_payin_runtime.unset",
    "APIError": "qiwi_payin_runtime.errors",
    "AnswerInvalid": "qiwi_payin_runtime.errors",
    "AnswerLost": "qiwi_payin_runtime.errors",
    "BadRequest": "qiwi_payin_runtime.errors",
    "CallError": "qiwi_payin_runtime.errors",
    "Forbidden": "qiwi_payin_runtime.errors",
    "Gone": "qiwi_payin_runtime.errors",
    "MethodNotAllowed": "qiwi_payin_runtime.errors",
    "NotAcceptable": "qiwi_payin_runtime.errors",
    "NotFound": "qiwi_payin_runtime.errors",
    "NotSent": "qiwi_payin_runtime.errors",
    "NotificationError": "qiwi_payin_runtime.errors",
    "NotificationForged": "qiwi_payin_runtime.errors",
    "NotificationMalformed": "qiwi_payin_runtime.errors",
    "NotificationUnknown": "qiwi_payin_runtime.errors",
    "OutcomeUnknown": "qiwi_payin_runtime.errors",
    "PayInError": "qiwi_payin_runtime.errors",
    "ServerError": "qiwi_payin_runtime.errors",
    "TooManyRequests": "qiwi_payin_runtime.errors",
    "Unauthorized": "qiwi_payin_runtime.errors",
    "WaitTimeout": "qiwi_payin_runtime.errors",
    "Address": "qiwi_payin.models",
    "Bill": "qiwi_payin.models",
    "BillDetails": "qiwi_payin.models",
    "BillFlag": "qiwi_payin.models",
    "BillMark": "qiwi_payin.models",
    "BillPayment": "qiwi_payin.models",
    "BillRequest": "qiwi_payin.models",
    "BillStatus": "qiwi_payin.models",
    "BillStatusValue": "qiwi_payin.models",
    "Capture": "qiwi_payin.models",
    "CaptureNotification": "qiwi_payin.models",
    "CaptureRequest": "qiwi_payin.models",
    "CaptureStatus": "qiwi_payin.models",
    "CaptureStatusValue": "qiwi_payin.models",
    "CardInfo": "qiwi_payin.models",
    "CardPaymentMethod": "qiwi_payin.models",
    "CompleteRequest": "qiwi_payin.models",
    "CreatedToken": "qiwi_payin.models",
    "CredentialOnFile": "qiwi_payin.models",
    "CredentialOnFileType": "qiwi_payin.models",
    "CustomFields": "qiwi_payin.models",
    "Customer": "qiwi_payin.models",
    "DeviceData": "qiwi_payin.models",
    "ErrorBody": "qiwi_payin.models",
    "ErrorBodyCause": "qiwi_payin.models",
    "ErrorCode": "qiwi_payin.models",
    "FirstTransaction": "qiwi_payin.models",
    "FormPaymentMethod": "qiwi_payin.models",
    "FundingSource": "qiwi_payin.models",
    "NotificationFlag": "qiwi_payin.models",
    "NotifiedCapture": "qiwi_payin.models",
    "NotifiedCustomer": "qiwi_payin.models",
    "NotifiedMethod": "qiwi_payin.models",
    "NotifiedMethodType": "qiwi_payin.models",
    "NotifiedPayment": "qiwi_payin.models",
    "NotifiedPaymentGatewayData": "qiwi_payin.models",
    "NotifiedRefund": "qiwi_payin.models",
    "NotifiedStatus": "qiwi_payin.models",
    "NotifiedStatusValue": "qiwi_payin.models",
    "OtherUsedMethod": "qiwi_payin.models",
    "Payment": "qiwi_payin.models",
    "PaymentCommand": "qiwi_payin.models",
    "PaymentDeviceData": "qiwi_payin.models",
    "PaymentMark": "qiwi_payin.models",
    "PaymentNotification": "qiwi_payin.models",
    "PaymentRequest": "qiwi_payin.models",
    "PaymentStatus": "qiwi_payin.models",
    "PaymentStatusValue": "qiwi_payin.models",
    "PaymentSystem": "qiwi_payin.models",
    "Reason": "qiwi_payin.models",
    "ReceiverData": "qiwi_payin.models",
    "Refund": "qiwi_payin.models",
    "RefundMark": "qiwi_payin.models",
    "RefundNotification": "qiwi_payin.models",
    "RefundRequest": "qiwi_payin.models",
    "RefundStatus": "qiwi_payin.models",
    "RefundStatusValue": "qiwi_payin.models",
    "Requirements": "qiwi_payin.models",
    "SavedCardUse": "qiwi_payin.models",
    "StoredCardUse": "qiwi_payin.models",
    "ThreeDSAnswer": "qiwi_payin.models",
    "ThreeDSRequirement": "qiwi_payin.models",
    "TokenData": "qiwi_payin.models",
    "TokenDeleteRequest": "qiwi_payin.models",
    "TokenPaymentMethod": "qiwi_payin.models",
    "UsedCard": "qiwi_payin.models",
    "UsedToken": "qiwi_payin.models",
}
_MODULES = ("errors", "forms", "models", "notifications")

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
