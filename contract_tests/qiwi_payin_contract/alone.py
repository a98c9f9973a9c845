"""A run in this process: of the suite, of one finding again, or of what would be sent."""

import sys
from pathlib import Path

import attrs
import pytest

from qiwi_payin_contract.exits import BROKEN, KEPT
from qiwi_payin_contract.rehearsal import Rehearsal
from qiwi_payin_contract.replay.again import see_again
from qiwi_payin_contract.replay.files import read
from qiwi_payin_contract.report.files import Reports
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.serving import opened
from qiwi_payin_contract.session import Progress, Silent, begin, run_pytest
from qiwi_payin_contract.settings import EFFORTS, Settings
from qiwi_payin_contract.target import checked_base_url
from qiwi_payin_contract.verdict import ended

__all__ = ["again", "alone", "rehearse"]


def alone(settings: Settings, reports: Reports) -> int:
    """Run in this process."""
    with opened(settings) as target:
        run = Run.of(settings, target)
        reports.watch(run)
        begin(target.base_url, settings)
        return ended(run, run_pytest(settings, Progress(run)), reports)


def again(settings: Settings, file: Path, reports: Reports) -> int:
    """See the finding of a file again: by its story, or by the test that found it."""
    found = read(file)
    settings = attrs.evolve(settings, seed=found.seed, effort=EFFORTS[found.effort], test=found.test)
    if found.story is None:
        return alone(settings, reports)
    with opened(settings) as target:
        begin(target.base_url, settings)
        return BROKEN if see_again(Run.of(settings, target), found) else KEPT


def rehearse(settings: Settings) -> int:
    """Run against a sandbox of our own, and print what would be sent."""
    meant = "this project's sandbox" if settings.base_url is None else checked_base_url(settings.base_url)
    begin(f"dry run for {meant}", settings)
    rehearsal = Rehearsal("" if settings.base_url is None else meant)
    with opened(settings, watcher=rehearsal) as target:
        code = run_pytest(settings, Silent(Run.of(settings, target)), "--capture=no")
    if code == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    sys.stdout.write(f"\n{rehearsal.table()}\n\nThis was a dry run: nothing was sent to {meant}.\n")
    return KEPT
