# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from decimal import Decimal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Amount
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.money import Money
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class RefundRequest(Model):
    """Request that returns money, all of it or a part."""

    amount: Money = field(metadata=wire("amount", Amount(minimum=Decimal("0.01"), maximum=Decimal("99999999.99"))))
    """Sum to be returned, in the currency of the payment. In units of the currency, from 0.01 to
    99999999.99, with at most two decimals; in rubles where it is not `Money`."""
    callback_url: str | Unset = field(default=UNSET, metadata=wire("callbackUrl", TEXT))
    """Address that notifications about this operation go to, instead of the one in the account's settings.
    At most 256 characters."""
    comment: str | Unset = field(default=UNSET, metadata=wire("comment", TEXT))
    """Comment of the partner. At most 255 characters."""
    settlement_amount: Money | Unset = field(
        default=UNSET,
        metadata=wire("settlementAmount", Amount(minimum=Decimal("0.01"), maximum=Decimal("99999999.99"))),
    )
    """Sum in the currency of settlement. In units of the currency, from 0.01 to 99999999.99, with at most
    two decimals; in rubles where it is not `Money`."""
