# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class CaptureRequest(Model):
    """Request that confirms a held payment. It names no amount: the whole rest of the hold is debited. An
    absent body means the same as an empty object."""

    callback_url: str | Unset = field(default=UNSET, metadata=wire("callbackUrl", TEXT))
    """Address that notifications about this operation go to, instead of the one in the account's settings.
    At most 256 characters."""
    comment: str | Unset = field(default=UNSET, metadata=wire("comment", TEXT))
    """Comment of the partner. At most 255 characters."""
