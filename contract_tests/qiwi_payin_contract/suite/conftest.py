"""Fixtures of the suite, and how pytest's results become a report."""

import tempfile
from collections.abc import Generator, Iterator
from datetime import timedelta

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from qiwi_payin_contract.books import attach
from qiwi_payin_contract.drivers import DriverError
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.options import values_of
from qiwi_payin_contract.replay.chronicle import Chronicle
from qiwi_payin_contract.replay.retelling import retell
from qiwi_payin_contract.report import render
from qiwi_payin_contract.rules import GROUPS
from qiwi_payin_contract.run import Outcome, Run, State, broken_rules_in
from qiwi_payin_contract.serving import opened
from qiwi_payin_contract.settings import Effort, Settings, SettingsError
from qiwi_payin_contract.shapes.answers import check_answer
from qiwi_payin_contract.stash import RUN, SETTINGS
from qiwi_payin_contract.target import ANSWERED, NoAnswer, Target, TargetError

_GROUP = pytest.StashKey[str]()
_STORIES = frozenset({"exchanges", "scenarios", "notifications"})
"""Groups that send requests without checking each answer against the description themselves."""
_RAISED = pytest.StashKey[bool]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep what Hypothesis writes out of the folder where the suite is run, from before the first fixture on."""
    folder = tempfile.TemporaryDirectory(prefix="qiwi-payin-contract-")
    config.add_cleanup(folder.cleanup)
    config.add_cleanup(lambda: set_hypothesis_home_dir(None))
    set_hypothesis_home_dir(folder.name)


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The run; opened here unless the command has opened it."""
    given = request.config.stash.get(RUN, None)
    if given is not None:
        yield from _told(given)
        return
    try:
        settings = _settings(request.config)
        with opened(settings) as target:
            request.config.stash[RUN] = Run.of(settings, target)
            yield from _told(request.config.stash[RUN])
    except (SettingsError, TargetError, DriverError) as error:
        pytest.exit(f"qiwi-payin: {error}", returncode=2)


def _told(run: Run) -> Iterator[Run]:
    """Keep books and a chronicle of a run, and tell its findings by as few requests as show them."""
    chronicle = Chronicle()
    run.target.observers.append(chronicle)
    attach(run.target, run.findings, hold_term=run.settings.hold_term)
    yield run
    retell(run, chronicle)


@pytest.fixture(scope="session")
def target(run: Run) -> Target:
    """The server under test."""
    return run.target


@pytest.fixture(scope="session")
def findings(run: Run) -> Findings:
    """Where broken rules are told."""
    return run.findings


@pytest.fixture(scope="session")
def effort(run: Run) -> Effort:
    """How much is tried."""
    return run.settings.effort


@pytest.fixture(scope="session")
def hold_term(run: Run) -> timedelta:
    """How long the sites wait for a capture."""
    return run.settings.hold_term


@pytest.fixture(scope="session")
def seed(run: Run) -> int:
    """Seed of everything random."""
    return run.settings.seed


@pytest.fixture
def answers_fit_the_description(target: Target, findings: Findings) -> Iterator[None]:
    """Hold every answer of a test against the description."""

    def check(exchange: Exchange) -> None:
        check_answer(exchange, findings)

    target.observers.append(check)
    yield
    target.observers.remove(check)


@pytest.fixture(autouse=True)
def _stories_fit_the_description(request: pytest.FixtureRequest) -> None:
    if request.node.stash.get(_GROUP, None) in _STORIES:
        request.getfixturevalue("answers_fit_the_description")


@pytest.fixture(autouse=True)
def _fails_for_what_it_noted(request: pytest.FixtureRequest, findings: Findings) -> Iterator[None]:
    before = findings.failing
    findings.test = request.node.name
    yield
    noted = [finding for finding in findings.failing if finding not in before]
    if noted and not request.node.stash.get(_RAISED, False):
        pytest.fail("\n\n".join(map(str, noted)), pytrace=False)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the groups that were asked for, in the order of ``GROUPS``."""
    try:
        settings = _settings(config)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from error
    mine = {item: group for item in items if (group := _group_of(item)) is not None}
    for item, group in mine.items():
        item.stash[_GROUP] = group
    dropped = [
        item
        for item, group in mine.items()
        if group not in settings.groups or (settings.test is not None and item.name != settings.test)
    ]
    kept = sorted((item for item in mine if item not in dropped), key=lambda item: GROUPS.index(mine[item]))
    items[:] = [item for item in items if item not in mine] + kept
    if dropped:
        config.hook.pytest_deselected(items=dropped)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Take what a test found into the run."""
    report = yield
    run = item.config.stash.get(RUN, None)
    group = item.stash.get(_GROUP, None)
    if group is not None:
        report.user_properties.append(("group", group))
    if run is None or group is None:
        return report
    error = None if call.excinfo is None else call.excinfo.value
    broken = [] if error is None else list(broken_rules_in(error))
    item.stash[_RAISED] = bool(broken)
    for each in broken:
        run.findings.record(each.finding)
        report.user_properties.append(("rule", each.finding.rule.code))
    if isinstance(error, NoAnswer):
        run.findings.note(False, ANSWERED, str(error))  # noqa: FBT003 - the server did not answer
    if broken and report.failed:
        report.longrepr = "\n\n".join(str(each.finding) for each in broken)
    state = _state(report, error, found=bool(broken) or isinstance(error, NoAnswer))
    if state is not None:
        run.tell(Outcome(group, item.name, state, _reason(report, state)))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the suite's own report after pytest's."""
    run = config.stash.get(RUN, None)
    if run is not None:
        terminalreporter.section("qiwi-payin contract")
        terminalreporter.write_line(render(run))


def _settings(config: pytest.Config) -> Settings:
    given = config.stash.get(SETTINGS, None)
    if given is not None:
        return given
    given_here = values_of(lambda key: config.getoption(f"payin_{key}"))
    config.stash[SETTINGS] = made = Settings.from_texts(**given_here)
    return made


def _group_of(item: pytest.Item) -> str | None:
    module = getattr(item, "module", None)
    group = getattr(module, "GROUP", None) if getattr(module, "__package__", None) == __package__ else None
    return group if isinstance(group, str) else None


def _state(report: pytest.TestReport, error: BaseException | None, *, found: bool) -> State | None:
    if report.skipped:
        return State.NOT_RUN
    if report.passed:
        return State.KEPT if report.when == "call" else None
    noted = report.when == "teardown" and isinstance(error, pytest.fail.Exception)
    return State.BROKEN if found or noted else State.FAILED


def _reason(report: pytest.TestReport, state: State) -> str:
    if state is State.NOT_RUN and isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    if state is State.FAILED:
        return f"{report.nodeid.rpartition('::')[2]}: {report.longreprtext.strip().splitlines()[-1][:200]}"
    return ""
