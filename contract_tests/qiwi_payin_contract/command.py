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
from typing import ClassVar, NoReturn

import attrs
import pytest

from qiwi_payin_contract import plugin as options_plugin
from qiwi_payin_contract.drivers import DriverError
from qiwi_payin_contract.options import OPTIONS, REPLAY, REPORTS, values_of
from qiwi_payin_contract.replay.again import see_again
from qiwi_payin_contract.replay.files import Found, read
from qiwi_payin_contract.report import Reports, render
from qiwi_payin_contract.results import results_of
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.serving import opened
from qiwi_payin_contract.settings import EFFORTS, Settings, SettingsError
from qiwi_payin_contract.stash import RUN, SETTINGS
from qiwi_payin_contract.stories import StoryError
from qiwi_payin_contract.target import TargetError

__all__ = ["exit_code", "main"]

KEPT, BROKEN, COULD_NOT_RUN, INTERRUPTED = 0, 1, 2, 130
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
        found = None if asked.replay is None else read(Path(asked.replay))
        settings = Settings.from_texts(**values_of(lambda key: getattr(asked, key)))
        if found is not None:
            settings = attrs.evolve(settings, seed=found.seed, effort=EFFORTS[found.effort], test=found.test)
        with Reports(**{option.key: getattr(asked, option.key) for option in REPORTS}) as reports:
            return _run(settings, reports, found)
    except (SettingsError, TargetError, DriverError, StoryError) as error:
        sys.stderr.write(f"qiwi-payin contract: {error}\n")
        return COULD_NOT_RUN
    except OSError as error:
        sys.stderr.write(f"qiwi-payin contract: a report cannot be written: {type(error).__name__}\n")
        return COULD_NOT_RUN


def _run(settings: Settings, reports: Reports, found: Found | None) -> int:
    try:
        with opened(settings) as target:
            run = Run.of(settings, target)
            reports.watch(run)
            sys.stdout.write(f"qiwi-payin contract, {target.base_url}, seed {settings.seed}\n")
            sys.stdout.flush()
            if found is not None and found.story is not None:
                return BROKEN if see_again(run, found) else KEPT
            code = _run_pytest(run)
    except KeyboardInterrupt:
        code = pytest.ExitCode.INTERRUPTED
    if code == pytest.ExitCode.INTERRUPTED:
        sys.stderr.write("\nqiwi-payin contract: interrupted\n")
        return INTERRUPTED
    files = reports.write_findings(run)
    results = results_of(run, exit_code(run, code), files)
    sys.stdout.write(f"\n{render(results)}\n")
    if files:
        folder = next(iter(files.values())).parent
        sys.stdout.write(f"Each finding is a file in {folder}: qiwi-payin contract --replay FILE sees it again.\n")
    reports.write(results)
    return int(results["verdict"]["exitCode"])


def exit_code(run: Run, code: int) -> int:
    """What a run comes to that pytest ended with `code`: what was found broken stays so, even where pytest gave up."""
    ended = code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}
    return run.exit_code if ended or run.exit_code == BROKEN else COULD_NOT_RUN


class _Parser(argparse.ArgumentParser):
    """Tells a wrong option in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(COULD_NOT_RUN, f"{self.prog}: {message}; see --help\n")


def _parser() -> _Parser:
    parser = _Parser(
        allow_abbrev=False,
        prog="qiwi-payin contract",
        description="Test a server against the contract of the QIWI payment acceptance API. "
        "Without --base-url the suite starts this project's sandbox and tests that.",
        epilog="Exit code 0: what was run was kept; 1: the contract is broken; 2: the suite could not run.",
    )
    for option in (*OPTIONS, *REPORTS, REPLAY):
        parser.add_argument(f"--{option.name}", **option.arguments())
    return parser


def _run_pytest(run: Run) -> int:
    with as_file(files("qiwi_payin_contract").joinpath("suite")) as suite, _quiet_environment() as scratch:
        arguments = [
            str(suite),
            f"--rootdir={suite}",
            f"--config-file={scratch / 'pytest.ini'}",
            "--disable-plugin-autoload",
            "--import-mode=importlib",
            "-pno:cacheprovider",
            "--tb=short",
            f"--hypothesis-seed={run.settings.seed}",
            *(f"-p{name}" for name in _PLUGINS),
        ]
        return int(pytest.main(arguments, plugins=[options_plugin, _Progress(run)]))


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


class _Progress:
    """Hands the run to the suite, and shows a character for each test in place of pytest's own output."""

    _MARKS: ClassVar = {"passed": ".", "failed": "x", "skipped": "-"}

    def __init__(self, run: Run) -> None:
        self._run = run
        self._shown: str | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Hand over, and silence pytest."""
        config.stash[RUN] = self._run
        config.stash[SETTINGS] = self._run.settings
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

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Show a test that ended."""
        if report.when != "call" and report.passed:
            return
        group = str(dict(report.user_properties).get("group", ""))
        if group != self._shown:
            sys.stdout.write(f"\n{group:<14}")
            self._shown = group
        sys.stdout.write(self._MARKS[report.outcome])
        sys.stdout.flush()

    def pytest_sessionfinish(self) -> None:
        """End the line."""
        sys.stdout.write("\n")
