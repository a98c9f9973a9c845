# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from typing import Literal

from attr import define, field
from qiwi_payin_runtime.codecs import TEXT, Constant
from qiwi_payin_runtime.models import Model, Object, wire

from qiwi_payin.models.notified_capture import NotifiedCapture


@define(kw_only=True, repr=False)
class CaptureNotification(Model):
    """Envelope of a notification about a capture."""

    capture: NotifiedCapture = field(metadata=wire("capture", Object(NotifiedCapture)))
    """The capture that a notification is about."""
    type_: Literal["CAPTURE"] = field(default="CAPTURE", metadata=wire("type", Constant("CAPTURE")))
    """Type of the notification."""
    version: str = field(metadata=wire("version", TEXT))
    """Version of the notification's form."""
