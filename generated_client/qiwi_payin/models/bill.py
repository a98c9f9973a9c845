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
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.money import Money
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.bill_mark import BillMark
from qiwi_payin.models.bill_status import BillStatus
from qiwi_payin.models.custom_fields import CustomFields
from qiwi_payin.models.customer import Customer


@define(kw_only=True, repr=False)
class Bill(Model):
    """An invoice."""

    bill_id: str = field(metadata=wire("billId", TEXT))
    """Id of the invoice, as in the path of the request. At most 256 characters."""
    site_id: str | Unset = field(default=UNSET, metadata=wire("siteId", TEXT))
    """Id of the site. The documents' diagrams show it, their example does not."""
    invoice_uid: str = field(metadata=wire("invoiceUid", TEXT))
    """QIWI's own id of the invoice. 1 to 60 characters."""
    amount: Money = field(metadata=wire("amount", Amount("string")))
    """Sum to be paid, as requested."""
    expiration_date_time: datetime = field(metadata=wire("expirationDateTime", MOMENT))
    """Until when the invoice can be paid, character for character as requested."""
    creation_date_time: str | Unset = field(default=UNSET, metadata=wire("creationDateTime", TEXT))
    """When the invoice was created."""
    status: BillStatus = field(metadata=wire("status", Object(BillStatus)))
    """Where the invoice stands."""
    comment: str | Unset = field(default=UNSET, metadata=wire("comment", TEXT))
    """The request's comment."""
    flags: list[BillMark] | Unset = field(default=UNSET, metadata=wire("flags", List(Name(BillMark))))
    """The request's flags, and `TEST` on a site in test mode."""
    customer: Customer | Unset = field(default=UNSET, metadata=wire("customer", Object(Customer)))
    """The payer, as the partner knows them."""
    custom_fields: CustomFields | Unset = field(default=UNSET, metadata=wire("customFields", Object(CustomFields)))
    """Free fields of the partner, all of them text, copied to answers and notifications. Any further key
    is allowed."""
    pay_url: str = field(metadata=wire("payUrl", TEXT))
    """Address of the payment form, with `invoiceUid` in its query. The partner sends the payer there, or
    opens it with the popup library; card data are entered and 3-D Secure is done there, out of the
    partner's sight. A payer with saved cards picks one and needs neither. After success the form sends
    the payer to the success URL, if the partner has one; that alone does not prove a payment."""
