"""The kill matrix goes on where it stopped, and counts as kills only what is none on the clean sandbox."""

from pathlib import Path
from typing import Any

import pytest
from qiwi_payin_contract.faults.catalogue import FAULTS

from tools.kill_matrix.__main__ import main
from tools.kill_matrix.rows import CLEAN, Rows, Task
from tools.kill_matrix.table import matrix, plain_kills, totals
from tools.kill_matrix.trial import facing

FAULT = next(fault for fault in FAULTS if fault.group == "shapes")
NOTHING: dict[str, Any] = {"kills": [], "failed": [], "requests": 9, "seconds": 1.0}
KILLED = {**NOTHING, "kills": [{"rule": "QP-SHAPE-108", "group": "shapes", "after": 7, "requests": 1, "told": ""}]}
ALARMS = {"failures": ["ST202 PUT /bills"], "requests": 9, "seconds": 1.0}


def rows_in(folder: Path, *, fresh: bool = False) -> Rows:
    return Rows.opened(folder / "rows.jsonl", fresh=fresh)


def test_what_was_run_is_not_run_again(tmp_path: Path) -> None:
    tasks = [Task("ours", CLEAN, "quick", 1), Task("ours", FAULT.name(), "quick", 1)]
    rows_in(tmp_path).add(tasks[0], NOTHING)
    again = rows_in(tmp_path)
    assert list(again.missing(tasks)) == tasks[1:]
    assert again.get(tasks[0]) == NOTHING
    assert list(rows_in(tmp_path, fresh=True).missing(tasks)) == tasks


def test_another_seed_or_effort_is_another_run(tmp_path: Path) -> None:
    rows = rows_in(tmp_path)
    rows.add(Task("ours", CLEAN, "quick", 1), NOTHING)
    others = [Task("ours", CLEAN, "normal", 1), Task("ours", CLEAN, "quick", 2), Task("plain", CLEAN, "quick", 1)]
    assert list(rows.missing(others)) == others


def test_plain_kills_by_what_it_does_not_report_of_the_clean_sandbox() -> None:
    assert plain_kills(ALARMS, ALARMS) == []
    assert plain_kills({**ALARMS, "failures": ["ST108 GET /bills", "ST202 PUT /refunds"]}, ALARMS) == ["ST108"]


def test_the_matrix_shows_rule_request_and_size_and_names_survivors() -> None:
    killed = matrix([(FAULT, KILLED, ALARMS)], ALARMS)
    assert "*SHAPE-108 @7 in 1" in killed
    assert "(ST202)" in killed
    rows = [(None, NOTHING, ALARMS), (FAULT, NOTHING, None)]
    assert "SURVIVES" in matrix(rows, None)
    told = totals(rows, ALARMS)
    assert "ours: 0 of 1 killed" in told
    assert f"survive ours: {FAULT.name()}" in told


@pytest.mark.parametrize(("ours", "code"), [(KILLED, 0), (NOTHING, 1)])
def test_a_survivor_is_told_by_the_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ours: dict[str, Any], code: int
) -> None:
    rows = rows_in(tmp_path)
    rows.add(Task("ours", CLEAN, "quick", 1), NOTHING)
    rows.add(Task("ours", FAULT.name(), "quick", 1), ours)
    assert main(["--only", FAULT.name(), "--without-plain", "--folder", str(tmp_path)]) == code
    assert "2 runs, 2 of them known from before" in capsys.readouterr().out


def test_a_fault_is_tried_by_every_group_that_meets_it() -> None:
    assert "client" not in facing(FAULT)
    assert FAULT.group in facing(FAULT)
    client = next(fault for fault in FAULTS if fault.group == "client")
    assert facing(client) == ("client",)
    assert all(fault.group in facing(fault) for fault in FAULTS)
    assert set(facing(FAULT)) | set(facing(client)) == set(facing(None))
    assert matrix([(client, None, None)], None).splitlines()[1].split()[1:3] == [".", "."]
