"""What a run comes to, told to whoever started it."""

import sys

import pytest

from qiwi_payin_contract.cleanup import told_of
from qiwi_payin_contract.exits import BROKEN, COULD_NOT_RUN, INTERRUPTED
from qiwi_payin_contract.report.files import Reports
from qiwi_payin_contract.report.terminal import render
from qiwi_payin_contract.results import results_of
from qiwi_payin_contract.run import Run

__all__ = ["ended", "exit_code"]


def ended(run: Run, code: int, reports: Reports) -> int:
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


def exit_code(run: Run, code: int) -> int:
    """What a run comes to that pytest ended with `code`: what was found broken stays so, even where pytest gave up."""
    ended = code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}
    return run.exit_code if ended or run.exit_code == BROKEN else COULD_NOT_RUN
