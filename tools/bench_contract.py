"""What a run of the contract suite costs, and what it finds on a mock.

Usage: python -m tools.bench_contract [--efforts quick,normal,deep] [--without-plain] [--npm FOLDER] [--html FILE]

Everything is measured in one run on one machine. Plain schemathesis is the comparison: its command with all checks on
the same description, against a sandbox like ours. Prism, where npm has installed it, is a server without memory: the
suite is run against its mock of the description, and what it finds is listed by rule.
"""

import argparse
import json
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import attrs
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_description import load

from tools.kill_matrix.plain import plain

_COMMAND = (sys.executable, "-c", "import sys; from qiwi_payin_contract.command import main; sys.exit(main())")
_LIMITS = {"quick": 15.0, "normal": 90.0}
"""Seconds that a run on two cores may take."""
_START_SECONDS = 30.0


@attrs.define(frozen=True)
class Cost:
    """What a run cost.

    Attributes:
        results: its document of results.
        wall: seconds by the clock.
        cpu: seconds of processors, of all its processes.
    """

    results: dict[str, Any]
    wall: float
    cpu: float

    @property
    def requests(self) -> int:
        """Requests that were answered."""
        return int(self.results["run"]["requests"])


def measured(*options: str) -> Cost:
    """Run the suite in a process of its own.

    Raises:
        RuntimeError: it could not run.
    """
    with tempfile.TemporaryDirectory(prefix="qiwi-payin-bench-") as name:
        report, findings = Path(name) / "results.json", Path(name) / "findings"
        before, started = _spent(), time.perf_counter()
        command = [*_COMMAND, *options, "--json", str(report), "--findings", str(findings)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        wall, cpu = time.perf_counter() - started, _spent() - before
        if ended.returncode not in {0, 1}:
            raise RuntimeError(f"the suite ended with {ended.returncode}: {ended.stderr[-500:]}")
        return Cost(json.loads(report.read_text(encoding="utf-8")), wall, cpu)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _efforts(names: Sequence[str]) -> dict[str, Cost]:
    _say(f"{'effort':<10}{'requests':>9}{'wall s':>9}{'CPU s':>9}{'requests/s':>12}{'limit s':>9}  verdict")
    costs = {}
    for name in names:
        cost = costs[name] = measured("--effort", name, "--seed", "1")
        limit = _LIMITS.get(name)
        kept = "" if limit is None or cost.wall <= limit else "  MISSED"
        shown = "-" if limit is None else f"{limit:.0f}"
        _say(
            f"{name:<10}{cost.requests:>9}{cost.wall:>9.1f}{cost.cpu:>9.1f}{cost.requests / cost.wall:>12.1f}"
            f"{shown:>9}  {cost.results['verdict']['word']}{kept}"
        )
    return costs


def _beside_plain() -> None:
    """The same work by ours and by plain schemathesis, one after the other, each with one process and one sandbox."""
    ours = measured("--only", "shapes", "--effort", "normal", "--seed", "1", "--workers", "1")
    before = _spent()
    other = plain(None, max_examples=25, seed=1)
    cpu = _spent() - before
    _say("\nshapes, 25 examples for an operation, beside plain schemathesis with all checks")
    for name, cases, wall, spent in (
        ("ours", ours.requests, ours.wall, ours.cpu),
        ("plain", other.requests, other.seconds, cpu),
    ):
        _say(f"  {name:<8}{cases:>7} cases{wall:>9.1f} s{spent:>9.1f} s CPU{1000 * wall / cases:>9.1f} ms a case")
    ratio = (ours.wall / ours.requests) / (other.seconds / other.requests)
    _say(f"  ours takes {ratio:.2f} of plain's time for a case; false alarms: ours none, plain {len(other.failures)}")


def _on_a_mock(npm: Path, html: str | None) -> None:
    binary = npm / "node_modules" / ".bin" / "prism"
    if not binary.exists():
        _say(f"\nPrism is not in {npm}: nox -s second-opinion installs it")
        return
    with tempfile.TemporaryDirectory(prefix="qiwi-payin-bench-") as name, _mock(binary, Path(name)) as base_url:
        options = ["--base-url", base_url, "--site", "test-00:any-key:any-notification-key", "--driver", "none"]
        live = ["--allow-live-site", "test-00", "--yes-real-money", "--only", ",".join(_OF_A_MOCK)]
        cost = measured(*options, *live, "--effort", "quick", "--seed", "1", *(["--html", html] if html else []))
    _say(f"\nPrism, a mock of the description: {cost.requests} requests, {cost.wall:.1f} s, {_word(cost)}")
    told: dict[str, tuple[int, str]] = {}
    for finding in cost.results["findings"]:
        rule = finding["rule"]
        code, sentence = (rule["code"], rule["sentence"]) if isinstance(rule, dict) else (rule, finding["sentence"])
        told[code] = (told.get(code, (0, ""))[0] + 1, sentence)
    for code, (times, sentence) in sorted(told.items()):
        _say(f"  {code} x{times}  {sentence}")


_OF_A_MOCK = ("shapes", "behaviour", "exchanges", "scenarios", "concurrency")


def _word(cost: Cost) -> str:
    return str(cost.results["verdict"]["sentence"])


@contextmanager
def _mock(binary: Path, folder: Path) -> Iterator[str]:
    described = folder / "openapi.json"
    described.write_text(dumps(load("openapi")), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        str(binary),
        "mock",
        str(described),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--verboseLevel",
        "silent",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as mock:  # noqa: S603
        try:
            until = time.monotonic() + _START_SECONDS
            while not _listens(port) and time.monotonic() < until:
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            mock.terminate()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print as it goes."""
    parser = argparse.ArgumentParser(prog="bench-contract", description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--efforts", default="quick,normal,deep", help="efforts to measure; none where empty")
    parser.add_argument("--without-plain", action="store_true", help="leave plain schemathesis out")
    parser.add_argument("--npm", type=Path, default=Path(".nox/npm"), help="where npm has installed Prism")
    parser.add_argument("--html", help="write the page of the run against Prism")
    asked = parser.parse_args(arguments)
    _efforts([name for name in asked.efforts.split(",") if name])
    if not asked.without_plain:
        _beside_plain()
    _on_a_mock(asked.npm, asked.html)
    return 0


if __name__ == "__main__":
    sys.exit(main())
