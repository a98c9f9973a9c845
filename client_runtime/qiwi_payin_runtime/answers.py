"""Answers with what they came in."""

from collections.abc import Mapping
from typing import Any, Generic

from attr import frozen

from qiwi_payin_runtime.attempts import Attempt
from qiwi_payin_runtime.calls import T
from qiwi_payin_runtime.jsontext import parse_json


@frozen(repr=False, eq=False)
class Answer(Generic[T]):
    """What a call returns, and the HTTP answer that it was read from. Its `repr` shows nothing of the content."""

    value: T
    """What the method without `raw` returns."""
    status: int
    """HTTP status."""
    headers: Mapping[str, str]
    """The headers; their names are found in upper and lower case."""
    content: bytes
    """The body as it came, decompressed."""
    attempts: tuple[Attempt, ...]
    """How often the request was sent; the last attempt brought this answer."""

    def json(self) -> Any:
        """The body as data, numbers with a fraction as `decimal.Decimal`; None where it is empty."""
        return parse_json(self.content) if self.content else None

    def __repr__(self) -> str:
        return f"Answer(status={self.status}, attempts={len(self.attempts)}, value=<{type(self.value).__name__}>)"
