"""What is looked at before a server is tested, in an order that moves no money."""

import pytest
from qiwi_payin_contract.command import BROKEN, COULD_NOT_RUN, KEPT, main
from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.faults.proxy import FaultProxy
from qiwi_payin_contract.greeting import greet, mark_of
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

from tests.contract.intermediaries import counted

KEY = "5d41402abc4b2a76b9719d911017c592"
SITE = f"test-00:{KEY}"
NO_DRIVER = "--driver=none"


@pytest.fixture
def live() -> object:
    with Sandbox(sites=[SandboxSite("test-00", KEY, test=False)]) as sandbox:
        yield sandbox


def test_site_without_the_flag_is_refused_and_no_payment_is_sent(
    live: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    with counted(live.base_url) as (base_url, seen):
        assert main(["--base-url", base_url, "--site", SITE, NO_DRIVER]) == COULD_NOT_RUN
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert "the site test-00 is not known to be in test mode (its bill has no flag TEST)" in told.err
    assert "--allow-live-site test-00 --yes-real-money" in told.err
    assert told.out == ""
    assert [line for line in seen if "/payments/" in line] == []
    assert [line.partition(" ")[0] for line in seen] == ["GET", "PUT"]


def test_site_without_the_flag_is_tested_where_it_is_named_and_confirmed(
    live: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--base-url", live.base_url, "--site", SITE, NO_DRIVER, "--only=scenarios", "--max-requests=40"]
    assert main([*where, "--allow-live-site=test-00", "--yes-real-money"]) == KEPT, capsys.readouterr().out
    told = capsys.readouterr().out
    assert "the site is not in test mode" in told
    assert "Given back at the end:" in told


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--allow-live-site=test-00"], "--allow-live-site needs --yes-real-money"),
        (["--yes-real-money"], "--yes-real-money needs --allow-live-site"),
        (["--allow-live-site=other", "--yes-real-money"], "--allow-live-site names other"),
    ],
)
def test_one_consent_without_the_other_is_told_in_one_line(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--base-url=http://127.0.0.1:9/partner", "--site", SITE, *options]) == COULD_NOT_RUN
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1


class NoFlag(Fault):
    """Leaves TEST out of the flags of some answers."""

    group = "scenarios"
    rules = frozenset({"QP-TEST-007"})
    operation = "paymentsCreate"

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if call.operation_id != self.operation or not isinstance(answer.json, dict):
            return answer
        return answer.with_json({**answer.json, "flags": []})


class NoFlagOfBills(NoFlag):
    """Leaves TEST out of the flags of bills."""

    operation = "billsCreate"


@pytest.mark.parametrize(("fault", "driver"), [(NoFlag, "none"), (NoFlag, "auto"), (NoFlagOfBills, "auto")])
def test_site_that_lost_the_flag_in_one_place_is_tested_and_told_of(
    fault: type[Fault], driver: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sites = [Site("test-00", KEY)]
    with (
        Sandbox(sites=[SandboxSite("test-00", KEY)]) as sandbox,
        FaultProxy(sandbox.base_url, fault(sites)) as proxy,
    ):
        where = ["--base-url", proxy.base_url, "--site", SITE, "--driver", driver, "--only=scenarios"]
        assert main(where) == BROKEN
    assert "BROKEN QP-TEST-007" in capsys.readouterr().out


def greeted(sandbox: Sandbox | FaultProxy, *site_ids: str, seed: int = 7, worker: str = "") -> Target:
    sites = tuple(Site(site_id, KEY) for site_id in site_ids)
    with Target(sandbox.base_url, sites) as target:
        greet(target, Settings(base_url=sandbox.base_url, sites=sites, seed=seed), worker)
        return target


def test_ids_of_a_run_come_from_seed_worker_and_how_many_runs_there_were() -> None:
    with Sandbox(sites=[SandboxSite("a", KEY), SandboxSite("b", KEY)]) as sandbox:
        names = [greeted(sandbox, "a").mark for _ in range(6)]
        assert names == [mark_of(7, "", number) for number in range(6)]
        assert greeted(sandbox, "a", worker="gw1").mark == mark_of(7, "gw1", 0)
        assert greeted(sandbox, "a", seed=8).mark == mark_of(8)
        assert greeted(sandbox, "b").mark == mark_of(7)
        assert greeted(sandbox, "a", "b").mark == mark_of(7, "", 6)
    with Sandbox(sites=[SandboxSite("a", KEY)]) as fresh:
        assert greeted(fresh, "a").mark == names[0]
        assert greeted(fresh, "a").test_sites == {"a"}


class KnowsEveryBill(Fault):
    """Finds whatever bill it is asked for."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-102"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id != "billsGet":
            return forward(call)
        return Answer(200, {"content-type": "application/json"}, b'{"status": {"value": "CREATED"}}')


def test_server_that_knows_every_bill_is_greeted_all_the_same() -> None:
    sites = [Site("a", KEY)]
    with (
        Sandbox(sites=[SandboxSite("a", KEY)]) as sandbox,
        FaultProxy(sandbox.base_url, KnowsEveryBill(sites)) as proxy,
    ):
        target = greeted(proxy, "a")
    assert len(target.mark) == 10
    assert target.statuses["billsGet", 200] < 20
