# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import ClassVar

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Codec, List
from qiwi_payin_runtime.models import Model


@define(kw_only=True, repr=False)
class ErrorBodyCause(Model):
    """ErrorBodyCause."""

    additional_properties: dict[str, list[str]] = field(factory=dict)
    _rest: ClassVar[Codec] = List(TEXT)
