# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class FirstTransaction(Model):
    """The first payment of a series that uses a stored card."""

    payment_id: str | Unset = field(default=UNSET, metadata=wire("paymentId", TEXT))
    """The partner's id of the first payment. At most 200 characters."""
    trn_id: str | Unset = field(default=UNSET, metadata=wire("trnId", TEXT))
    """Id of the first transaction in the payment scheme. At most 200 characters."""
