# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime
from decimal import Decimal

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    NUMBER,
    TEXT,
)
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset


@define(kw_only=True, repr=False)
class DeviceData(Model):
    """The payer's device, which the payment came from."""

    datetime_: datetime | Unset = field(default=UNSET, metadata=wire("datetime", MOMENT))
    """Time on the device, with offset."""
    fingerprint: str | Unset = field(default=UNSET, metadata=wire("fingerprint", TEXT))
    """Fingerprint of the browser, usually Base64."""
    ip: str | Unset = field(default=UNSET, metadata=wire("ip", TEXT))
    """The device's IP address."""
    screen_resolution: str | Unset = field(default=UNSET, metadata=wire("screenResolution", TEXT))
    """Width and height of the screen in pixels, `WIDTHxHEIGHT`."""
    time_on_page: Decimal | Unset = field(default=UNSET, metadata=wire("timeOnPage", NUMBER))
    """Time that the payer spent on the page, in seconds."""
    user_agent: str | Unset = field(default=UNSET, metadata=wire("userAgent", TEXT))
    """The browser's user agent."""
