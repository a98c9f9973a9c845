"""Servers that are measured: ours on each store, and others where they are installed."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from tools.bench.load import Outcome, Plan
from tools.bench.processes import Spent, Watch
from tools.bench.requests import KEY, SITE, Prepared, prepared, sandbox_requests

_START_SECONDS = 60.0


@dataclass
class Server:
    """A server that runs, and where its load goes on.

    Attributes:
        name: What it is called in the report.
        port: Where it listens.
        processes: What is counted, by name: the server, and the database that works for it alone.
        requests: What it is asked.
        made: For each write, the next number that no object has yet.
        stored: How many objects there are that reads may ask for.
        warming: Seconds of each request before it is measured; what compiles as it runs is slow until it has.
    """

    name: str
    port: int
    processes: Mapping[str, int]
    requests: Mapping[str, Prepared]
    made: dict[str, int] = field(default_factory=dict)
    stored: int = 0
    warming: float = 0.5


@dataclass(frozen=True)
class Sample:
    """One measurement: microseconds of CPU a request by process, requests a second, latency, what others used."""

    cpu: dict[str, float]
    rate: float
    median: float
    p99: float
    foreign: float
    statuses: Mapping[str, int]

    @property
    def total(self) -> float:
        """Microseconds of CPU a request of all processes that were counted."""
        return sum(self.cpu.values())


def measure(server: Server, name: str, *, seconds: float, connections: int = 16, at_most: int = 0) -> Sample:
    """Put load on a server for some seconds, or for so many requests."""
    [sample] = measure_together([server], name, seconds=seconds, connections=connections, at_most=at_most)
    return sample


def measure_together(
    servers: list[Server], name: str, *, seconds: float, connections: int = 16, at_most: int = 0
) -> list[Sample]:
    """Put load on several servers at once, each from a process of its own; a shared database counts for the first."""
    watch = Watch({process: pid for server in servers for process, pid in server.processes.items()})
    loads = []
    for server in servers:
        request = server.requests[name]
        plan = Plan("127.0.0.1", server.port, request.text, connections, seconds, at_most=at_most)
        plan.first = 0 if request.is_read else server.made.get(name, 0)
        plan.among = server.stored if request.is_read else 0
        load = Path(__file__).with_name("load.py")
        command = [sys.executable, "-S", str(load), json.dumps(asdict(plan))]
        loads.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))  # noqa: S603 - this interpreter
    outcomes = []
    for server, process in zip(servers, loads, strict=True):
        outcomes.append(Outcome(**json.loads(process.communicate()[0])))
        if not server.requests[name].is_read:
            server.made[name] = outcomes[-1].next_number
    spent = watch.spent(sum(outcome.cpu for outcome in outcomes))
    return [_sample(server, outcome, spent) for server, outcome in zip(servers, outcomes, strict=True)]


def _sample(server: Server, outcome: Outcome, spent: Spent) -> Sample:
    answered = max(1, outcome.answered)
    return Sample(
        cpu={name: spent.own[name] / answered * 1e6 for name in server.processes},
        rate=outcome.answered / outcome.seconds if outcome.seconds else 0.0,
        median=outcome.median,
        p99=outcome.p99,
        foreign=spent.foreign,
        statuses=outcome.statuses,
    )


# ours


@contextmanager
def sandbox(name: str, store: str, database: Mapping[str, int] | None = None) -> Iterator[Server]:
    """Start `qiwi-payin sandbox` on a store.

    Args:
        name: What it is called in the report.
        store: The URL of the store.
        database: Processes of its database, by name, which count too.
    """
    process = start_sandbox(store)
    try:
        port = port_of(process)
        yield Server(name, port, {name: process.pid, **(database or {})}, sandbox_requests())
    finally:
        stop(process)


def start_sandbox(store: str) -> "subprocess.Popen[str]":
    """Start the command; it may not listen yet."""
    command = [sys.executable, "-m", "qiwi_payin_sandbox.command", "--store", store, "--port", "0", "--seed", "bench"]
    return subprocess.Popen(  # noqa: S603 - this interpreter
        [*command, "--site", f"{SITE}:{KEY}:notification-key"], stdout=subprocess.PIPE, text=True
    )


def port_of(process: "subprocess.Popen[str]") -> int:
    """Wait until the command says where it listens."""
    line = process.stdout.readline() if process.stdout else ""
    port = urlsplit(line.rpartition(" ")[2].strip()).port if "http://" in line else None
    if port is None:
        raise RuntimeError(f"the sandbox did not start: {line!r}")
    return port


def stop(process: "subprocess.Popen[str]") -> None:
    """Stop a process that was started here."""
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


# others


class MissingPeerError(Exception):
    """A server that ours is compared with is not installed; the message says how to get it."""


@contextmanager
def prism(folder: Path, description: Path, verbosity: str) -> Iterator[Server]:
    """Start Prism, which validates requests against our own description and answers with its examples.

    Args:
        folder: Where it is installed.
        description: The description.
        verbosity: What it logs: `info` as it is installed, `silent` nothing.
    """
    binary = folder / "node_modules" / ".bin" / "prism"
    if not binary.exists():
        raise MissingPeerError("prism: `nox -s second-opinion` installs it (npm)")
    port, name = _free_port(), f"prism, stateless, {verbosity}"
    arguments = ["mock", str(description), "--host", "127.0.0.1", "--port", str(port), "--verboseLevel", verbosity]
    with _peer([str(binary), *arguments], port) as process:
        answered = {"PUT payment", "GET payment"}
        requests = {each.name: each for each in sandbox_requests(base="").values() if each.name in answered}
        yield Server(name, port, {name: process.pid}, requests, stored=1, warming=3.0)


@contextmanager
def localstripe(folder: Path) -> Iterator[Server]:
    """Start localstripe, which pickles all that it has into a file on every write; `folder` is for that file."""
    binary = os.environ.get("LOCALSTRIPE") or shutil.which("localstripe")
    if binary is None:
        raise MissingPeerError(
            "localstripe: `pip install localstripe` into an environment, and name its command in LOCALSTRIPE"
        )
    port = _free_port()
    create = prepared(
        "PUT payment",
        "POST",
        "/v1/customers",
        key="sk_test_12345",
        form="email=payer%40example.com&name=Payer{n}&description=one",
    )
    with _peer([binary, "--port", str(port), "--from-scratch"], port, {"TMPDIR": str(folder)}) as process:
        yield Server("localstripe", port, {"localstripe": process.pid}, {"PUT payment": create})


@contextmanager
def _peer(
    command: list[str], port: int, environment: Mapping[str, str] | None = None
) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(  # noqa: S603 - named by whoever measures
        command,
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **(environment or {})},
    )
    try:
        end = time.monotonic() + _START_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > end:
                raise MissingPeerError(f"{Path(command[0]).name} does not start")
            time.sleep(0.05)
        yield process
    finally:
        stop(process)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
