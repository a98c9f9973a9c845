"""The suite on the clean sandbox over many seeds: `python -m tools.kill_matrix.seeds [--count 20] [--load 2] ...`.

Every verdict must be the same: kept, with the same tests run. What is done is kept below `.nox/kill-matrix`, and a
further call goes on from there. Exit code 1: a seed differs, or something was reported.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qiwi_payin_contract.settings import EFFORTS

from tools.kill_matrix.rows import CLEAN, Rows, Task
from tools.kill_matrix.tasks import run_all
from tools.project import ROOT

__all__ = ["main"]

_BUSY = "while True: sum(range(100_000))"


def main(argv: list[str] | None = None) -> int:
    """Run what has not been run, and print what differs."""
    asked = _parser().parse_args(argv)
    rows = Rows.opened(Path(asked.folder) / "seeds.jsonl", fresh=asked.fresh)
    tasks = [Task("ours", CLEAN, asked.effort, seed) for seed in range(asked.first, asked.first + asked.count)]
    waiting = list(rows.missing(tasks))
    _say(f"{len(tasks)} seeds, {len(tasks) - len(waiting)} of them known from before; {rows.path}")

    def told(task: Task, result: dict[str, Any]) -> None:
        _say(
            f"seed {task.seed}: {_verdict(result)}, {result.get('requests')} requests, {result.get('seconds', 0):.1f} s"
        )

    started = time.perf_counter()
    with _loaded(asked.load):
        run_all(waiting, rows, asked.jobs, told)
    results = {task.seed: rows.get(task) or {"error": "not run"} for task in tasks}
    odd = {seed: result for seed, result in results.items() if _verdict(result) != "kept"}
    for seed, result in odd.items():
        _say(f"\nseed {seed}: {_verdict(result)}")
        for kill in result.get("kills", ()):
            _say(f"  {kill['rule']} in {kill['group']}: {kill['told']}")
        for reason in result.get("failed", ()):
            _say(f"  failed by itself: {reason}")
    _say(f"\n{len(results) - len(odd)} of {len(results)} seeds kept; {time.perf_counter() - started:.0f} s")
    return 1 if odd else 0


def _verdict(result: dict[str, Any]) -> str:
    if "error" in result:
        return f"no result ({result['error']})"
    if result["kills"]:
        return "broken"
    return "failed by itself" if result["failed"] else "kept"


@contextmanager
def _loaded(processes: int) -> Iterator[None]:
    """Keep so many processes busy meanwhile."""
    busy = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(processes)]  # noqa: S603 - our own words
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="seeds", description=(__doc__ or "").split(":")[0])
    add = parser.add_argument
    add("--count", type=int, default=20, metavar="N", help="how many seeds")
    add("--first", type=int, default=1, metavar="SEED", help="the first of them")
    add("--effort", default="quick", choices=sorted(EFFORTS), help="how much the suite tries")
    add("--load", type=int, default=0, metavar="N", help="processes that keep the machine busy meanwhile")
    add("--jobs", type=int, default=1, metavar="N", help="runs at the same time")
    add("--fresh", action="store_true", help="forget what was run before")
    add("--folder", default=str(ROOT / ".nox" / "kill-matrix"), help="where results are kept")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
