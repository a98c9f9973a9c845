"""What a start, a fixture and moved time cost."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tools.bench.processes import cpu_seconds, resident_mebibytes
from tools.bench.report import Verdicts, best, say
from tools.bench.servers import port_of, start_sandbox, stop

_HOLDS = 200
_TIMERS = 1400
"""The captures of so many holds and six attempts to deliver the notification of each."""

_FIXTURE = """
import json, sys, time
from qiwi_payin_sandbox import Sandbox
ups, downs, served_ups, served_downs = [], [], [], []
for number in range(int(sys.argv[1]) + 1):
    for serving, up, down in ((False, ups, downs), (True, served_ups, served_downs)):
        begun = time.perf_counter()
        sandbox = Sandbox()
        if serving:
            sandbox.serve()
        made = time.perf_counter()
        sandbox.close()
        if number:  # the first imports
            up.append(made - begun)
            down.append(time.perf_counter() - made)
json.dump([ups, downs, served_ups, served_downs], sys.stdout)
"""


def start(stores: Mapping[str, str], rounds: int, verdicts: Verdicts) -> None:
    """Print how long it takes from the command to listening, and what the process holds then."""
    say("\nStart of `qiwi-payin sandbox` to listening")
    for name, store in stores.items():
        taken, spent, held = [], [], []
        for _ in range(rounds):
            begun = time.monotonic()
            process = start_sandbox(store)
            try:
                port_of(process)
                taken.append(time.monotonic() - begun)
                spent.append(cpu_seconds(process.pid))
                held.append(resident_mebibytes(process.pid))
            finally:
                stop(process)
        say(
            f"  {name:28}{best(taken):6.2f} / {statistics.median(taken):.2f} s (best / median), "
            f"CPU {best(spent):.2f} s, {best(held):.0f} MiB"
        )
        verdicts.at_most(f"start, {name}", best(taken), 1.0, 0.6, " s")
        verdicts.at_most(f"memory after the start, {name}", best(held), 90, 60, " MiB")


def fixture(rounds: int, verdicts: Verdicts) -> None:
    """Print how long a sandbox in memory takes to come and go in a process that has imported it."""
    say("\nFixture: `Sandbox()` and `close()` in a process that has made one before")
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", _FIXTURE, str(rounds)], capture_output=True, text=True, check=True
    )
    for name, values in zip(("up", "down", "up, listening", "down, listening"), json.loads(done.stdout), strict=True):
        say(f"  {name:28}{best(values) * 1000:6.1f} / {statistics.median(values) * 1000:.1f} ms (best / median)")
        verdicts.at_most(f"fixture {name}", statistics.median(values) * 1000, 20, unit=" ms")


def advance(stores: Mapping[str, list[str]], verdicts: Verdicts) -> None:
    """Print how long 73 hours take, in which holds end and notifications are tried again, and whether stores agree.

    Args:
        stores: By name the URLs of empty stores, one for each round.
        verdicts: Take note of the times.
    """
    say(f"\n73 hours with {_TIMERS:,} timers: {_HOLDS} holds end, each is told of six times")
    traces = set()
    for name, urls in stores.items():
        taken = []
        for url in urls:
            seconds, trace = _advance(url)
            taken.append(seconds)
            traces.add(trace)
        say(f"  {name:28}{best(taken):6.2f} / {statistics.median(taken):.2f} s (best / median), trace {trace}")
        verdicts.at_most(f"73 hours with {_TIMERS:,} timers, {name}", best(taken), 1.5, unit=" s")
    verdicts.same("the trace on all stores", is_same=len(traces) == 1)


def _advance(store: str) -> tuple[float, str]:
    command = [sys.executable, "-m", "tools.bench.advancing", store, str(_HOLDS)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603
    told: dict[str, Any] = json.loads(done.stdout)
    if told["fired"] != _TIMERS:
        raise RuntimeError(f"{told['fired']} timers went off, not {_TIMERS}")
    return told["seconds"], told["trace"]
