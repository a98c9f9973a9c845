"""Never run: type checkers see what each field holds, and how an absent one is told from what is there."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, assert_never, assert_type

from qiwi_payin import (
    UNSET,
    Address,
    Bill,
    BillDetails,
    BillPayment,
    BillStatus,
    Capture,
    CaptureStatus,
    CardInfo,
    CardPaymentMethod,
    CreatedToken,
    CredentialOnFile,
    Customer,
    CustomFields,
    ErrorBody,
    ErrorBodyCause,
    FirstTransaction,
    Money,
    NotifiedMethod,
    NotifiedPayment,
    NotifiedPaymentGatewayData,
    NotifiedStatus,
    OtherUsedMethod,
    Payment,
    PaymentDeviceData,
    PaymentStatus,
    Refund,
    RefundStatus,
    Requirements,
    TokenData,
    TokenPaymentMethod,
    Unset,
    UsedCard,
    UsedToken,
    models,
)
from qiwi_payin.models import (
    BillMark,
    BillStatusValue,
    CaptureStatusValue,
    CredentialOnFileType,
    ErrorCode,
    FundingSource,
    NotificationFlag,
    NotifiedMethodType,
    NotifiedStatusValue,
    PaymentMark,
    PaymentStatusValue,
    PaymentSystem,
    Reason,
    RefundMark,
    RefundStatusValue,
    SavedCardUse,
    StoredCardUse,
    ThreeDSRequirement,
)


def of_a_bill(bill: Bill) -> None:
    assert_type(bill.bill_id, str)
    assert_type(bill.site_id, str | Unset)
    assert_type(bill.invoice_uid, str)
    assert_type(bill.amount, Money)
    assert_type(bill.amount.value, Decimal)
    assert_type(bill.expiration_date_time, datetime)
    assert_type(bill.creation_date_time, str | Unset)
    assert_type(bill.status, BillStatus)
    assert_type(bill.status.value, BillStatusValue)
    assert_type(bill.status.changed_date_time, datetime)
    assert_type(bill.comment, str | Unset)
    assert_type(bill.flags, list[BillMark] | Unset)
    assert_type(bill.customer, Customer | Unset)
    assert_type(bill.custom_fields, CustomFields | Unset)
    assert_type(bill.pay_url, str)


def of_its_details(details: BillDetails) -> None:
    assert_type(details.amount, Money)
    assert_type(details.payments, list[BillPayment])
    for payment in details.payments:
        assert_type(payment.bill_id, str)
        assert_type(payment.payment_method, UsedCard | UsedToken | OtherUsedMethod)
        assert_type(payment.comment, str | Unset)


def of_a_payment(payment: Payment) -> None:
    assert_type(payment.payment_id, str)
    assert_type(payment.bill_id, str | Unset)
    assert_type(payment.created_date_time, datetime)
    assert_type(payment.amount, Money)
    assert_type(payment.captured_amount, Money)
    assert_type(payment.refunded_amount, Money)
    assert_type(payment.payment_method, UsedCard | UsedToken | OtherUsedMethod)
    assert_type(payment.status, PaymentStatus)
    assert_type(payment.status.value, PaymentStatusValue)
    assert_type(payment.status.changed_date_time, datetime)
    assert_type(payment.status.reason, Reason | Unset)
    assert_type(payment.status.reason_message, str | Unset)
    assert_type(payment.status.ps_error_code, str | Unset)
    assert_type(payment.payment_card_info, CardInfo | Unset)
    assert_type(payment.credential_on_file, CredentialOnFile | Unset)
    assert_type(payment.customer, Customer | Unset)
    assert_type(payment.device_data, PaymentDeviceData | Unset)
    assert_type(payment.callback_url, str | Unset)
    assert_type(payment.flags, list[PaymentMark] | Unset)
    assert_type(payment.custom_fields, CustomFields | Unset)
    assert_type(payment.settlement_amount, Money | Unset)
    assert_type(payment.requirements, Requirements | Unset)
    assert_type(payment.created_token, CreatedToken | Unset)
    assert_type(payment.additional_properties, dict[str, Any])


def of_a_capture(capture: Capture) -> None:
    assert_type(capture.site_id, str)
    assert_type(capture.payment_id, str)
    assert_type(capture.capture_id, str)
    assert_type(capture.created_date_time, datetime)
    assert_type(capture.amount, Money)
    assert_type(capture.status, CaptureStatus)
    assert_type(capture.status.value, CaptureStatusValue)
    assert_type(capture.status.changed_date_time, datetime | Unset)
    assert_type(capture.status.reason, Reason | Unset)
    assert_type(capture.settlement_amount, Money | Unset)


def of_a_refund(refund: Refund) -> None:
    assert_type(refund.refund_id, str)
    assert_type(refund.created_date_time, datetime)
    assert_type(refund.amount, Money)
    assert_type(refund.status, RefundStatus)
    assert_type(refund.status.value, RefundStatusValue)
    assert_type(refund.status.reason, Reason | Unset)
    assert_type(refund.flags, list[RefundMark] | Unset)
    assert_type(refund.settlement_amount, Money | Unset)


def of_parts(info: CardInfo, on_file: CredentialOnFile, token: CreatedToken, customer: Customer) -> None:
    assert_type(info.issuing_country, str | Unset)
    assert_type(info.issuing_bank, str | Unset)
    assert_type(info.payment_system, PaymentSystem | Unset)
    assert_type(info.funding_source, FundingSource | Unset)
    assert_type(info.payment_system_product, str | Unset)
    assert_type(on_file.type_, CredentialOnFileType | Unset)
    assert_type(on_file.trn, str | Unset)
    assert_type(token.token, str)
    assert_type(token.name, str | Unset)
    assert_type(token.expired_date, str | Unset)
    assert_type(token.account, str | Unset)
    assert_type(customer.account, str | Unset)
    assert_type(customer.address, Address | Unset)


def of_what_is_notified(payment: NotifiedPayment, method: NotifiedMethod, status: NotifiedStatus) -> None:
    assert_type(payment.token_data, TokenData | Unset)
    assert_type(payment.gateway_data, NotifiedPaymentGatewayData | Unset)
    assert_type(payment.flags, list[NotificationFlag] | Unset)
    assert_type(payment.merchant_site_uid, str)
    assert_type(method.type_, NotifiedMethodType)
    assert_type(method.rrn, str | Decimal | None | Unset)
    assert_type(method.card_holder, str | None | Unset)
    assert_type(status.value, NotifiedStatusValue)
    assert_type(status.reason_code, Reason | Unset)
    assert_type(status.error_code, str | Decimal | None | Unset)


def of_an_error(body: ErrorBody) -> None:
    assert_type(body.error_code, ErrorCode)
    assert_type(body.trace_id, str)
    assert_type(body.date_time, datetime)
    assert_type(body.cause, ErrorBodyCause | Unset)
    if body.cause:
        assert_type(body.cause.additional_properties, dict[str, list[str]])


def of_what_a_payment_is_made_with(card: CardPaymentMethod, token: TokenPaymentMethod) -> None:
    assert_type(card.type_, Literal["CARD"])
    assert_type(card.pan, str)
    assert_type(card.expiry_date, str)
    assert_type(card.cvv2, str | Unset)
    assert_type(card.holder_name, str | Unset)
    assert_type(card.card_token_payment_type, StoredCardUse | Unset)
    assert_type(card.first_transaction, FirstTransaction | Unset)
    assert_type(token.type_, Literal["TOKEN"])
    assert_type(token.payment_token, str)
    assert_type(token.card_token_payment_type, SavedCardUse | Unset)


def names_of_lists_that_may_grow(value: PaymentStatusValue) -> None:
    assert_type(value.is_known, bool)
    listed: str = value.value
    assert_type(PaymentStatusValue(listed), PaymentStatusValue)
    assert_type(PaymentStatusValue("NOBODY_KNOWS"), PaymentStatusValue)
    text: str = value
    assert_type(value == text, bool)


def absent_or_there(payment: Payment, method: NotifiedMethod) -> str:
    if payment.requirements:
        assert_type(payment.requirements, Requirements)
        assert_type(payment.requirements.three_ds, ThreeDSRequirement)
        return payment.requirements.three_ds.acs_url
    if payment.customer is not UNSET:
        assert_type(payment.customer, Customer)
    if method.card_holder is UNSET or method.card_holder is None:
        return ""
    return assert_type(method.card_holder, str)


def known_and_unknown_methods(payment: Payment) -> str:
    match payment.payment_method:
        case UsedCard() as card:
            assert_type(card.type_, Literal["CARD"])
            return card.masked_pan
        case UsedToken() as token:
            assert_type(token.type_, Literal["TOKEN"])
            assert_type(token.payment_token, str | Unset)
            return token.type_
        case OtherUsedMethod() as other:
            assert_type(other.additional_properties, dict[str, Any])
            return other.type_
        case _:
            assert_never(payment.payment_method)


def the_same_classes_by_either_way() -> None:
    assert_type(models.Payment.from_json("{}"), Payment)


def read_and_written(payment: Payment, data: Mapping[str, Any]) -> None:
    assert_type(Payment.from_dict(data), Payment)
    assert_type(Payment.from_json("{}"), Payment)
    assert_type(Payment.from_json(b"{}"), Payment)
    assert_type(payment.to_dict(), dict[str, Any])
    assert_type(payment.to_json(), str)


def wrong(payment: Payment) -> None:
    payment.requirements.three_ds  # type: ignore[union-attr]  # noqa: B018 - it may be absent
    payment.payment_method.masked_pan  # type: ignore[union-attr]  # noqa: B018 - not each method has one
    payment.nothing  # type: ignore[attr-defined]  # noqa: B018 - there is no such field
    CardPaymentMethod("4444443616621049", "12/34")  # type: ignore[call-arg, arg-type]
    CardPaymentMethod(pan="4444443616621049")  # type: ignore[call-arg]
    Customer(account=None)  # type: ignore[arg-type]
