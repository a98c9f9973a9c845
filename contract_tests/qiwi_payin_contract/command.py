"""``qiwi-payin contract``: runs the suite against a server and says what breaks the contract.

0  what was run was kept
1  the contract is broken
2  the suite could not run: no server, a refused key, a wrong option
130  it was interrupted
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import attrs
import pytest

from qiwi_payin_contract import plugin as options_plugin
from qiwi_payin_contract.cleanup import told_of
from qiwi_payin_contract.drivers import Ability, DriverError
from qiwi_payin_contract.options import OPTIONS, REPLAY, REPORTS, TOPICS, values_of
from qiwi_payin_contract.rehearsal import Rehearsal
from qiwi_payin_contract.replay.again import see_again
from qiwi_payin_contract.replay.files import Found, read
from qiwi_payin_contract.report import Reports, render
from qiwi_payin_contract.results import results_of
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.serving import opened
from qiwi_payin_contract.settings import EFFORTS, Settings, SettingsError
from qiwi_payin_contract.stash import RUN, SETTINGS
from qiwi_payin_contract.stories import StoryError
from qiwi_payin_contract.target import Target, TargetError, checked_base_url
from qiwi_payin_contract.workers import Shares, default_workers

__all__ = ["exit_code", "main"]

KEPT, BROKEN, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130
_XDIST = ("--dist=worksteal", "--max-worker-restart=0")
_PLUGINS = ("_hypothesis_pytestplugin", "schemathesis.pytest.plugin")


def main(argv: list[str] | None = None) -> int:
    """Run the suite as the command line asks; see the module for what the number means."""
    parser = _parser()
    asked, unknown = parser.parse_known_args(argv)
    if unknown:
        # What stands beside an option that is misspelt may be a key.
        named = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        parser.error(f"unknown: {', '.join(named)}" if named else "there is a word that belongs to no option")
    try:
        values = values_of(lambda key: getattr(asked, key))
        settings = Settings.from_texts(**values)
        if settings.dry_run:
            return _rehearse(settings)
        with Reports(**{option.key: getattr(asked, option.key) for option in REPORTS}) as reports:
            if asked.replay is not None:
                return _again(settings, read(Path(asked.replay)), reports)
            return _shared(settings, values, reports) if default_workers(settings) > 1 else _alone(settings, reports)
    except (SettingsError, TargetError, DriverError, StoryError) as error:
        sys.stderr.write(f"qiwi-payin contract: {error}\n")
        return COULD_NOT_RUN
    except OSError as error:
        sys.stderr.write(f"qiwi-payin contract: a report cannot be written: {type(error).__name__}\n")
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        sys.stderr.write("\nqiwi-payin contract: interrupted\n")
        return INTERRUPTED


def _again(settings: Settings, found: Found, reports: Reports) -> int:
    """See a finding again: by its story, or by the test that found it."""
    settings = attrs.evolve(settings, seed=found.seed, effort=EFFORTS[found.effort], test=found.test)
    if found.story is None:
        return _alone(settings, reports)
    with opened(settings) as target:
        _begin(target.base_url, settings)
        return BROKEN if see_again(Run.of(settings, target), found) else KEPT


def _alone(settings: Settings, reports: Reports) -> int:
    """Run in this process."""
    with opened(settings) as target:
        run = Run.of(settings, target)
        reports.watch(run)
        _begin(target.base_url, settings)
        return _ended(run, _run_pytest(settings, _Progress(run)), reports)


def _shared(settings: Settings, values: dict[str, Any], reports: Reports) -> int:
    """Run in several processes. Whether there is anything to test is seen before they are started."""
    if settings.base_url is None:
        _begin("this project's sandbox", settings)
    else:
        with opened(settings) as target:
            _shares_no_clock(settings, target)
            _begin(target.base_url, settings)
    progress = _SharedProgress(values | {"seed": settings.seed, "spool": reports.spool and str(reports.spool)})
    code = _run_pytest(settings, progress, "-pxdist.plugin", f"-n{default_workers(settings)}", *_XDIST)
    sys.stderr.write("".join(f"qiwi-payin contract: {error}\n" for error in progress.errors))
    if progress.run is None:
        return INTERRUPTED if code == pytest.ExitCode.INTERRUPTED and not progress.errors else COULD_NOT_RUN
    return _ended(progress.run, code, reports)


def _begin(where: str, settings: Settings) -> None:
    sys.stdout.write(f"qiwi-payin contract, {where}, seed {settings.seed}\n")
    sys.stdout.flush()


def _ended(run: Run, code: int, reports: Reports) -> int:
    """Report, in part where the run was interrupted."""
    files = reports.write_findings(run)
    results = results_of(run, exit_code(run, code), files)
    sys.stdout.write("\n".join(["", render(results), *told_of(run), ""]))
    if files:
        folder = next(iter(files.values())).parent
        sys.stdout.write(f"Each finding is a file in {folder}: qiwi-payin contract --replay FILE sees it again.\n")
    reports.write(results)
    sys.stdout.flush()
    if code != pytest.ExitCode.INTERRUPTED:
        return exit_code(run, code)
    sys.stderr.write("\nqiwi-payin contract: interrupted; the report is of what was seen until then\n")
    return INTERRUPTED


def _rehearse(settings: Settings) -> int:
    """Run against a sandbox of our own, and print what would be sent."""
    meant = "this project's sandbox" if settings.base_url is None else checked_base_url(settings.base_url)
    _begin(f"dry run for {meant}", settings)
    rehearsal = Rehearsal("" if settings.base_url is None else meant)
    with opened(settings, watcher=rehearsal) as target:
        code = _run_pytest(settings, _Silent(Run.of(settings, target)), "--capture=no")
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    sys.stdout.write(f"\n{rehearsal.table()}\n\nThis was a dry run: nothing was sent to {meant}.\n")
    return KEPT


def _shares_no_clock(settings: Settings, target: Target) -> None:
    """Each worker moves the clock of a site of its own."""
    if target.able(Ability.CLOCK) and default_workers(settings) > len(target.sites):
        raise SettingsError(
            f"--workers {settings.workers} needs as many sites here, {len(target.sites)} given: each process moves the "
            "clock of one"
        )


def exit_code(run: Run, code: int) -> int:
    """What a run comes to that pytest ended with `code`: what was found broken stays so, even where pytest gave up."""
    ended = code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}
    return run.exit_code if ended or run.exit_code == BROKEN else COULD_NOT_RUN


_EPILOG = """\
effort, on this project's sandbox:
  quick    about 1 700 requests, 17 s on two cores
  normal   about 4 600 requests, 50 s
  deep     eight times the drawn requests and walks of normal, each twice as long

examples:
  qiwi-payin contract
      start this project's sandbox and test it
  qiwi-payin contract --base-url http://127.0.0.1:8000/partner --site test-00:my-key
      test a server on this machine
  QIWI_PAYIN_KEY=... qiwi-payin contract --base-url https://b2b-api.qiwi.com/partner --site my-site \\
                     --profile test-site --dry-run
      see what would be sent to a site in test mode; without --dry-run, send it
  qiwi-payin contract --only behaviour,scenarios --effort deep --seed 7
      try two groups hard, and the same again with the same seed
  qiwi-payin contract --waive practice:amount-text --basis documented,published
      leave out of the verdict what the documents do not say

exit code: 0 what was run was kept, 1 the contract is broken, 2 the suite could not run, 130 interrupted
"""


class _Parser(argparse.ArgumentParser):
    """Tells a wrong option in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(COULD_NOT_RUN, f"{self.prog}: {message}; see --help\n")


def _parser() -> _Parser:
    parser = _Parser(
        allow_abbrev=False,
        prog="qiwi-payin contract",
        description="Test a server against the contract of the QIWI payment acceptance API.\n"
        "Without --base-url the suite starts this project's sandbox and tests that.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    topics = {topic: parser.add_argument_group(topic) for topic in TOPICS}
    for option in (*OPTIONS, *REPORTS, REPLAY):
        topics[option.topic].add_argument(f"--{option.name}", **option.arguments())
    return parser


def _run_pytest(settings: Settings, progress: "_Silent", *more: str) -> int:
    with as_file(files("qiwi_payin_contract").joinpath("suite")) as suite, _quiet_environment() as scratch:
        arguments = [
            str(suite),
            f"--rootdir={suite}",
            f"--config-file={scratch / 'pytest.ini'}",
            "--disable-plugin-autoload",
            "--import-mode=importlib",
            "-pno:cacheprovider",
            "--tb=short",
            f"--hypothesis-seed={settings.seed}",
            *(f"-p{name}" for name in _PLUGINS),
            *more,
        ]
        return int(pytest.main(arguments, plugins=[options_plugin, progress]))


@contextmanager
def _quiet_environment() -> Iterator[Path]:
    """Keep the caller's pytest settings out."""
    names = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
    saved = {name: os.environ.pop(name) for name in names if name in os.environ}
    with tempfile.TemporaryDirectory(prefix="qiwi-payin-contract-") as folder:
        scratch = Path(folder)
        (scratch / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
        try:
            yield scratch
        finally:
            os.environ.update(saved)


class _Silent:
    """Keeps pytest's own output away, and hands a run to the suite."""

    def __init__(self, run: Run | None) -> None:
        self._given = run

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand over, and silence pytest."""
        if self._given is not None:
            config.stash[RUN] = self._given
            config.stash[SETTINGS] = self._given.settings
        reporter = config.pluginmanager.get_plugin("terminalreporter")
        if reporter is not None:
            config.pluginmanager.unregister(reporter)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Tell what could not be loaded."""
        if report.failed:
            sys.stderr.write(f"{report.longreprtext}\n")

    def pytest_internalerror(self, excrepr: object) -> None:
        """Tell what went wrong inside pytest."""
        sys.stderr.write(f"{excrepr}\n")


class _Progress(_Silent):
    """Shows a character for each test."""

    _MARKS: ClassVar = {"passed": ".", "failed": "x", "skipped": "-"}

    def __init__(self, run: Run | None) -> None:
        super().__init__(run)
        self._shown: str | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show a test that ended."""
        if report.when != "call" and report.passed:
            return
        self._line(str(dict(report.user_properties).get("group", "")))
        sys.stdout.write(self._MARKS[report.outcome])
        sys.stdout.flush()

    def pytest_sessionfinish(self) -> None:
        """End the line."""
        sys.stdout.write("\n")
        sys.stdout.flush()

    def _line(self, group: str) -> None:
        if group != self._shown:
            sys.stdout.write(f"\n{group:<14}")
            self._shown = group


class _SharedProgress(_Progress):
    """The same where several processes share the tests, whose results it brings together.

    Attributes:
        run: what all of them saw; None where they saw nothing.
        errors: why they did not.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(None)
        self._values = values
        self._lost: list[str] = []
        self.run: Run | None = None
        self.errors: tuple[str, ...] = ()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Silence pytest, and leave the options where they reach the workers from."""
        super().pytest_configure(config)
        for name, value in self._values.items():
            setattr(config.option, f"payin_{name}", value)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show a test that ended, and note one whose process did not live to tell."""
        super().pytest_runtest_logreport(report)
        if report.failed and "group" not in dict(report.user_properties):
            self._lost.append(report.nodeid.rpartition("::")[2])

    @pytest.hookimpl(trylast=True)
    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Bring together what the processes saw, before their folder is cleaned away."""
        shares = Shares.of(config)
        if shares is None:
            return
        self.run, self.errors = shares.merged(), shares.errors
        for test in self._lost:
            shares.lost(self.run, test)

    def _line(self, _: str) -> None:
        """Groups run side by side, so that one line is for all."""
        super()._line("all groups")
