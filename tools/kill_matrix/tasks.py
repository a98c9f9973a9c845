"""Runs one task in a process of its own: `python -m tools.kill_matrix.tasks '{"by": "ours", ...}'`."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import Any, Final

import attrs
from qiwi_payin_contract.faults.catalogue import FAULTS

from tools.kill_matrix.plain import plain
from tools.kill_matrix.rows import CLEAN, Rows, Task
from tools.kill_matrix.trial import own_trial, trial

__all__ = ["run_all"]

_LONGEST: Final = 1800.0
"""Seconds after which a run is given up: a broken server may keep the suite waiting."""


def run_all(tasks: Iterable[Task], rows: Rows, jobs: int, told: Callable[[Task, dict[str, Any]], None]) -> None:
    """Run tasks in so many processes, keep each result as it comes, and tell of it."""
    lock = threading.Lock()
    with ThreadPoolExecutor(jobs) as pool:
        running = {pool.submit(_in_a_process, task): task for task in tasks}
        for each in as_completed(running):
            result = each.result()
            with lock:
                if "error" not in result:
                    rows.add(running[each], result)
                told(running[each], result)


def _in_a_process(task: Task) -> dict[str, Any]:
    command = [sys.executable, "-m", "tools.kill_matrix.tasks", json.dumps(attrs.asdict(task))]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST, check=False)  # noqa: S603
        last = ended.stdout.strip().splitlines()[-1:]
        result: dict[str, Any] = json.loads(last[0]) if ended.returncode == 0 and last else {}
    except (subprocess.TimeoutExpired, ValueError) as error:
        return {"error": type(error).__name__}
    return result or {"error": ended.stderr.strip()[-500:] or f"exit code {ended.returncode}"}


def _run(task: Task) -> dict[str, Any]:
    faults = {fault.name(): fault for fault in FAULTS}
    fault = None if task.fault == CLEAN else faults[task.fault]
    if task.by == "plain":
        return attrs.asdict(plain(fault, max_examples=int(task.size), seed=task.seed))
    if task.own and fault is not None:
        return attrs.asdict(own_trial(fault, seed=task.seed))
    return attrs.asdict(trial(fault, effort=task.size, seed=task.seed, whole=task.whole))


if __name__ == "__main__":
    sys.stdout.write(f"\n{json.dumps(_run(Task(**json.loads(sys.argv[1]))))}\n")
