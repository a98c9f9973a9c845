"""Looks at the bodies of every exchange and remembers which keywords they kept and broke."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import attrs

from qiwi_payin_contract.coverage.keywords import Form, forms
from qiwi_payin_contract.description import description
from qiwi_payin_contract.exchange import Exchange, operations_of

__all__ = ["Coverage", "Part"]

REQUEST = "request"


class Part(NamedTuple):
    """A body of an operation: its ``request``, or the answer of a status."""

    operation_id: str
    part: str


@attrs.define(eq=False)
class Coverage:
    """Keywords that bodies kept and broke, counted by part.

    Bodies of equal shape that fit their schema keep the same keywords, so that one of each is looked at; of those that
    do not fit, requests are looked at one by one, and answers are left to the rules.
    """

    _kept: Counter[tuple[Part, str]] = attrs.field(factory=Counter)
    _broken: Counter[tuple[Part, str]] = attrs.field(factory=Counter)
    _shapes: dict[tuple[Part, Any], tuple[str, ...]] = attrs.field(factory=dict)
    _times: Counter[tuple[Part, Any]] = attrs.field(factory=Counter)

    def __call__(self, exchange: Exchange) -> None:
        """Take an exchange."""
        if exchange.operation_id is not None:
            self._look(Part(exchange.operation_id, REQUEST), exchange.request_json)
        for operation_id in operations_of(exchange):
            self._look(Part(operation_id, str(exchange.status)), exchange.answer_json)

    def _look(self, part: Part, body: Any) -> None:
        form = forms().get(part)
        if form is None or body is None:
            return
        if form.fits(body):
            key = (part, _shape(body))
            if key not in self._shapes:
                self._shapes[key] = form.kept(body)
            self._times[key] += 1
        elif part.part == REQUEST:
            self._broken.update((part, place) for place in form.broken(body))

    @property
    def kept(self) -> Counter[tuple[Part, str]]:
        """How many bodies kept each keyword."""
        total = self._kept.copy()
        for key, times in self._times.items():
            for place in self._shapes[key]:
                total[key[0], place] += times
        return total

    @property
    def broken(self) -> Counter[tuple[Part, str]]:
        """How many requests broke each keyword."""
        return self._broken.copy()

    def parts(self) -> Iterator[tuple[Part, Form]]:
        """All bodies that the description knows, with their forms."""
        for (operation_id, name), form in forms().items():
            yield Part(operation_id, name), form

    def snapshot(self) -> dict[str, Any]:
        """JSON value of what was seen, for ``merge`` in another process."""
        return {
            "kept": [[*part, place, times] for (part, place), times in self.kept.items()],
            "broken": [[*part, place, times] for (part, place), times in self._broken.items()],
        }

    def merge(self, snapshot: Mapping[str, Any]) -> None:
        """Take what another process saw."""
        for told, mine in ((snapshot["kept"], self._kept), (snapshot["broken"], self._broken)):
            for operation_id, name, place, times in told:
                mine[Part(operation_id, name), place] += times


def _shape(value: Any) -> Any:
    """Reduce a body to what decides which keywords it meets: names and words that the schemas know, and types."""
    match value:
        case dict():
            known = _names()
            return frozenset((name if name in known else None, _shape(inner)) for name, inner in value.items())
        case list():
            return ("list", frozenset(map(_shape, value)))
        case str():
            return value if value in _words() else str
        case _:
            return type(value)


@cache
def _words() -> frozenset[str]:
    """Texts that a schema names as ``const`` or in ``enum``, by which branches are chosen."""
    named = ((node.get("const"), *node.get("enum", ())) for node in _schemas())
    return frozenset(word for words in named for word in words if isinstance(word, str))


@cache
def _names() -> frozenset[str]:
    """Names of all fields."""
    return frozenset(name for node in _schemas() for name in node.get("properties", ()))


def _schemas() -> Iterator[Mapping[str, Any]]:
    waiting: list[Any] = [description().document["components"]["schemas"]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            yield node
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
