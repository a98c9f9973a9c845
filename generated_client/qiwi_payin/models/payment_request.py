# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from decimal import Decimal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Amount, List, Name
from qiwi_payin_runtime.models import Model, Object, Variants, wire
from qiwi_payin_runtime.money import Money
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.card_payment_method import CardPaymentMethod
from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.customer import Customer
from qiwi_payin.models.device_data import DeviceData
from qiwi_payin.models.payment_command import PaymentCommand
from qiwi_payin.models.receiver_data import ReceiverData
from qiwi_payin.models.token_payment_method import TokenPaymentMethod


@define(kw_only=True, repr=False)
class PaymentRequest(Model):
    """Request that creates a payment from the partner's own form or by a payment token."""

    payment_method: CardPaymentMethod | TokenPaymentMethod = field(
        metadata=wire("paymentMethod", Variants("type", {"CARD": CardPaymentMethod, "TOKEN": TokenPaymentMethod}))
    )
    """How a payment is made; `type` says which fields follow."""
    amount: Money = field(metadata=wire("amount", Amount(minimum=Decimal("0.01"), maximum=Decimal("99999999.99"))))
    """Sum of the payment. In units of the currency, from 0.01 to 99999999.99, with at most two decimals;
    in rubles where it is not `Money`."""
    bill_id: str | Unset = field(default=UNSET, metadata=wire("billId", TEXT))
    """The partner's order number. QIWI makes one when it is absent. 1 to 256 characters."""
    callback_url: str | Unset = field(default=UNSET, metadata=wire("callbackUrl", TEXT))
    """Address that notifications about this operation go to, instead of the one in the account's settings.
    At most 256 characters."""
    comment: str | Unset = field(default=UNSET, metadata=wire("comment", TEXT))
    """What is paid for. At most 255 characters."""
    flags: list[PaymentCommand] | Unset = field(default=UNSET, metadata=wire("flags", List(Name(PaymentCommand))))
    """`SALE` asks for one step: hold and debit at once. Without it the money is only held until a capture.
    `BIND_PAYMENT_TOKEN` issues a payment token for `customer.account`."""
    device_data: DeviceData | Unset = field(default=UNSET, metadata=wire("deviceData", Object(DeviceData)))
    """The payer's device, which the payment came from."""
    customer: Customer | Unset = field(default=UNSET, metadata=wire("customer", Object(Customer)))
    """The payer, as the partner knows them."""
    receiver_data: ReceiverData | Unset = field(default=UNSET, metadata=wire("receiverData", Object(ReceiverData)))
    """Who receives the money of an account funding transaction. All fields are known from working clients
    only."""
    custom_fields: CustomFields | Unset = field(default=UNSET, metadata=wire("customFields", Object(CustomFields)))
    """Free fields of the partner, all of them text, copied to answers and notifications. Any further key
    is allowed."""
