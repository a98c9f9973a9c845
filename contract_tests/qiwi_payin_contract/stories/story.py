"""Stories: the requests of a finding, and what the payer and the clock did between them, without any secret."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import attrs

from qiwi_payin_contract.acts import Act
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.exits import CannotRunError
from qiwi_payin_contract.masking import mask_text
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.stories.bindings import RUN, bound

__all__ = ["NO_KEY", "SITE", "WRONG_KEY", "Deed", "Request", "Step", "Story", "StoryError"]

NO_KEY, WRONG_KEY = "none", "wrong"
"""In place of the number of the site whose key is sent."""

SITE = re.compile(r"{{site([0-9]+)}}")
"""Stands in a path for the id of the first, second, ... site of the run."""

_KEPT_HEADERS = ("accept", "content-type")


class StoryError(CannotRunError, ValueError):
    """A story cannot be read, or cannot be played where it was asked for."""


@attrs.define(frozen=True)
class Request:
    """A request of a story.

    Attributes:
        method: HTTP method.
        path: from ``/payin/v1`` on, with placeholders.
        key_of: number of the site whose key is sent, from 1 on; ``NO_KEY`` or ``WRONG_KEY`` otherwise.
        headers: those that matter.
        body: text of the body, with placeholders.
    """

    method: str
    path: str
    key_of: int | str
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: str = attrs.field(default="", repr=False)


@attrs.define(frozen=True)
class Deed:
    """A call of the driver between two requests.

    Attributes:
        name: method of the driver.
        site: number of the site, from 1 on.
        arguments: text of a JSON object, with placeholders.
    """

    name: str
    site: int
    arguments: str = attrs.field(repr=False)

    def __str__(self) -> str:
        told = {name: value for name, value in json.loads(self.arguments).items() if value is not None}
        listed = ", ".join(f"{name}={mask_text(json.dumps(value))}" for name, value in told.items())
        return f"driver: {self.name}({listed})"


Step = Request | Deed


def _steps(given: Iterable[Step]) -> tuple[Step, ...]:
    return tuple(given)


@attrs.define(frozen=True)
class Story:
    """Steps that show a broken rule.

    Attributes:
        rule: code of the rule.
        steps: in order.
        whole: whether everything that was sent is in it; what had to be masked is not.
    """

    rule: str
    steps: tuple[Step, ...] = attrs.field(converter=_steps)
    whole: bool = True

    @classmethod
    def of(cls, rule: str, exchanges: Iterable[Exchange], acts: Iterable[Act], sites: Iterable[Site], run: str) -> Self:
        """Tell the story of exchanges and acts of a run.

        Args:
            rule: code of the rule that they break.
            exchanges: in any order, each once.
            acts: what a driver did meanwhile; what is about other objects is left out.
            sites: sites of the run, with their keys.
            run: the part of all its ids that is the run's own.
        """
        told = sorted({id(one): one for one in exchanges}.values(), key=lambda one: one.number)
        names = {name for one in told for name in one.path_parameters.values()} | _inside(told)
        near = [act for act in acts if _about(act, names)]
        known = tuple(sites)
        numbers = {site.site_id: place for place, site in enumerate(known, 1)}
        steps: list[Step] = []
        answers: list[Any] = []
        sent = ""
        events: list[Exchange | Act] = [*told, *near]
        for event in sorted(events, key=lambda one: one.number):
            if isinstance(event, Exchange):
                step: Step = _request(event, answers, sent, known, run)
                sent += event.path + event.request_body.decode(errors="replace")
                answers.append(event.answer_json)
            else:
                text = json.dumps(dict(event.arguments), default=str)
                step = Deed(event.name, numbers[event.site_id], bound(text, answers, sent).replace(run, RUN))
                sent += text
                answers.append(event.result)
            steps.append(step)
        return cls(rule, steps)

    @property
    def requests(self) -> int:
        """How many requests it has."""
        return sum(isinstance(step, Request) for step in self.steps)

    def without(self, place: int) -> Self | None:
        """The story without a step; None where a later step takes a value from it."""
        later = [_text(step) for step in self.steps[place + 1 :]]
        if any(f"{{{{{place + 1}#" in text for text in later):
            return None
        moved = [_renumbered(step, place) for step in self.steps[place + 1 :]]
        return attrs.evolve(self, steps=(*self.steps[:place], *moved))

    def masked(self) -> Self:
        """The story as a file may hold it: without card numbers, codes and tokens other than published test cards."""
        steps = tuple(map(_masked, self.steps))
        return attrs.evolve(self, steps=steps, whole=self.whole and steps == self.steps)

    def to_json(self) -> dict[str, Any]:
        """JSON value, secrets masked."""
        shown = self.masked()
        return {
            "rule": shown.rule,
            "whole": shown.whole,
            "steps": [
                {"act": step.name, "site": step.site, "arguments": step.arguments}
                if isinstance(step, Deed)
                else {
                    "method": step.method,
                    "path": step.path,
                    "keyOf": step.key_of,
                    "headers": dict(step.headers),
                    "body": step.body,
                }
                for step in shown.steps
            ],
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read what ``to_json`` wrote.

        Raises:
            StoryError: it is something else.
        """
        try:
            steps: list[Step] = [
                Deed(step["act"], int(step["site"]), step["arguments"])
                if "act" in step
                else Request(step["method"], step["path"], step["keyOf"], dict(step["headers"]), step["body"])
                for step in value["steps"]
            ]
            return cls(value["rule"], steps, bool(value["whole"]))
        except (KeyError, TypeError, ValueError) as error:
            raise StoryError(f"no story can be read here: {type(error).__name__} {error}") from error


def _request(exchange: Exchange, answers: Sequence[Any], sent: str, sites: Sequence[Site], run: str) -> Request:
    headers = {name: exchange.request_headers[name] for name in _KEPT_HEADERS if name in exchange.request_headers}
    path, body = exchange.path, exchange.request_body.decode(errors="replace")
    for place, site in enumerate(sites, 1):
        path = re.sub(rf"/sites/{re.escape(site.site_id)}(?=/|$)", f"/sites/{{{{site{place}}}}}", path)
    return Request(
        exchange.method,
        bound(path, answers, sent).replace(run, RUN),
        _key_of(exchange, sites),
        headers,
        bound(body, answers, sent).replace(run, RUN),
    )


def _key_of(exchange: Exchange, sites: Sequence[Site]) -> int | str:
    """The site whose key was sent: that of the path where several share the key."""
    if exchange.key is None:
        return NO_KEY
    places = [place for place, site in enumerate(sites, 1) if site.key == exchange.key]
    own = [place for place in places if sites[place - 1].site_id == exchange.site_id]
    return next(iter((*own, *places)), WRONG_KEY)


def _inside(exchanges: Iterable[Exchange]) -> set[str]:
    """Ids in bodies, both ways: the bill of a payment, payments in a bill's answer."""
    texts = [one.request_body + one.answer_body for one in exchanges]
    return {name.decode() for text in texts for name in re.findall(rb'"(?:billId|paymentId)"\s*:\s*"([^"\\]+)"', text)}


def _about(act: Act, names: set[str]) -> bool:
    own = {act.arguments[name] for name in ("bill_id", "payment_id") if name in act.arguments}
    return not own or bool(own & names)


def _masked(step: Step) -> Step:
    if isinstance(step, Deed):
        return attrs.evolve(step, arguments=mask_text(step.arguments))
    return attrs.evolve(step, body=mask_text(step.body))


def _text(step: Step) -> str:
    return step.arguments if isinstance(step, Deed) else step.path + step.body


def _renumbered(step: Step, gone: int) -> Step:
    def less(text: str) -> str:
        return re.sub(r"{{([0-9]+)#", lambda match: f"{{{{{int(match.group(1)) - (int(match.group(1)) > gone)}#", text)

    if isinstance(step, Deed):
        return attrs.evolve(step, arguments=less(step.arguments))
    return attrs.evolve(step, path=less(step.path), body=less(step.body))
