"""What the time of a durable PUT payment goes to, by part of the sandbox: `python -m tools.bench.profiling`.

A profiler makes each call dearer, so these are shares, not times.
"""

import cProfile
import pstats
import sys
import time
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from qiwi_payin_sandbox import Sandbox, Site
from qiwi_payin_sandbox.http.message import Request

from tools.bench.requests import KEY, SITE, sandbox_requests

_PAYMENTS = 500
_LEAST_SHARE = 0.02
_PACKAGE = "qiwi_payin_sandbox"


def shares() -> list[tuple[str, float]]:
    """Return what parts of the sandbox, and what libraries, take of a PUT payment in the process, dearest first."""
    head, _, content = sandbox_requests()["PUT payment"].text.partition("\r\n\r\n")
    line, *fields = head.split("\r\n")
    headers = {name.lower(): value for name, value in (field.split(": ", 1) for field in fields)}
    path = line.split()[1]
    profile = cProfile.Profile(time.thread_time)  # CPU, not the wait for the disk
    with TemporaryDirectory() as folder:
        store = f"sqlite:///{Path(folder) / 'store.sqlite3'}"
        with Sandbox(store=store, seed=1, sites=[Site(SITE, key=KEY)]) as sandbox:
            for number in range(2 * _PAYMENTS):
                if number == _PAYMENTS:
                    profile.enable()
                target = path.replace("{n}", f"{number:08d}")
                sandbox.handle(Request(method="PUT", path=target, headers=headers, body=content.encode()))
            profile.disable()
    return _by_part(pstats.Stats(profile))


def _by_part(stats: pstats.Stats) -> list[tuple[str, float]]:
    spent: Counter[str] = Counter()
    functions: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = stats.stats  # type: ignore[attr-defined]
    for (file, _, function), (_, _, own, _, _) in functions.items():
        spent[_part(file, function)] += own  # type: ignore[assignment]
    total = sum(spent.values())
    return [(part, own / total) for part, own in spent.most_common() if own / total >= _LEAST_SHARE]


def _part(file: str, function: str) -> str:
    if file == "~":  # not written in Python
        return function.strip("<>").replace("built-in method ", "").replace("method ", "")
    parts = Path(file).parts
    if _PACKAGE in parts:
        below = parts[parts.index(_PACKAGE) + 1 :]
        return f"{below[0]}/{below[1]}" if len(below) > 1 else below[0]
    return f"{Path(file).parent.name}/{Path(file).name}"


def main() -> None:
    """Print the shares."""
    for part, share in shares():
        sys.stdout.write(f"  {share:6.1%}  {part}\n")


if __name__ == "__main__":
    main()
