"""Measure the sandbox: `python -m tools.bench [--quick] [--only PART ...] [--peers FOLDER]`.

Nothing fails here because a machine is slow: the last lines say what was to be shown and what came out.
"""

import argparse
import json
import os
import platform
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from qiwi_payin_description import load

from tools.bench import costs, throughput
from tools.bench.report import Verdicts, say
from tools.bench.servers import MissingPeerError, localstripe, prism, sandbox
from tools.bench.throughput import Effort, Pair
from tools.postgres import NoServerError, TemporaryServer, temporary_server


@dataclass(frozen=True)
class Bench:
    """One run.

    Attributes:
        effort: How much is measured.
        folder: For files that are gone when the run ends.
        postgres: A PostgreSQL server, where there is one.
        peers: Where Prism is installed.
        verdicts: What comes out.
    """

    effort: Effort
    folder: Path
    postgres: TemporaryServer | None
    peers: Path
    verdicts: Verdicts

    def start(self) -> None:
        """Measure from the command to listening."""
        stores = {"in memory": "sqlite://", "SQLite file": self._file("start")}
        if self.postgres:
            stores["PostgreSQL"] = self.postgres.fresh()
        costs.start(stores, self.effort.rounds + 1, self.verdicts)

    def fixture(self) -> None:
        """Measure what a test pays for a sandbox."""
        costs.fixture(self.effort.rounds * 4, self.verdicts)

    def advance(self) -> None:
        """Measure time that is moved."""
        rounds = range(min(3, self.effort.rounds))
        stores = {"SQLite file": [self._file(f"advance-{number}") for number in rounds]}
        if self.postgres:
            stores["PostgreSQL"] = [self.postgres.fresh() for _ in rounds]
        costs.advance(stores, self.verdicts)

    def requests(self) -> None:
        """Measure requests, beside other servers."""
        description = self.folder / "openapi.json"
        description.write_text(json.dumps(load("openapi"), default=float))
        with ExitStack() as running:
            servers = [
                running.enter_context(sandbox(throughput.BASE, self._file("requests"))),
                running.enter_context(sandbox("in memory", "sqlite://")),
            ]
            if self.postgres:
                database = {"database": self.postgres.pid}
                servers.append(running.enter_context(sandbox("PostgreSQL", self.postgres.fresh(), database)))
            for server in servers:
                throughput.fill(server)
            silent, talking = (prism(self.peers, description, verbosity) for verbosity in ("silent", "info"))
            for peer in (silent, talking, localstripe(self.folder)):
                try:
                    servers.append(running.enter_context(peer))
                except MissingPeerError as error:
                    say(f"without {error}")
            throughput.requests(servers, self.effort, self.verdicts)

    def growth(self) -> None:
        """Measure requests with few objects and with many."""
        stores = {"SQLite": Pair(self._file("few"), self._file("many"))}
        if self.postgres:
            database = {"database": self.postgres.pid}
            stores["PostgreSQL"] = Pair(self.postgres.fresh(), self.postgres.fresh(), database)
        throughput.growth(stores, self.effort, self.verdicts)

    def processes(self) -> None:
        """Measure several processes on one database."""
        if self.postgres:
            throughput.processes(self.postgres.fresh(), {"database": self.postgres.pid}, self.effort, self.verdicts)

    def _file(self, name: str) -> str:
        return f"sqlite:///{self.folder / name}.sqlite3"


PARTS: Final = {
    "start": Bench.start,
    "fixture": Bench.fixture,
    "advance": Bench.advance,
    "requests": Bench.requests,
    "growth": Bench.growth,
    "processes": Bench.processes,
}
_FULL: Final = Effort(seconds=2.0, rounds=5, objects=100_000)
_QUICK: Final = Effort(seconds=0.7, rounds=2, objects=10_000)


def main(argv: list[str]) -> int:
    """Measure and print."""
    arguments = _parser().parse_args(argv)
    with ExitStack() as running:
        folder = Path(running.enter_context(TemporaryDirectory(prefix="payin-bench-")))
        try:
            postgres = running.enter_context(temporary_server())
        except NoServerError as error:
            postgres = None
            say(f"without PostgreSQL: {error}")
        say(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores")
        bench = Bench(_QUICK if arguments.quick else _FULL, folder, postgres, arguments.peers, Verdicts())
        for part in arguments.only or PARTS:
            PARTS[part](bench)
        bench.verdicts.print()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="nox -s bench-sandbox --", description="Measure what the sandbox costs.")
    parser.add_argument("--quick", action="store_true", help="shorter rounds, fewer objects")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; may be repeated (default: all)")
    parser.add_argument(
        "--peers",
        type=Path,
        default=Path(".nox/npm"),
        metavar="FOLDER",
        help="where Prism is installed (default: where `nox -s second-opinion` puts it)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
