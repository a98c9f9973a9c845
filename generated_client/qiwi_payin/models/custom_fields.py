# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import ClassVar

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Codec
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class CustomFields(Model):
    """Free fields of the partner, all of them text, copied to answers and notifications. Any further key
    is allowed."""

    cf1: str | Unset = field(default=UNSET, metadata=wire("cf1", TEXT))
    """First free field. At most 256 characters."""
    cf2: str | Unset = field(default=UNSET, metadata=wire("cf2", TEXT))
    """Second free field. At most 256 characters."""
    cf3: str | Unset = field(default=UNSET, metadata=wire("cf3", TEXT))
    """Third free field. At most 256 characters."""
    cf4: str | Unset = field(default=UNSET, metadata=wire("cf4", TEXT))
    """Fourth free field. At most 256 characters."""
    cf5: str | Unset = field(default=UNSET, metadata=wire("cf5", TEXT))
    """Fifth free field. At most 256 characters."""
    contractd_id: str | Unset = field(default=UNSET, metadata=wire("contractdId", TEXT))
    """Number of a contract (QIWI's own spelling of the key)."""
    invoice_callback_url: str | Unset = field(default=UNSET, metadata=wire("invoice_callback_url", TEXT))
    """URL that notifications about payments of this invoice go to, instead of the one in the account's
    settings. At most 256 characters."""
    theme_code: str | Unset = field(default=UNSET, metadata=wire("themeCode", TEXT))
    """Look of the hosted form, case-sensitive."""
    additional_properties: dict[str, str] = field(factory=dict)
    _rest: ClassVar[Codec] = TEXT
