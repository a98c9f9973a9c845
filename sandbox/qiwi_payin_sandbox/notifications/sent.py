"""A notification as the partner's server gets it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from qiwi_payin_sandbox.notifications.message import headers_with


@dataclass(frozen=True, slots=True)
class SentNotification:
    """A notification, ready to be handed to the code that handles notifications.

    Attributes:
        type: `PAYMENT`, `CAPTURE` or `REFUND`.
        object_id: The id of the payment, capture or refund.
        body: The body of the request, byte for byte.
        headers: Its headers, `Signature` among them.
    """

    type: str
    object_id: str
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)

    @classmethod
    def of(cls, listed: Mapping[str, Any]) -> Self:
        """Return a notification as the control operations list it."""
        return cls(listed["type"], listed["objectId"], listed["body"].encode(), dict(headers_with(listed["signature"])))

    @property
    def signature(self) -> str:
        """The value of the header `Signature`."""
        return self.headers["Signature"]

    def json(self) -> dict[str, Any]:
        """Return the body as it is read from JSON, sums as decimals."""
        read: dict[str, Any] = json.loads(self.body, parse_float=Decimal)
        return read
