"""Requests and answers as a fault sees them."""

import re
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import unquote

import attrs

from qiwi_payin_contract.description import description
from qiwi_payin_contract.json_text import dumps, loads

__all__ = ["Answer", "Call", "Forward"]


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
    def json(self) -> Any:
        """Body read as JSON; None where it is none."""
        return _read(self.body)

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


def _read(body: bytes) -> Any:
    try:
        return loads(body) if body else None
    except ValueError:
        return None
