"""Requests, answers and notifications as a fault sees them."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Self
from urllib.parse import unquote

import attrs

from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import SentNotification
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.notifications import digest

__all__ = ["Answer", "Call", "Forward", "Message", "Send"]


@attrs.define(frozen=True)
class Call:
    """A request on its way to the server.

    Attributes:
        method: upper case.
        path: from ``/payin/v1`` on where it is below the base URL, else from the origin.
        query: without the question mark.
        headers: names in lower case.
        body: exact bytes.
    """

    method: str
    path: str
    query: str
    headers: dict[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    @property
    def operation_id(self) -> str | None:
        """Operation of the description, None for others."""
        operation, _ = description().match(self.method, self.path)
        return operation.id if operation else None

    @property
    def ids(self) -> dict[str, str]:
        """Ids in the path."""
        _, ids = description().match(self.method, self.path)
        return ids

    @property
    def control(self) -> str | None:
        """What comes after ``/sandbox/sites/{siteId}/`` in a control operation's path."""
        match = re.fullmatch(r"/sandbox/sites/[^/]+/(.+)", self.path)
        return unquote(match.group(1)) if match else None

    @property
    def pays_a_bill(self) -> bool:
        """Whether a driver pays a bill by this, and is answered the payment."""
        return bool(re.fullmatch(r"bills/[^/]+/pay", self.control or ""))

    @property
    def answers_three_ds(self) -> bool:
        """Whether a driver answers 3-D Secure by this, and is answered the payment beside what the bank says."""
        return bool(re.fullmatch(r"payments/[^/]+/3ds", self.control or ""))

    @property
    def json(self) -> Any:
        """Body read as JSON; None where it is none."""
        return _read(self.body)

    def with_json(self, value: Any) -> Self:
        """The same request with another JSON body."""
        return attrs.evolve(self, body=dumps(value).encode())

    def with_key(self, key: str) -> Self:
        """The same request with another bearer key."""
        return attrs.evolve(self, headers={**self.headers, "authorization": f"Bearer {key}"})


@attrs.define(frozen=True)
class Answer:
    """An answer on its way to the caller.

    Attributes:
        status: HTTP status.
        headers: names in lower case.
        body: exact bytes.
    """

    status: int
    headers: dict[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """Body read as JSON; None where it is none."""
        return _read(self.body)

    def with_json(self, value: Any) -> Self:
        """The same answer with another JSON body."""
        return attrs.evolve(self, body=dumps(value).encode())


Forward = Callable[[Call], Answer]
"""Sends a request to the real server."""


@attrs.define(frozen=True)
class Message:
    """A notification on its way to a partner, or in the list of those that were sent.

    Attributes:
        url: where it goes; empty in a list.
        headers: names in lower case; in a list the signature alone.
        text: exact text of the body.
    """

    url: str
    headers: dict[str, str] = attrs.field(repr=False)
    text: str = attrs.field(repr=False)

    @property
    def json(self) -> dict[str, Any]:
        """The body, its numbers with their own digits."""
        read: dict[str, Any] = json.loads(self.text, parse_float=Decimal)
        return read

    @property
    def type(self) -> str:
        """``PAYMENT``, ``CAPTURE`` or ``REFUND``."""
        return str(self.json["type"])

    @property
    def about(self) -> dict[str, Any]:
        """What it tells of the payment, capture or refund."""
        told: dict[str, Any] = self.json[self.type.lower()]
        return told

    @property
    def object_id(self) -> str:
        """Id of the payment, capture or refund."""
        return str(self.about[f"{self.type.lower()}Id"])

    @property
    def signature(self) -> str:
        """The header ``Signature``."""
        return self.headers.get("signature", "")

    def with_about(self, about: dict[str, Any]) -> Self:
        """The same notification that tells something else, signature left as it is."""
        return attrs.evolve(self, text=dumps({**self.json, self.type.lower(): about}))

    def with_signature(self, signature: str) -> Self:
        """The same notification under another signature."""
        return attrs.evolve(self, headers={**self.headers, "signature": signature})

    def signed(self, key: str) -> Self:
        """The same notification, rightly signed by a key."""
        return self.with_signature(digest(SentNotification(self.type, self.object_id, self.text, ""), key)[0])


Send = Callable[[Message], int]
"""Posts a notification to where it goes; the status that it was answered."""


def _read(body: bytes) -> Any:
    try:
        return loads(body) if body else None
    except ValueError:
        return None
