"""A run that several processes share.

This process starts them, shows how they get on, and brings together what they saw. It begins with as little as starting
them needs, and loads what the report needs while they work.
"""

import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from qiwi_payin_contract.exits import COULD_NOT_RUN, INTERRUPTED
from qiwi_payin_contract.rules import catalogue
from qiwi_payin_contract.session import Progress, begin, run_pytest
from qiwi_payin_contract.settings import Settings, SettingsError
from qiwi_payin_contract.workers import Shares, default_workers

if TYPE_CHECKING:
    from qiwi_payin_contract.report.files import Reports
    from qiwi_payin_contract.run import Run

__all__ = ["together"]

_XDIST = ("-pxdist.plugin", "--dist=worksteal", "--max-worker-restart=0")


def together(settings: Settings, values: dict[str, Any], reports: "Reports") -> int:
    """Run in several processes. Whether there is anything to test is seen before they are started."""
    begin("this project's sandbox" if settings.base_url is None else _greeted(settings), settings)
    progress = _SharedProgress(values | {"seed": settings.seed, "spool": reports.spool and str(reports.spool)})
    code = run_pytest(settings, progress, f"-n{default_workers(settings)}", *_XDIST)
    sys.stderr.write("".join(f"qiwi-payin contract: {error}\n" for error in progress.errors))
    if progress.run is None:
        return INTERRUPTED if code == pytest.ExitCode.INTERRUPTED and not progress.errors else COULD_NOT_RUN
    from qiwi_payin_contract.verdict import ended  # noqa: PLC0415 - as the module says

    return ended(progress.run, code, reports)


def _greeted(settings: Settings) -> str:
    """The base URL of a server that can be tested by so many processes, each of which moves the clock of a site."""
    from qiwi_payin_contract.drivers import Ability  # noqa: PLC0415 - as the module says
    from qiwi_payin_contract.serving import opened  # noqa: PLC0415 - as the module says

    with opened(settings) as target:
        if target.able(Ability.CLOCK) and default_workers(settings) > len(target.sites):
            raise SettingsError(
                f"--workers {settings.workers} needs as many sites here, {len(target.sites)} given: each process moves "
                "the clock of one"
            )
        return target.base_url


class _SharedProgress(Progress):
    """The same where several processes share the tests, whose results it brings together.

    Attributes:
        run: what all of them saw; None where they saw nothing.
        errors: why they did not.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        super().__init__(None)
        self._values = values
        self._lost: list[str] = []
        self._loading: threading.Thread | None = None
        self.run: Run | None = None
        self.errors: tuple[str, ...] = ()

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Silence pytest, and leave the options where they reach the workers from."""
        super().pytest_configure(config)
        for name, value in self._values.items():
            setattr(config.option, f"payin_{name}", value)

    def pytest_testnodeready(self) -> None:
        """Load what the report needs, now that others work."""
        if self._loading is None:
            self._loading = threading.Thread(target=catalogue, daemon=True)
            self._loading.start()

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
        from qiwi_payin_contract.merging import lost, merged  # noqa: PLC0415 - as the module says

        self.run, self.errors = merged(shares), shares.errors
        for test in self._lost:
            lost(shares, self.run, test)

    def _line(self, _: str) -> None:
        """Groups run side by side, so that one line is for all."""
        super()._line("all groups")
