# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime
from decimal import Decimal

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    TEXT,
    Amount,
    List,
    Name,
)
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.money import Money
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.bill_flag import BillFlag
from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.customer import Customer
from qiwi_payin.models.form_payment_method import FormPaymentMethod
from qiwi_payin.models.receiver_data import ReceiverData


@define(kw_only=True, repr=False)
class BillRequest(Model):
    """Request that creates an invoice."""

    amount: Money = field(metadata=wire("amount", Amount(minimum=Decimal("0.01"), maximum=Decimal("99999999.99"))))
    """Sum to be paid. In units of the currency, from 0.01 to 99999999.99, with at most two decimals; in
    rubles where it is not `Money`."""
    expiration_date_time: datetime = field(metadata=wire("expirationDateTime", MOMENT))
    """Until when the invoice can be paid, with offset. Later it is `EXPIRED` and no payment is possible."""
    comment: str | Unset = field(default=UNSET, metadata=wire("comment", TEXT))
    """What is paid for; shown to the payer. At most 256 characters."""
    bill_payment_methods_type: list[FormPaymentMethod] | Unset = field(
        default=UNSET, metadata=wire("billPaymentMethodsType", List(Name(FormPaymentMethod)))
    )
    """Payment methods that the form shall offer. Only methods that QIWI connected to the site count; with
    none connected the form offers the bank card alone, whatever is listed here. Two-step invoices are
    paid by card only."""
    flags: list[BillFlag] | Unset = field(default=UNSET, metadata=wire("flags", List(Name(BillFlag))))
    """`SALE` asks for one step: hold and debit at once. Without it the money is only held until a capture.
    `BIND_PAYMENT_TOKEN` issues a payment token for `customer.account`."""
    customer: Customer | Unset = field(default=UNSET, metadata=wire("customer", Object(Customer)))
    """The payer, as the partner knows them."""
    receiver_data: ReceiverData | Unset = field(default=UNSET, metadata=wire("receiverData", Object(ReceiverData)))
    """Who receives the money of an account funding transaction. All fields are known from working clients
    only."""
    custom_fields: CustomFields | Unset = field(default=UNSET, metadata=wire("customFields", Object(CustomFields)))
    """Free fields of the partner, all of them text, copied to answers and notifications. Any further key
    is allowed."""
