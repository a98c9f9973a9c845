# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Name
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.funding_source import FundingSource
from qiwi_payin.models.payment_system import PaymentSystem


@define(kw_only=True, repr=False)
class CardInfo(Model):
    """What is known of the card from its first digits."""

    issuing_country: str | Unset = field(default=UNSET, metadata=wire("issuingCountry", TEXT))
    """Country of the issuing bank, numeric or alphabetic code. At most 3 characters."""
    issuing_bank: str | Unset = field(default=UNSET, metadata=wire("issuingBank", TEXT))
    """Name of the issuing bank."""
    payment_system: PaymentSystem | Unset = field(default=UNSET, metadata=wire("paymentSystem", Name(PaymentSystem)))
    """Payment scheme."""
    funding_source: FundingSource | Unset = field(default=UNSET, metadata=wire("fundingSource", Name(FundingSource)))
    """Where the card's money comes from."""
    payment_system_product: str | Unset = field(default=UNSET, metadata=wire("paymentSystemProduct", TEXT))
    """Product of the payment scheme."""
