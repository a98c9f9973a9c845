"""Fixtures of the suite, and how pytest's results become a report."""

import gc
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis.configuration import set_hypothesis_home_dir

from qiwi_payin_contract import unicode_tables
from qiwi_payin_contract.books import attach, bookkeeper_of
from qiwi_payin_contract.cleanup import Belongings, told_of
from qiwi_payin_contract.drivers import DriverError
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import declared_by, markers_of
from qiwi_payin_contract.races import Race
from qiwi_payin_contract.replay.chronicle import Chronicle
from qiwi_payin_contract.replay.retelling import retell
from qiwi_payin_contract.report.terminal import render
from qiwi_payin_contract.results import results_of
from qiwi_payin_contract.rules import GROUPS, Basis, Rule
from qiwi_payin_contract.run import Outcome, Run, State, broken_rules_in
from qiwi_payin_contract.serving import opened
from qiwi_payin_contract.settings import Effort, Settings, SettingsError
from qiwi_payin_contract.shapes.answers import check_answer
from qiwi_payin_contract.stash import RUN, SETTINGS
from qiwi_payin_contract.statements import statements
from qiwi_payin_contract.suite.racing import RUNNERS, rounds_of
from qiwi_payin_contract.target import ANSWERED, NoAnswer, Target, TargetError
from qiwi_payin_contract.test_mode import FirstPayments
from qiwi_payin_contract.witnesses import Post
from qiwi_payin_contract.workers import Share, settings_of

_GROUP = pytest.StashKey[str]()
_SHARE = pytest.StashKey[Share]()
_STORIES = frozenset({"behaviour", "exchanges", "scenarios", "concurrency", "notifications"})
"""Groups that send requests without checking each answer against the description themselves."""
_BY_WORTH = ("scenarios", "exchanges", "notifications", "client", "behaviour", "concurrency", "shapes")
"""Groups in the order of what a request of theirs tells."""
_RAISED = pytest.StashKey[bool]()
_NOTED = pytest.StashKey[tuple[str, ...]]()


def pytest_configure(config: pytest.Config) -> None:
    """Keep what Hypothesis writes out of the folder where the suite is run, from before the first fixture on."""
    folder = tempfile.TemporaryDirectory(prefix="qiwi-payin-contract-")
    config.add_cleanup(folder.cleanup)
    config.add_cleanup(lambda: set_hypothesis_home_dir(None))
    set_hypothesis_home_dir(folder.name)
    config.pluginmanager.import_plugin("schemathesis.pytest.plugin")
    for name in GROUPS:
        config.addinivalue_line("markers", f"{name}: test of this group")
    for basis in Basis:
        config.addinivalue_line("markers", f"{basis}: test that looks at a rule on this basis")
    for statement in statements():
        config.addinivalue_line("markers", f"{statement}: test that looks at a rule of this statement")


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    """The run; opened here unless the command has opened it."""
    unicode_tables.provide()
    # What was imported stays, and there is much of it: it need not be looked through whenever garbage is collected.
    gc.freeze()
    given = request.config.stash.get(RUN, None)
    if given is not None:
        with _begun(given, request.session):
            yield given
        return
    share = request.config.stash[_SHARE] = Share.of(request.config)
    share.ignore_second_interrupt()
    try:
        settings = _settings(request.config)
        with opened(settings, share.name) as target:
            run = request.config.stash[RUN] = Run.of(settings, target)
            share.watch(run)
            with _begun(run, request.session):
                yield run
    except (SettingsError, TargetError, DriverError) as error:
        share.refuse(str(error))
        pytest.exit(f"qiwi-payin: {error}", returncode=2)


@contextmanager
def _begun(run: Run, session: pytest.Session) -> Iterator[None]:
    """Keep books and a chronicle of a run, and look at the first payments' flags.

    At its end, findings are told by as few requests as show them, or what was opened is given back where that is asked
    for: seeing a finding again opens more.
    """
    chronicle = Chronicle()
    run.target.observers.append(chronicle)
    keeper = attach(run.target, run.findings, hold_term=run.settings.hold_term)
    run.record.transitions = keeper.books.transitions
    run.target.observers.append(FirstPayments(run.target, run.findings))
    belongings = Belongings.of(run.target) if run.settings.gives_back else None
    try:
        yield
    finally:
        if belongings is not None:
            run.given_back += belongings.give_back()
        if session.exitstatus != pytest.ExitCode.INTERRUPTED:
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
def post(run: Run) -> Iterator[Post]:
    """The suite's receiver of notifications, and whoever else sees them."""
    with Post(run.target, run.settings.receiver) as post:
        yield post


@pytest.fixture(scope="session")
def effort(run: Run) -> Effort:
    """How much is tried."""
    return run.settings.effort


@pytest.fixture(scope="module")
def race(target: Target) -> Iterator[Race]:
    """Runners whose connections are open."""
    with Race(target, bookkeeper_of(target), RUNNERS) as one:
        yield one


@pytest.fixture
def rounds(effort: Effort) -> range:
    """How often each race is run."""
    return rounds_of(effort)


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
def _stories_fit_the_description(request: pytest.FixtureRequest, target: Target) -> None:
    story = request.node.stash.get(_GROUP, None) in _STORIES
    # A story reckons with the sums that it sends; what is drawn can have smaller ones.
    target.lowers_sums = not story
    if story:
        request.getfixturevalue("answers_fit_the_description")


@pytest.fixture(autouse=True)
def _fails_for_what_it_noted(request: pytest.FixtureRequest, findings: Findings) -> Iterator[None]:
    before = findings.failing
    findings.test = request.node.name
    yield
    noted = [finding for finding in findings.failing if finding not in before]
    request.node.stash[_NOTED] = tuple(finding.rule.code for finding in noted)
    if noted and not request.node.stash.get(_RAISED, False):
        pytest.fail("\n\n".join(map(str, noted)), pytrace=False)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the groups that were asked for, in the order of ``GROUPS``, or stories first where not all may fit."""
    try:
        settings = _settings(config)
    except SettingsError as error:
        raise pytest.UsageError(str(error)) from error
    order = _BY_WORTH if settings.stories_first else GROUPS
    mine = {item: group for item in items if (group := _group_of(item)) is not None}
    for item, group in mine.items():
        item.stash[_GROUP] = group
        if config.option.markexpr:  # there are fourteen thousand of them, which nothing else looks at
            for name in markers_of(group, _declared(item)):
                item.add_marker(name)
    dropped = [
        item
        for item, group in mine.items()
        if group not in settings.groups or (settings.test is not None and item.name != settings.test)
    ]
    kept = sorted((item for item in mine if item not in dropped), key=lambda item: order.index(mine[item]))
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
        found = (*(each.finding.rule.code for each in broken), *item.stash.get(_NOTED, ()))
        run.tell(Outcome(group, item.name, state, _reason(report, state), report.duration, dict.fromkeys(found)))
    return report


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Leave for the process that started this one what was seen so far."""
    _tell(item.config)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave all of it, with what was given back."""
    _tell(session.config, ended=True)


def _tell(config: pytest.Config, *, ended: bool = False) -> None:
    run = config.stash.get(RUN, None)
    if run is not None:
        config.stash.get(_SHARE, Share()).tell(run, ended=ended)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the suite's own report after pytest's."""
    run = config.stash.get(RUN, None)
    if run is not None:
        terminalreporter.section("qiwi-payin contract")
        terminalreporter.write_line("\n".join([render(results_of(run)), *told_of(run)]))


def _settings(config: pytest.Config) -> Settings:
    if SETTINGS not in config.stash:
        config.stash[SETTINGS] = settings_of(config)
    return config.stash[SETTINGS]


def _declared(item: pytest.Item) -> tuple[Rule, ...]:
    test = getattr(getattr(item, "module", None), getattr(item, "originalname", None) or item.name, None)
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    return declared_by(test, **parameters)


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
    if state is State.KEPT:
        return str(dict(report.user_properties).get("note", ""))
    if state is State.FAILED:
        return f"{report.nodeid.rpartition('::')[2]}: {report.longreprtext.strip().splitlines()[-1][:200]}"
    return ""
