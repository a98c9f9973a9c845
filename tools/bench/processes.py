"""What processes cost, read from /proc."""

import os
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_IDLE_COLUMNS = (3, 4)  # idle, iowait


def with_children(pid: int) -> list[int]:
    """Return a process and all below it."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                children[int(_stat(int(entry.name))[1])].append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children[found[-1]]
    return found


def cpu_seconds(pid: int) -> float:
    """Return the CPU time that a process and all below it have used."""
    ticks = 0
    for each in with_children(pid):
        with suppress(OSError):
            ticks += sum(int(text) for text in _stat(each)[11:15])  # its own, and that of children that have ended
    return ticks / _TICKS


def resident_mebibytes(pid: int) -> float:
    """Return the memory that a process and all below it hold."""
    kibibytes = 0
    for each in with_children(pid):
        with suppress(OSError):
            for line in (_PROC / str(each) / "status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    kibibytes += int(line.split()[1])
    return kibibytes / 1024


def busy_seconds() -> float:
    """Return the CPU time that all processes of the machine have used."""
    columns = [int(text) for text in (_PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks for index, ticks in enumerate(columns) if index not in _IDLE_COLUMNS) / _TICKS


def _stat(pid: int) -> list[str]:
    # the name, which may hold anything, stands in parentheses before the fields
    return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()


@dataclass(frozen=True)
class Spent:
    """CPU seconds of the measured processes, by name, and what everything else on the machine used, in cores."""

    own: dict[str, float]
    foreign: float


class Watch:
    """Takes note of CPU time when it is made; `spent()` tells what was used since.

    Args:
        measured: Processes by name; each counts with its children.
    """

    def __init__(self, measured: dict[str, int]) -> None:
        self._measured = measured
        self._at = time.monotonic()
        self._busy = busy_seconds()
        self._before = {name: cpu_seconds(pid) for name, pid in measured.items()}

    def spent(self, load_cpu: float) -> Spent:
        """Return what was spent; `load_cpu` is what the load generator used meanwhile."""
        own = {name: cpu_seconds(pid) - self._before[name] for name, pid in self._measured.items()}
        passed = time.monotonic() - self._at
        foreign = busy_seconds() - self._busy - sum(own.values()) - load_cpu
        return Spent(own, max(0.0, foreign / passed) if passed else 0.0)
