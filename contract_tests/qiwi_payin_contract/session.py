"""How pytest runs the suite for the command: with none of the caller's settings, and none of its own words."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import pytest

from qiwi_payin_contract import plugin as options_plugin
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.stash import RUN, SETTINGS

if TYPE_CHECKING:
    from qiwi_payin_contract.run import Run

__all__ = ["Progress", "Silent", "begin", "run_pytest"]


def begin(where: str, settings: Settings) -> None:
    """Say what is tested, and with which seed."""
    sys.stdout.write(f"qiwi-payin contract, {where}, seed {settings.seed}\n")
    sys.stdout.flush()


def run_pytest(settings: Settings, progress: "Silent", *more: str) -> int:
    """Run the suite in this process, or start its workers from it; gives pytest's exit code."""
    with as_file(files("qiwi_payin_contract").joinpath("suite")) as suite, _quiet_environment() as scratch:
        arguments = [
            *("--pyargs", "qiwi_payin_contract.suite"),
            f"--rootdir={suite}",
            f"--config-file={scratch / 'pytest.ini'}",
            "--disable-plugin-autoload",
            "--import-mode=importlib",
            "-pno:cacheprovider",
            # They collect all garbage many times over at the end of each process, which takes a second.
            "-pno:unraisableexception",
            "-pno:threadexception",
            "--tb=short",
            "--assert=plain",
            f"--hypothesis-seed={settings.seed}",
            "-p_hypothesis_pytestplugin",
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


class Silent:
    """Keeps pytest's own output away, and hands a run to the suite."""

    def __init__(self, run: "Run | None") -> None:
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


class Progress(Silent):
    """Shows a character for each test."""

    _MARKS: ClassVar = {"passed": ".", "failed": "x", "skipped": "-"}

    def __init__(self, run: "Run | None") -> None:
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
