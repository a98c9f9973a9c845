# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import Literal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Constant, Name
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.first_transaction import FirstTransaction
from qiwi_payin.models.stored_card_use import StoredCardUse


@define(kw_only=True, repr=False)
class CardPaymentMethod(Model):
    """A card whose data the partner's own form took."""

    type_: Literal["CARD"] = field(default="CARD", metadata=wire("type", Constant("CARD")))
    """Says that card data follow."""
    pan: str = field(repr=False, metadata=wire("pan", TEXT))
    """Card number, digits only. A number that fails the Luhn check is declined, not refused."""
    expiry_date: str = field(repr=False, metadata=wire("expiryDate", TEXT))
    """Month and year until which the card is valid, `MM/YY`."""
    cvv2: str | Unset = field(default=UNSET, repr=False, metadata=wire("cvv2", TEXT))
    """Code on the back of the card. Never stored."""
    holder_name: str | Unset = field(default=UNSET, repr=False, metadata=wire("holderName", TEXT))
    """Name on the card, in Latin letters. At most 26 characters."""
    card_token_payment_type: StoredCardUse | Unset = field(
        default=UNSET, metadata=wire("cardTokenPaymentType", Name(StoredCardUse))
    )
    """Why the data of a card are stored or used again."""
    first_transaction: FirstTransaction | Unset = field(
        default=UNSET, metadata=wire("firstTransaction", Object(FirstTransaction))
    )
    """The first payment of a series that uses a stored card."""
