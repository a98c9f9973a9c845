"""One run of the suite, in this process, against one broken server or the sandbox itself."""

import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

import attrs
import pytest
from qiwi_payin_contract import plugin as options_plugin
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.faults.catalogue import Fault
from qiwi_payin_contract.faults.proxy import FaultProxy
from qiwi_payin_contract.findings import Finding, Findings
from qiwi_payin_contract.looks import declared_by
from qiwi_payin_contract.rules import GROUPS, SERVER_GROUPS, Rule
from qiwi_payin_contract.run import Run, State
from qiwi_payin_contract.serving import opened, own_sites
from qiwi_payin_contract.settings import EFFORTS, Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.stash import RUN, SETTINGS
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

__all__ = ["Kill", "Result", "broken", "facing", "own_trial", "trial"]

Wanted = Callable[[Rule], bool]

_DRAWN = (
    "test_walks_",
    "test_every_operation_",
    "test_client_sends_",
    "test_client_keeps_what_",
)


_EFFORTS = {
    **EFFORTS,
    "quick": attrs.evolve(EFFORTS["quick"], examples=5, values=5, every=1, thorough=True),
}
"""A quick run here sends all systematic requests: what it is worth must not depend on which of them it happens upon."""

_WITHOUT_THE_SERVER = frozenset({"client"})
"""Groups that run the client against servers of their own: what they come to does not depend on the tried server."""


@attrs.define(frozen=True)
class Kill:
    """A rule that was reported.

    Attributes:
        rule: its code.
        group: group of the test that found it.
        after: number of the telling request since the run began.
        requests: how many requests the finding shows.
        told: what the finding says.
    """

    rule: str
    group: str
    after: int
    requests: int
    told: str


@attrs.define(frozen=True)
class Result:
    """What a run came to.

    Attributes:
        kills: rules that were reported and count, each once in each group that found it, in the order of finding.
        failed: tests that failed by themselves, with the reason.
        requests: how many requests were sent.
        seconds: how long it took.
    """

    kills: tuple[Kill, ...]
    failed: tuple[str, ...]
    requests: int
    seconds: float


@contextmanager
def broken(fault: type[Fault] | None) -> Iterator[tuple[str, tuple[Site, ...], Fault | None]]:
    """Start a sandbox, and a fault before it; gives the base URL, the sites, and the fault as it stands there."""
    sites = own_sites()
    served = [SandboxSite(site.site_id, site.key, site.notification_key) for site in sites]
    with Sandbox(sites=served) as sandbox:
        if fault is None:
            yield sandbox.base_url, sites, None
            return
        standing = fault(sites)
        with FaultProxy(sandbox.base_url, standing) as proxy:
            yield proxy.base_url, sites, standing


def facing(fault: type[Fault] | None) -> tuple[str, ...]:
    """Return the groups that meet what is broken; all of them, where it is nothing.

    A broken client is met by the groups that run the client alone, a broken server by all others.
    """
    if fault is None:
        return SERVER_GROUPS
    of_the_client = fault.client is not Fault.client
    return tuple(group for group in SERVER_GROUPS if (group in _WITHOUT_THE_SERVER) == of_the_client)


def trial(
    fault: type[Fault] | None,
    groups: Iterable[str] | None = None,
    *,
    effort: str = "quick",
    seed: int = 1,
    stop_at: Wanted | None = None,
    sooner: Collection[str] = (),
    whole: bool = False,
) -> Result:
    """Run the suite against a broken server, or the sandbox where ``fault`` is None.

    Args:
        fault: what is broken.
        groups: groups to run; by default those that meet the fault.
        effort: word of ``EFFORTS``.
        seed: seed of everything random.
        stop_at: ends the run at the first finding of a rule of which this is true.
        sooner: codes of rules; tests that look at one of them run before the others of their group.
        whole: go on with a group in which something was found; otherwise, and where nothing ends the run, the rest of
            its tests is left out.
    """
    asked = set(facing(fault) if groups is None else groups)
    wanted = tuple(group for group in GROUPS if group in asked)
    started = time.perf_counter()
    with broken(fault) as (base_url, sites, standing):
        settings = Settings(base_url=base_url, sites=sites, groups=wanted, effort=_EFFORTS[effort], seed=seed)
        with opened(settings) as target:
            watch = _Watch(Run.of(settings, target), stop_at, frozenset(sooner), whole=whole)
            if standing is not None:
                watch.run.client = standing.client
            _run_pytest(watch)
    ended = watch.enough  # the test that was broken off did not fail by itself
    failed = () if ended else tuple(_failures(watch.run))
    shown = {finding.rule.code: len(finding.exchanges) for finding in watch.run.findings}
    kills = (attrs.evolve(kill, requests=shown.get(kill.rule, kill.requests)) for kill in watch.kills.values())
    return Result(tuple(kills), failed, watch.sent, time.perf_counter() - started)


def own_trial(fault: type[Fault], *, seed: int = 1) -> Result:
    """Run the group alone that must find a fault, until one of its rules is reported."""
    return trial(
        fault,
        [fault.group],
        effort=fault.effort,
        seed=seed,
        stop_at=lambda rule: rule.code in fault.rules,
        sooner=fault.rules,
        whole=fault.shown_last,
    )


def _failures(run: Run) -> Iterator[str]:
    for outcome in run.outcomes:
        if outcome.state is State.FAILED:
            yield f"{outcome.group}: {outcome.reason}"


class _Enough(KeyboardInterrupt):
    """What was wanted is found. Neither pytest nor Hypothesis holds this back."""


class _Watch:
    """Follows a run: counts its requests, and takes down what is found, where and when."""

    def __init__(self, run: Run, stop_at: Wanted | None, sooner: frozenset[str], *, whole: bool) -> None:
        self.run = run
        self.kills: dict[tuple[str, str], Kill] = {}
        self.sent = 0
        self.enough = False
        self._group = ""
        self.stop_at = stop_at
        self._sooner = sooner
        self._whole = whole
        run.target.observers.append(self._count)
        run.findings = _WatchedFindings(self, run)

    def _count(self, exchange: Exchange) -> None:
        if self._group in _WITHOUT_THE_SERVER:
            raise RuntimeError(f"the group {self._group} asked the server: {exchange!r}")
        self.sent += 1

    def take(self, finding: Finding) -> None:
        """Take down a finding that counts."""
        code = finding.rule.code
        kill = Kill(code, self._group, self.sent, len(finding.exchanges), finding.message[:300])
        self.kills.setdefault((code, self._group), kill)
        if self.stop_at is not None and self.stop_at(finding.rule):
            self.enough = True
            raise _Enough

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand the run over, and silence pytest."""
        config.stash[RUN] = self.run
        config.stash[SETTINGS] = self.run.settings
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            config.pluginmanager.unregister(reporter)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Where the first finding ends the run, try what is written down before what is drawn, which takes longer."""
        if self.stop_at is not None:
            items.sort(key=self._turn)

    def _turn(self, item: pytest.Item) -> tuple[int, bool, bool]:
        test = getattr(getattr(item, "module", None), getattr(item, "originalname", None) or item.name, None)
        looks = any(rule.code in self._sooner for rule in declared_by(test))
        group = _group_of(item)
        drawn = item.name.startswith(_DRAWN) and not (looks and group in _WITHOUT_THE_SERVER)
        return GROUPS.index(group), drawn, not looks

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Know the group of what runs, and leave out what would only find more."""
        self._group = _group_of(item)
        if not self._whole and self.stop_at is None and any(group == self._group for _, group in self.kills):
            pytest.skip("something was found in this group")


def _group_of(item: pytest.Item) -> str:
    return str(getattr(getattr(item, "module", None), "GROUP", ""))


class _WatchedFindings(Findings):
    """Tells of each finding at once."""

    def __init__(self, watch: _Watch, run: Run) -> None:
        super().__init__(run.findings.policy)
        self._watch = watch

    def expect(self, holds: object, rule: Rule, message: str, *exchanges: Exchange) -> None:
        if not holds and self.policy.counts(rule):
            self._watch.take(Finding(rule, message, exchanges))
        super().expect(holds, rule, message, *exchanges)

    def record(self, finding: Finding) -> None:
        if self.policy.counts(finding.rule):
            self._watch.take(finding)
        # A run that one finding ends has no report: what is kept would only be told and played again on the way out.
        if self._watch.stop_at is None:
            super().record(finding)


def _modules_of(suite: Path, groups: Iterable[str]) -> list[str]:
    """Test modules of some groups: reading the others would take longer than many a run."""
    words = [f'GROUP = "{group}"' for group in groups]
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(suite.glob("test_*.py"))}
    return [str(path) for path, text in texts.items() if any(word in text for word in words)]


def _run_pytest(watch: _Watch) -> None:
    with as_file(files("qiwi_payin_contract").joinpath("suite")) as suite, tempfile.TemporaryDirectory() as folder:
        ini = Path(folder) / "pytest.ini"
        ini.write_text("[pytest]\n", encoding="utf-8")
        arguments = [
            *_modules_of(suite, watch.run.settings.groups),
            f"--rootdir={suite}",
            f"--config-file={ini}",
            "--disable-plugin-autoload",
            "--import-mode=importlib",
            "-pno:cacheprovider",
            # They collect garbage twice for each run, which takes longer than many a run.
            "-pno:unraisableexception",
            "-pno:threadexception",
            f"--hypothesis-seed={watch.run.settings.seed}",
            "-p_hypothesis_pytestplugin",
            "-pschemathesis.pytest.plugin",
        ]
        try:
            ended = pytest.ExitCode(pytest.main(arguments, plugins=[options_plugin, watch]))
        except pytest.fail.Exception:
            # A test that is stopped in its middle is torn down after the session, where nobody takes its last word.
            ended = pytest.ExitCode.INTERRUPTED
    if ended in {pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.USAGE_ERROR}:
        raise RuntimeError(f"the suite could not be run: {ended.name}")
