"""Fault by group, beside plain schemathesis: `python -m tools.kill_matrix [--only FAULT,...] [--without-plain] ...`.

A cell tells the first rule that a group reported, after how many requests of the run (@), and how many requests the
finding shows; a star marks the group that must find the fault, a dot one that cannot meet it: it runs the client
against servers of its own, or the server and not the client. What is done is kept below `.nox/kill-matrix`, and a
further call goes on from there. Exit code 1: a fault survives its own group, or something is reported of the clean
sandbox.
"""

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from qiwi_payin_contract.faults.catalogue import FAULTS, Fault
from qiwi_payin_contract.settings import EFFORTS

from tools.kill_matrix.rows import CLEAN, Rows, Task
from tools.kill_matrix.table import Row, matrix, plain_kills, totals
from tools.kill_matrix.tasks import run_all
from tools.project import ROOT

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run what has not been run, and print the matrix."""
    asked = _parser().parse_args(argv)
    faults = _chosen(asked.only)
    rows = Rows.opened(Path(asked.folder) / "rows.jsonl", fresh=asked.fresh)
    names = [CLEAN, *(fault.name() for fault in faults)]
    tasks = [Task("ours", name, asked.effort, asked.seed, asked.whole, asked.own) for name in names]
    if not asked.without_plain:
        tasks += [Task("plain", name, str(asked.max_examples), asked.seed) for name in names]
    waiting = list(rows.missing(tasks))
    _say(f"{len(tasks)} runs, {len(tasks) - len(waiting)} of them known from before; {rows.path}")
    started, done = time.perf_counter(), 0

    def told(task: Task, result: dict[str, Any]) -> None:
        nonlocal done
        done += 1
        spent = time.perf_counter() - started
        _say(f"{done}/{len(waiting)} {spent:.0f} s  {task.by} {task.fault}: {_short(task, result)}")

    run_all(waiting, rows, asked.jobs, told)
    known = {(task.by, task.fault): rows.get(task) for task in tasks}
    clean = known.get(("plain", CLEAN))
    order: list[type[Fault] | None] = [None, *faults]
    table: list[Row] = []
    for fault in order:
        name = CLEAN if fault is None else fault.name()
        table.append((fault, known.get(("ours", name)), known.get(("plain", name))))
    _say(f"\n{matrix(table, clean)}\n\n{totals(table, clean)}")
    if clean is not None:
        alarms = ", ".join(clean["failures"]) or "nothing"
        _say(f"plain schemathesis reports of the clean sandbox, which counts as no kill anywhere: {alarms}")
    return 0 if all(_as_it_should_be(row) for row in table) else 1


def _as_it_should_be(row: Row) -> bool:
    fault, ours, _ = row
    kills = [] if ours is None else ours["kills"]
    if fault is None:
        return ours is not None and not kills and not ours["failed"]
    return any(kill["group"] == fault.group for kill in kills)


def _short(task: Task, result: dict[str, Any]) -> str:
    if "error" in result:
        return f"no result: {result['error']}"
    if task.by == "plain":
        return f"{' '.join(plain_kills(result, None)) or '-'}, {result['requests']} requests, {result['seconds']:.1f} s"
    told = dict.fromkeys(kill["rule"] for kill in result["kills"])
    failed = f", {len(result['failed'])} tests failed by themselves" if result["failed"] else ""
    return f"{' '.join(told) or '-'}, {result['requests']} requests, {result['seconds']:.1f} s{failed}"


def _chosen(only: str | None) -> list[type[Fault]]:
    if only is None:
        return list(FAULTS)
    names = {word.strip() for word in only.split(",") if word.strip()}
    unknown = names - {fault.name() for fault in FAULTS} - {fault.group for fault in FAULTS}
    if unknown:
        raise SystemExit(f"there is no fault and no group {', '.join(sorted(unknown))}")
    return [fault for fault in FAULTS if {fault.name(), fault.group} & names]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kill-matrix", description=(__doc__ or "").split(":")[0])
    add = parser.add_argument
    add("--only", metavar="NAME,...", help="faults, or groups of faults")
    add("--effort", default="quick", choices=sorted(EFFORTS), help="how much the suite tries")
    add("--seed", type=int, default=1, help="seed of everything random")
    add("--whole", action="store_true", help="run a group to its end though something was found in it")
    add("--own", action="store_true", help="run each fault's own group alone, until it is found; takes a tenth")
    add("--max-examples", type=int, default=10, metavar="N", help="examples of plain schemathesis for an operation")
    add("--without-plain", action="store_true", help="leave plain schemathesis out")
    add("--jobs", type=int, default=1, metavar="N", help="processes")
    add("--fresh", action="store_true", help="forget what was run before")
    add("--folder", default=str(ROOT / ".nox" / "kill-matrix"), help="where results are kept")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
