# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    TEXT,
    Amount,
    List,
    Name,
)
from qiwi_payin_runtime.models import Model, Object, Variants, wire
from qiwi_payin_runtime.money import Money
from qiwi_payin_runtime.outcomes import Outcome
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.card_info import CardInfo
from qiwi_payin.models.created_token import CreatedToken
from qiwi_payin.models.credential_on_file import CredentialOnFile
from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.customer import Customer
from qiwi_payin.models.other_used_method import OtherUsedMethod
from qiwi_payin.models.payment_device_data import PaymentDeviceData
from qiwi_payin.models.payment_mark import PaymentMark
from qiwi_payin.models.payment_status import PaymentStatus
from qiwi_payin.models.requirements import Requirements
from qiwi_payin.models.used_card import UsedCard
from qiwi_payin.models.used_token import UsedToken


@define(kw_only=True, repr=False)
class BillPayment(Model):
    """A payment as the invoice that it belongs to lists it."""

    payment_id: str = field(metadata=wire("paymentId", TEXT))
    """Id of the payment, as in the path of the request. At most 200 characters."""
    bill_id: str = field(metadata=wire("billId", TEXT))
    """Order number that QIWI made, where the partner gave none. At most 256 characters."""
    created_date_time: datetime = field(metadata=wire("createdDateTime", MOMENT))
    """When the payment was created, with offset."""
    amount: Money = field(metadata=wire("amount", Amount("string")))
    """Sum of the payment, as requested."""
    captured_amount: Money = field(metadata=wire("capturedAmount", Amount("string")))
    """Sum that was debited."""
    refunded_amount: Money = field(metadata=wire("refundedAmount", Amount("string")))
    """Sum that was reversed before the capture or refunded after it."""
    payment_method: UsedCard | UsedToken | OtherUsedMethod = field(
        metadata=wire("paymentMethod", Variants("type", {"CARD": UsedCard, "TOKEN": UsedToken}, OtherUsedMethod))
    )
    """The method that a payment was made with. Card data are never repeated: only the first six and the
    last four digits are shown."""
    status: PaymentStatus = field(metadata=wire("status", Object(PaymentStatus)))
    """Where the payment stands."""
    payment_card_info: CardInfo | Unset = field(default=UNSET, metadata=wire("paymentCardInfo", Object(CardInfo)))
    """What the first digits of the card tell. Always there for a card or a token."""
    credential_on_file: CredentialOnFile | Unset = field(
        default=UNSET, metadata=wire("credentialOnFile", Object(CredentialOnFile))
    )
    """The stored card that the payment used."""
    customer: Customer | Unset = field(default=UNSET, metadata=wire("customer", Object(Customer)))
    """The payer, as the partner knows them."""
    device_data: PaymentDeviceData | Unset = field(
        default=UNSET, metadata=wire("deviceData", Object(PaymentDeviceData))
    )
    """Empty object where the request had device data."""
    callback_url: str | Unset = field(default=UNSET, metadata=wire("callbackUrl", TEXT))
    """Address for notifications, from the request or else from the account's settings. At most 256
    characters."""
    flags: list[PaymentMark] | Unset = field(default=UNSET, metadata=wire("flags", List(Name(PaymentMark))))
    """`TEST`: made on a site in test mode. `AFT`: account funding transaction. The request's own flags are
    not repeated."""
    custom_fields: CustomFields | Unset = field(default=UNSET, metadata=wire("customFields", Object(CustomFields)))
    """Free fields of the partner, all of them text, copied to answers and notifications. Any further key
    is allowed."""
    settlement_amount: Money | Unset = field(default=UNSET, metadata=wire("settlementAmount", Amount("string")))
    """Sum paid to the partner, where its currency differs from that of the payment."""
    requirements: Requirements | Unset = field(default=UNSET, metadata=wire("requirements", Object(Requirements)))
    """What the payer still has to do."""
    created_token: CreatedToken | Unset = field(default=UNSET, metadata=wire("createdToken", Object(CreatedToken)))
    """Payment token that this payment issued."""
    comment: str | Unset = field(default=UNSET, metadata=wire("comment", TEXT))
    """The comment of the invoice or payment."""

    @property
    def outcome(self) -> Outcome:
        """What has become of it: what a decision can rest on, as long as it was just asked for."""
        return Outcome.of(
            self.amount,
            is_final=self.status.value.is_final,
            is_success=self.status.value.is_success,
            captured=[self.captured_amount],
            returned=[self.refunded_amount],
        )
