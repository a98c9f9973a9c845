"""Runs the suite's behaviour stories and races on a server in this process, without pytest."""

import inspect
import itertools
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any

import pytest
from qiwi_payin_contract.books import Bookkeeper, attach
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Broken, Findings, Policy
from qiwi_payin_contract.races import Race
from qiwi_payin_contract.serving import opened
from qiwi_payin_contract.settings import HOLD_TERM, Settings
from qiwi_payin_contract.shop import Shop
from qiwi_payin_contract.suite import (
    test_behaviour_ids,
    test_behaviour_money,
    test_behaviour_shown,
    test_concurrency,
    test_concurrency_ids,
)
from qiwi_payin_contract.suite.partner import partner_of
from qiwi_payin_contract.target import Target

from tests.contract.honest_server import SITES, HonestServer, served

STORIES: tuple[ModuleType, ...] = (test_behaviour_shown, test_behaviour_ids, test_behaviour_money)


class NearTarget(Target):
    """Reaches a server by a call."""

    server: HonestServer

    def request(
        self,
        method: str,
        path: str,
        content: bytes = b"",
        *,
        site: Any = None,  # noqa: ARG002 - as the target that it stands in for; the path and the key say it all
        key: Any = None,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - likewise
        unseen: bool = False,
    ) -> Exchange:
        started = time.perf_counter()
        status, answer_headers, answer = self.server.respond(method, path, key, content)
        exchange = self.exchange(
            method=method,
            path=path,
            url=f"{self.base_url}{path}",
            request_headers={"content-type": "application/json", "authorization": f"Bearer {key}"},
            request_body=content,
            status=status,
            answer_headers=answer_headers,
            answer_body=answer,
            key=key,
            elapsed=time.perf_counter() - started,
        )
        if not unseen:
            self.observe(exchange)
        return exchange


def told_by(server: HonestServer) -> tuple[Findings, Bookkeeper]:
    """Run all stories; answers what was found, and the keeper of the books."""
    findings = Findings(Policy(decisions=True))
    target = NearTarget("http://127.0.0.1:1/partner", SITES)
    target.server = server
    keeper = _tell(target, findings)
    target.close()
    return findings, keeper


def told_at(settings: Settings) -> tuple[Findings, Bookkeeper]:
    """Run all stories on the server that the settings name, or on a sandbox."""
    findings = Findings(Policy(decisions=True))
    with opened(settings) as target:
        return findings, _tell(target, findings)


def _tell(target: Target, findings: Findings) -> Bookkeeper:
    keeper = attach(target, findings)
    for story in _stories(*STORIES):
        with partner_of(target) as partner:
            given = {"partner": partner, "target": target, "findings": findings, "hold_term": HOLD_TERM}
            _run(story, given, findings)
    return keeper


def raced_by(server: HonestServer, *, rounds: int = 1) -> Findings:
    """Run all races on a server that takes requests at once; answers what was found."""
    findings = Findings(Policy(decisions=True))
    with served(server, at_once=True) as base_url, Target(base_url, SITES) as target:
        keeper = attach(target, findings)
        with Race(target, keeper, 4) as race:
            given = {
                "race": race,
                "target": target,
                "findings": findings,
                "shop": Shop(target, target.site),
                "rounds": range(rounds),
            }
            for story in _stories(test_concurrency, test_concurrency_ids):
                _run(story, given, findings)
    return findings


def _run(story: Callable[..., None], given: Mapping[str, Any], findings: Findings) -> None:
    wanted = inspect.signature(story).parameters
    with suppress(pytest.skip.Exception):
        try:
            story(**{name: value for name, value in given.items() if name in wanted})
        except Broken as broken:
            findings.record(broken.finding)


def _stories(*modules: ModuleType) -> Iterator[Callable[..., None]]:
    for module in modules:
        for name, function in vars(module).items():
            if name.startswith("test_"):
                yield from _variants(function)


def _variants(function: Callable[..., None]) -> Iterator[Callable[..., None]]:
    """A story once for each set of its parameters."""
    marks = [mark for mark in getattr(function, "pytestmark", []) if mark.name == "parametrize"]
    sets = [[_named(mark.args[0], values) for values in mark.args[1]] for mark in marks]
    for chosen in itertools.product(*sets):
        yield _with(function, {name: value for part in chosen for name, value in part.items()})


def _named(names: str, values: Any) -> dict[str, Any]:
    listed = [name.strip() for name in names.split(",")]
    return dict(zip(listed, [values] if len(listed) == 1 else values, strict=True))


def _with(function: Callable[..., None], more: Mapping[str, Any]) -> Callable[..., None]:
    def story(**given: Any) -> None:
        function(**given, **more)

    parameters = inspect.signature(function).parameters
    story.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [one for name, one in parameters.items() if name not in more]
    )
    return story
