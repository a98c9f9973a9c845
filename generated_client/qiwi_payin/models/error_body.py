# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from datetime import datetime

from attr import define, field
from qiwi_payin_runtime.codecs import (
    MOMENT,
    TEXT,
    Name,
)
from qiwi_payin_runtime.models import Model, Object, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.error_body_cause import ErrorBodyCause
from qiwi_payin.models.error_code import ErrorCode


@define(kw_only=True, repr=False)
class ErrorBody(Model):
    """What every refused or failed call is answered with."""

    service_name: str = field(metadata=wire("serviceName", TEXT))
    """Name of the service that made the error."""
    error_code: ErrorCode = field(metadata=wire("errorCode", Name(ErrorCode)))
    """Code of the error, for programs. The list may grow."""
    description: str = field(metadata=wire("description", TEXT))
    """Text for the partner."""
    user_message: str = field(metadata=wire("userMessage", TEXT))
    """Text that may be shown to the payer."""
    date_time: datetime = field(metadata=wire("dateTime", MOMENT))
    """When the error happened, with offset."""
    trace_id: str = field(metadata=wire("traceId", TEXT))
    """Id of the error in QIWI's logs; name it when asking support."""
    cause: ErrorBodyCause | Unset = field(default=UNSET, metadata=wire("cause", Object(ErrorBodyCause)))
    """For errors in a field: the field's name and what is wrong with it. Absent when no field is to blame."""
