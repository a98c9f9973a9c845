"""The behaviour stories tell each fault that shows only beside other exchanges, by its rule and in few requests."""

from datetime import datetime, timedelta

import pytest
from qiwi_payin_contract.books import attach, rules
from qiwi_payin_contract.books import transitions as moves
from qiwi_payin_contract.books.transitions import TRANSITIONS, Transition
from qiwi_payin_contract.drivers import Ability, NoDriver
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.statements import statements
from qiwi_payin_contract.suite import test_behaviour_shown
from qiwi_payin_contract.suite.partner import partner_of

from tests.contract.broken_servers import BROKEN
from tests.contract.honest_server import SITES, HonestServer
from tests.contract.stories import NearTarget, told_by

FEW, FLOOD = 4, 3
MANY_CONSEQUENCES = {"counts-declined-refunds": 4, "declined-bill-says-paid": 4, "lives-ahead": 4, "other-reasons": 5}
"""Faults that break several rules by themselves."""
MANY_OBJECTS = {"remembers-ten-payments"}
"""Faults that show after more requests than a few."""
NEED_A_DRIVER = {
    moves.BILL_PAID_ON_FORM,
    moves.BILL_EXPIRED,
    moves.PAYMENT_WAITS_BANK,
    moves.THREE_DS_CONFIRMED,
    moves.THREE_DS_RAN_OUT,
    moves.BANK_AGREED_LATE,
    moves.BANK_DECLINED_LATE,
    moves.CAPTURED_BY_ITSELF,
    moves.TOKEN_ISSUED_ON_FORM,
}
NEEDS_A_SETTING = {moves.CANCELLED_BY_ITSELF}
"""Only a site that was set up so cancels what nobody captured."""


def test_no_story_finds_anything_on_an_honest_server() -> None:
    findings, _ = told_by(HonestServer())
    assert [str(finding) for finding in findings] == []


def test_an_honest_server_comes_by_every_move_that_needs_no_driver() -> None:
    _, keeper = told_by(HonestServer())
    assert set(TRANSITIONS) - set(keeper.books.transitions) == NEED_A_DRIVER | NEEDS_A_SETTING


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_server_is_told_by_its_rule_in_few_requests(name: str) -> None:
    server, wanted = BROKEN[name]
    findings, _ = told_by(server())
    told = {finding.rule: finding for finding in findings}
    assert wanted & set(told), sorted(rule.name for rule in told)
    assert len(told) <= MANY_CONSEQUENCES.get(name, FLOOD), sorted(rule.name for rule in told)
    shortest = min(len(finding.exchanges) for finding in findings if finding.rule in wanted)
    assert shortest <= FEW or name in MANY_OBJECTS


class Clock(NoDriver):
    """Reads a server's clock."""

    abilities = frozenset({Ability.CLOCK})

    def __init__(self, server: HonestServer) -> None:
        self.server = server

    def now(self, _: Site) -> datetime:
        """Read it."""
        return self.server.now


class Ahead(HonestServer):
    """Writes times of tomorrow."""

    def _time(self) -> str:
        return (self.now + timedelta(days=1)).isoformat(timespec="milliseconds")


@pytest.mark.parametrize(("server", "wrong"), [(HonestServer, 0), (Ahead, 1)])
def test_times_are_held_against_a_clock_that_a_driver_reads(server: type[HonestServer], wrong: int) -> None:
    findings = Findings()
    with NearTarget("http://127.0.0.1:1/partner", SITES) as target:
        target.server = server()
        target.driver = Clock(target.server)
        attach(target, findings)
        with partner_of(target) as partner:
            test_behaviour_shown.test_objects_are_made_when_they_are_asked_for(partner, target, findings)
    made = [finding for finding in findings if finding.rule is rules.MADE_NOW]
    assert bool(made) == bool(wrong)
    assert len(findings) == len(made)


@pytest.mark.parametrize("move", TRANSITIONS, ids=lambda move: move.name)
def test_a_move_is_one_that_statements_know(move: Transition) -> None:
    assert set(move.statements) <= set(statements())
    assert move.sentence.endswith(".")


def test_moves_have_names_of_their_own() -> None:
    assert len({move.name for move in TRANSITIONS}) == len(TRANSITIONS)
