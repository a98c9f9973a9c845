"""What a request costs: on each store, beside other servers, with few objects and with many, on several processes."""

import random
import statistics
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from tools.bench.filling import copy_objects
from tools.bench.profiling import shares
from tools.bench.report import Verdicts, best, of_samples, say
from tools.bench.servers import Sample, Server, measure, measure_together, sandbox

BASE = "SQLite file, FULL"
STORED = 100
_LIMIT, _AIM = 1000.0, 600.0
"""Microseconds of CPU that a durable PUT payment may cost, and shall."""
_FILL = (("PUT bill", STORED), ("PUT payment", STORED))


@dataclass(frozen=True)
class Effort:
    """How long and how often things are measured."""

    seconds: float
    rounds: int
    objects: int
    """How many bills and payments are many."""


def fill(server: Server) -> None:
    """Have objects that reads can ask for."""
    for name, count in _FILL:
        if name in server.requests:
            measure(server, name, seconds=60, connections=4, at_most=count)
    server.stored = STORED


def in_shuffled_rounds(servers: Sequence[Server], effort: Effort) -> dict[str, dict[str, list[Sample]]]:
    """Measure each request of each server in each round, in chance order: `{request: {server: samples}}`."""
    samples: dict[str, dict[str, list[Sample]]] = defaultdict(lambda: defaultdict(list))
    for server in servers:
        for name in server.requests:
            measure(server, name, seconds=server.warming)
    for number in range(effort.rounds):
        cells = [(server, name) for server in servers for name in server.requests]
        random.Random(number).shuffle(cells)  # noqa: S311 - an order, no secret
        for server, name in cells:
            samples[name][server.name].append(measure(server, name, seconds=effort.seconds))
    return samples


def requests(servers: Sequence[Server], effort: Effort, verdicts: Verdicts) -> None:
    """Print what requests cost on the servers that run."""
    say(f"\nRequests: 16 connections, {effort.rounds} rounds of {effort.seconds:g} s in shuffled order")
    samples = in_shuffled_rounds(servers, effort)
    for name, by_server in samples.items():
        say(f"\n{name}")
        of_samples(by_server, BASE)
    for server in servers:
        if server.made:
            say(f"  {server.name}: {max(server.made.values()):,} writes of one kind by the end")
    durable = _cpu(samples["PUT payment"], BASE)
    verdicts.at_most("durable PUT payment on SQLite, CPU a request", durable / 1000, _LIMIT / 1000, _AIM / 1000, " ms")
    if durable > _AIM:
        say("\nWhat the time of a durable PUT payment goes to (a profile in the process: shares of its own calls)")
        for part, share in shares():
            say(f"  {share:6.1%}  {part}")
    for peer, times in (("prism, stateless, info", 1.8), ("prism, stateless, silent", 1.8), ("localstripe", 15.0)):
        if peer in samples["PUT payment"]:
            ratio = _typical_cpu(samples["PUT payment"], peer) / _typical_cpu(samples["PUT payment"], BASE)
            verdicts.at_least(f"durable PUT payment on SQLite against {peer}, medians", ratio, times, " times")


@dataclass(frozen=True)
class Pair:
    """Two empty stores of one kind, and the processes of their database, which count too."""

    few: str
    many: str
    database: Mapping[str, int] = field(default_factory=dict)


def growth(stores: Mapping[str, Pair], effort: Effort, verdicts: Verdicts) -> None:
    """Print what requests cost with few objects and with many.

    Args:
        stores: The stores by name.
        effort: How much is measured.
        verdicts: Take note of the ratios.
    """
    say(f"\nGrowth: from {STORED} to {effort.objects:,} bills and payments")
    for name, pair in stores.items():
        with ExitStack() as running:
            small = running.enter_context(sandbox(f"{name}, {STORED:,}", pair.few, pair.database))
            large = running.enter_context(sandbox(f"{name}, {effort.objects:,}", pair.many, pair.database))
            for server in (small, large):
                fill(server)
            copy_objects(pair.many, STORED, effort.objects)
            large.stored = effort.objects
            large.made = dict.fromkeys(large.made, effort.objects)
            samples = in_shuffled_rounds([small, large], effort)
            for request, by_server in samples.items():
                say(f"\n{request}")
                of_samples(by_server, small.name)
                ratio = _cpu(by_server, large.name) / _cpu(by_server, small.name)
                verdicts.at_most(f"growth on {name}, {request}", ratio, 1.2, unit=" times")


def processes(store: str, database: Mapping[str, int], effort: Effort, verdicts: Verdicts) -> None:
    """Print what several processes on one PostgreSQL database answer together."""
    say("\nProcesses on one PostgreSQL database: PUT payment, 8 connections to each")
    with ExitStack() as running:
        servers = [running.enter_context(sandbox(f"process {number}", store)) for number in range(4)]
        for number, server in enumerate(servers):
            server.made = {"PUT payment": (number + 1) * 10_000_000}
            measure(server, "PUT payment", seconds=30, connections=4, at_most=STORED)
        rates: dict[int, list[float]] = defaultdict(list)
        costs: dict[int, list[float]] = defaultdict(list)
        for number in range(effort.rounds):
            counts = [1, 2, 4]
            random.Random(number).shuffle(counts)  # noqa: S311
            for count in counts:
                taking = servers[:count]
                taking[0].processes = {taking[0].name: taking[0].processes[taking[0].name], **database}
                together = measure_together(taking, "PUT payment", seconds=effort.seconds, connections=8)
                rate = sum(sample.rate for sample in together)
                spent = sum(sample.total * sample.rate for sample in together)
                rates[count].append(rate)
                costs[count].append(spent / rate)
        for count in (1, 2, 4):
            say(f"  {count} processes: {max(rates[count]):,.0f} requests/s, {best(costs[count]):,.0f} us CPU a request")
        say("  CPU counts the processes and the database. These and the load share the machine's cores: throughput is")
        say("  bound by them as soon as none is idle.")
        gained = max(rates[2]) / max(rates[1])
        verdicts.at_least("two processes on PostgreSQL against one, requests/s", gained, 1.0, " times")


def _cpu(by_server: Mapping[str, Sequence[Sample]], name: str) -> float:
    return best([sample.total for sample in by_server[name]])


def _typical_cpu(by_server: Mapping[str, Sequence[Sample]], name: str) -> float:
    return statistics.median([sample.total for sample in by_server[name]])
