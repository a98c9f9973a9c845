# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Name
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.credential_on_file_type import CredentialOnFileType


@define(kw_only=True, repr=False)
class CredentialOnFile(Model):
    """The stored card that the payment used."""

    type_: CredentialOnFileType | Unset = field(default=UNSET, metadata=wire("type", Name(CredentialOnFileType)))
    """Kind of use."""
    trn: str | Unset = field(default=UNSET, metadata=wire("trn", TEXT))
    """Id of the transaction in the payment scheme."""
