"""Playing a story on a server, under the eyes of books and description."""

import itertools
import json
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import attrs

from qiwi_payin_contract.acts import Journal
from qiwi_payin_contract.books import attach
from qiwi_payin_contract.drivers import DriverError
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Finding, Findings, Policy
from qiwi_payin_contract.settings import HOLD_TERM, KEY_VARIABLE, read_sites
from qiwi_payin_contract.shapes.answers import check_answer, taken_wrongly
from qiwi_payin_contract.shapes.conformity import keeps_description
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.stories.bindings import filled
from qiwi_payin_contract.stories.story import NO_KEY, SITE, Deed, Request, Story, StoryError
from qiwi_payin_contract.target import Target

__all__ = ["Played", "play", "replayed"]

BASE_URL_VARIABLE, SITE_VARIABLE = "QIWI_PAYIN_BASE_URL", "QIWI_PAYIN_SITE_ID"


@attrs.define(frozen=True)
class Played:
    """What came of playing a story.

    Attributes:
        exchanges: its requests with their answers, in order.
        findings: all that was found, of any rule.
    """

    exchanges: tuple[Exchange, ...]
    findings: tuple[Finding, ...]

    def of(self, code: str) -> Finding | None:
        """The finding of a rule, with every exchange of the story up to the telling one."""
        for finding in self.findings:
            if finding.rule.code == code:
                told = [one for one in self.exchanges if one.number <= finding.exchanges[-1].number]
                return attrs.evolve(finding, exchanges=tuple(told))
        return None


def play(story: Story, target: Target, *, hold_term: timedelta = HOLD_TERM) -> Played:
    """Play a story with new ids and tell what it breaks.

    Every answer is held against the description, and against books that begin with the story.

    Args:
        story: what to play.
        target: the server; its observers do not see the story.
        hold_term: how long its sites wait for a capture.

    Raises:
        StoryError: the server has not the sites of the story, or no driver for its acts.
        NoAnswer: the server does not answer.
    """
    findings = Findings(Policy(decisions=True))
    others, target.observers = target.observers, []
    keeper = attach(target, findings, hold_term=hold_term)
    try:
        answers: list[Any] = []
        exchanges: list[Exchange] = []
        run = target.fresh_id("again").removeprefix("again-")
        for step in story.steps:
            if isinstance(step, Deed):
                answers.append(_done(step, target, answers, run))
                continue
            exchange = _sent(step, target, answers, run)
            keeper.valid = _is_valid(exchange, target)
            target.observe(exchange)
            keeper.valid = False
            check_answer(exchange, findings)
            if (rule := taken_wrongly(exchange)) is not None:
                findings.note(False, rule, f"answered {exchange.status}", exchange)  # noqa: FBT003 - it was taken
            answers.append(exchange.answer_json)
            exchanges.append(exchange)
    finally:
        target.observers = others
        _release(story, target)
    return Played(tuple(exchanges), tuple(findings))


def replayed(story: Story, *, base_url: str | None = None, sites: Sequence[str] = ()) -> list[str]:
    """Play a story in a test of your own: what of its rule is broken, empty where it is kept.

    Args:
        story: what to play.
        base_url: everything before ``/payin/v1``; the environment's ``QIWI_PAYIN_BASE_URL`` by default.
        sites: ``ID:KEY`` each; by default the one of ``QIWI_PAYIN_SITE_ID`` and ``QIWI_PAYIN_KEY``.

    Raises:
        StoryError: something is missing for it.
        SettingsError, TargetError: base URL or site are not what they should be.
    """
    from qiwi_payin_contract.drivers import find_driver  # noqa: PLC0415 - only here a driver is looked for

    environment = os.environ
    address = base_url or environment.get(BASE_URL_VARIABLE)
    named = list(sites) or [site for site in [environment.get(SITE_VARIABLE)] if site]
    if not address or not named:
        raise StoryError(f"say which server and site: base_url and sites, or {BASE_URL_VARIABLE} and {SITE_VARIABLE}")
    known = read_sites(named, environment.get(KEY_VARIABLE))
    with Target(address, known, find_driver("auto", address)) as target:
        target.driver = Journal(target.driver, itertools.count())
        finding = play(story, target).of(story.rule)
        return [] if finding is None else [str(finding)]


def _sent(step: Request, target: Target, answers: Sequence[Any], run: str) -> Exchange:
    if isinstance(step.key_of, int):
        key: str | None = _site(target, step.key_of).key
    else:
        key = None if step.key_of == NO_KEY else secrets.token_hex(16)
    headers = {"accept": "", "content-type": "", **step.headers}
    body = filled(step.body, answers, run).encode()
    path = SITE.sub(lambda match: _site(target, int(match.group(1))).site_id, filled(step.path, answers, run))
    return target.exchanged(step.method, path, body, key=key, headers=headers)


def _done(step: Deed, target: Target, answers: Sequence[Any], run: str) -> Any:
    arguments = json.loads(filled(step.arguments, answers, run))
    if step.name == "set_clock" and arguments.get("now") is not None:
        arguments["now"] = datetime.fromisoformat(arguments["now"])
    try:
        result = getattr(target.driver, step.name)(_site(target, step.site), **arguments)
    except DriverError as error:
        raise StoryError(f"the driver cannot {step.name}: {error}") from error
    if step.name == "answer_three_ds":
        return {"pares": result.pares}
    return result if isinstance(result, Mapping) else None


def _release(story: Story, target: Target) -> None:
    """Let a clock run on that the story has frozen: whatever is played next needs time."""
    for place in {step.site for step in story.steps if isinstance(step, Deed) and step.name == "set_clock"}:
        with suppress(DriverError, StoryError):
            target.driver.set_clock(_site(target, place), frozen=False)


def _site(target: Target, place: int) -> Site:
    if place > len(target.sites):
        raise StoryError(f"the story needs {place} sites, and {len(target.sites)} are given")
    return target.sites[place - 1]


def _is_valid(exchange: Exchange, target: Target) -> bool:
    own = any(site.key == exchange.key and site.site_id == exchange.site_id for site in target.sites)
    return own and keeps_description(exchange)
