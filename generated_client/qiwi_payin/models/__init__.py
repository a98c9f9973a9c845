# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""The objects of the API and the lists of names in them. Each is loaded when it is first asked for."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
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
    "Address",
    "Bill",
    "BillDetails",
    "BillFlag",
    "BillMark",
    "BillPayment",
    "BillRequest",
    "BillStatus",
    "BillStatusValue",
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
    "FormPaymentMethod",
    "FundingSource",
    "NotificationFlag",
    "NotifiedCapture",
    "NotifiedCustomer",
    "NotifiedMethod",
    "NotifiedMethodType",
    "NotifiedPayment",
    "NotifiedPaymentGatewayData",
    "NotifiedRefund",
    "NotifiedStatus",
    "NotifiedStatusValue",
    "OtherUsedMethod",
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
    "StoredCardUse",
    "ThreeDSAnswer",
    "ThreeDSRequirement",
    "TokenData",
    "TokenDeleteRequest",
    "TokenPaymentMethod",
    "UsedCard",
    "UsedToken",
]

_MODULES = {
    "Address": "address",
    "Bill": "bill",
    "BillDetails": "bill_details",
    "BillFlag": "bill_flag",
    "BillMark": "bill_mark",
    "BillPayment": "bill_payment",
    "BillRequest": "bill_request",
    "BillStatus": "bill_status",
    "BillStatusValue": "bill_status_value",
    "Capture": "capture",
    "CaptureNotification": "capture_notification",
    "CaptureRequest": "capture_request",
    "CaptureStatus": "capture_status",
    "CaptureStatusValue": "capture_status_value",
    "CardInfo": "card_info",
    "CardPaymentMethod": "card_payment_method",
    "CompleteRequest": "complete_request",
    "CreatedToken": "created_token",
    "CredentialOnFile": "credential_on_file",
    "CredentialOnFileType": "credential_on_file_type",
    "CustomFields": "custom_fields",
    "Customer": "customer",
    "DeviceData": "device_data",
    "ErrorBody": "error_body",
    "ErrorBodyCause": "error_body_cause",
    "ErrorCode": "error_code",
    "FirstTransaction": "first_transaction",
    "FormPaymentMethod": "form_payment_method",
    "FundingSource": "funding_source",
    "NotificationFlag": "notification_flag",
    "NotifiedCapture": "notified_capture",
    "NotifiedCustomer": "notified_customer",
    "NotifiedMethod": "notified_method",
    "NotifiedMethodType": "notified_method_type",
    "NotifiedPayment": "notified_payment",
    "NotifiedPaymentGatewayData": "notified_payment_gateway_data",
    "NotifiedRefund": "notified_refund",
    "NotifiedStatus": "notified_status",
    "NotifiedStatusValue": "notified_status_value",
    "OtherUsedMethod": "other_used_method",
    "Payment": "payment",
    "PaymentCommand": "payment_command",
    "PaymentDeviceData": "payment_device_data",
    "PaymentMark": "payment_mark",
    "PaymentNotification": "payment_notification",
    "PaymentRequest": "payment_request",
    "PaymentStatus": "payment_status",
    "PaymentStatusValue": "payment_status_value",
    "PaymentSystem": "payment_system",
    "Reason": "reason",
    "ReceiverData": "receiver_data",
    "Refund": "refund",
    "RefundMark": "refund_mark",
    "RefundNotification": "refund_notification",
    "RefundRequest": "refund_request",
    "RefundStatus": "refund_status",
    "RefundStatusValue": "refund_status_value",
    "Requirements": "requirements",
    "SavedCardUse": "saved_card_use",
    "StoredCardUse": "stored_card_use",
    "ThreeDSAnswer": "three_ds_answer",
    "ThreeDSRequirement": "three_ds_requirement",
    "TokenData": "token_data",
    "TokenDeleteRequest": "token_delete_request",
    "TokenPaymentMethod": "token_payment_method",
    "UsedCard": "used_card",
    "UsedToken": "used_token",
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name not in _MODULES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
