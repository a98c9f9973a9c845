# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import Literal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Constant, Name
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.first_transaction import FirstTransaction
from qiwi_payin.models.saved_card_use import SavedCardUse


@define(kw_only=True, repr=False)
class TokenPaymentMethod(Model):
    """A saved card, named by its payment token. Needs `customer.account`; no 3-D Secure takes place. A
    token works only on the site that it was issued for, unless QIWI set it up for more."""

    type_: Literal["TOKEN"] = field(default="TOKEN", metadata=wire("type", Constant("TOKEN")))
    """Says that a payment token follows."""
    payment_token: str = field(repr=False, metadata=wire("paymentToken", TEXT))
    """The token. 1 to 256 characters."""
    card_token_payment_type: SavedCardUse | Unset = field(
        default=UNSET, metadata=wire("cardTokenPaymentType", Name(SavedCardUse))
    )
    """Why a payment token is used. The first payment of a series needs card data, so it is not among
    these."""
    first_transaction: FirstTransaction | Unset = field(
        default=UNSET, metadata=wire("firstTransaction", Object(FirstTransaction))
    )
    """The first payment of a series that uses a stored card."""
