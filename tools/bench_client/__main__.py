"""Measure the client beside others: `python -m tools.bench_client [--quick] [--folder FOLDER]`.

Nothing fails here because a machine is slow: the last lines say what was to be shown and what came out.
"""

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

from tools.bench.report import Verdicts, say
from tools.bench_client.answerer import answerer
from tools.bench_client.peers import Peers
from tools.project import ROOT

CLIENTS: Final = {
    "httpx": "bare httpx",
    "ours": "ours",
    "stock": "openapi-python-client, stock",
    "openapi_generator": "openapi-generator, urllib3",
    "stripe": "stripe, requests",
    "httpx_async": "bare httpx, async",
    "ours_async": "ours, async",
}
"""What is measured; those for async code have bare async httpx as their base."""
IMPORTS: Final = {
    "bare httpx": "import httpx",
    "bare httpx, a client made": "import httpx; httpx.Client()",
    "ours: import qiwi_payin": "import qiwi_payin",
    "ours, the client": "from qiwi_payin import PayIn",
    "ours, a resource used": "from qiwi_payin import PayIn; PayIn(key='k').payments",
    "stock": "from stock.client import AuthenticatedClient",
    "stock, a call": "from stock.client import AuthenticatedClient; from stock.api.payments import payments_get",
    "openapi_generator": "import generated",
    "openapi_generator, an API": "import generated; generated.PaymentsApi",
    "stripe": "import stripe",
    "stripe, a service": "import stripe; stripe.StripeClient('sk_test_x').v1.payment_intents",
}
_PROBE: Final = Path(__file__).with_name("probe.py")
_IMPORT: Final = """
import sys, time
begun = time.process_time()
{code}
spent = time.process_time() - begun
print(len(sys.modules), spent)
"""
_MOST_CALLS: Final = (1.20, 1.10)
"""Function calls of a GET, times those of bare httpx: the limit and the aim."""
_MOST_MODULES: Final = {
    "ours: import qiwi_payin": ("bare httpx", 1.15),
    "ours, a resource used": ("bare httpx, a client made", 1.35),
}
"""Modules after an import: how many times those of another, at most."""


class Bench:
    """One run."""

    def __init__(self, peers: Peers, rounds: int, count: int) -> None:
        self._peers = peers
        self._rounds = rounds
        self._count = count
        self._verdicts = Verdicts()

    def run(self) -> None:
        """Measure and print."""
        with answerer() as port:
            self._requests(port)
        self._imports()
        self._verdicts.print()

    def _requests(self, port: int) -> None:
        there = [name for name in CLIENTS if name not in self._peers.missing]
        calls: dict[str, dict[str, float]] = {}
        for name in list(there):
            try:
                calls[name] = self._probe("calls", name, port, 200)
            except RuntimeError as error:
                say(f"without {CLIENTS[name]}: {error}")
                there.remove(name)
                self._peers.missing[name] = str(error)
        cpu: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
        for number in range(self._rounds):
            shuffled = random.Random(number).sample(there, len(there))  # noqa: S311 - an order, no secret
            for name in shuffled:
                for kind, spent in self._probe("cpu", name, port, self._count).items():
                    cpu[name][kind].append(spent)
        for kind, told in (("GET", "GET of a payment, read"), ("PUT", "PUT of a payment (stripe: POST)")):
            say(f"\n{told}")
            say(f"  {'':30}{'calls':>8}{'ratio':>7}{'CPU us (median)':>18}{'ratio':>7}")
            for name in there:
                base = "httpx_async" if name.endswith("_async") else "httpx"
                count, spent = calls[name][kind], statistics.median(cpu[name][kind])
                times = count / calls[base][kind]
                slower = spent / statistics.median(cpu[base][kind])
                say(f"  {CLIENTS[name]:30}{count:>8,.0f}{times:>7.2f}{spent:>18,.0f}{slower:>7.2f}")
                if name in {"ours", "ours_async"} and kind == "GET":
                    self._verdicts.at_most(f"function calls of a GET, {CLIENTS[name]}", times, *_MOST_CALLS, " times")

    def _imports(self) -> None:
        codes = {name: code for name, code in IMPORTS.items() if name.partition(",")[0] not in self._peers.missing}
        found: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number in range(self._rounds):
            for name in random.Random(number).sample(list(codes), len(codes)):  # noqa: S311 - likewise
                modules, seconds = self._run("-c", _IMPORT.format(code=codes[name])).split()
                found[name].append((int(modules), float(seconds) * 1000))
        say("\nImport, in fresh processes")
        say(f"  {'':30}{'modules':>8}{'ratio':>7}{'CPU ms (median)':>18}{'ratio':>7}")
        middle = {name: statistics.median(spent for _, spent in some) for name, some in found.items()}
        brought = {name: found[name][0][0] for name in codes}
        for name, count in brought.items():
            times, slower = count / brought["bare httpx"], middle[name] / middle["bare httpx"]
            say(f"  {name:30}{count:>8}{times:>7.2f}{middle[name]:>18.1f}{slower:>7.2f}")
        for name, (other, most) in _MOST_MODULES.items():
            self._verdicts.at_most(f"modules, {name}", brought[name] / brought[other], most, unit=f" times {other}")

    def _probe(self, *arguments: object) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self._run(str(_PROBE), *map(str, arguments)))
        return told

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own words
            [self._peers.python, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=self._peers.environment,
            cwd=self._peers.folder,
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        return done.stdout


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="nox -s bench-client --", description="Measure what the client costs.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, fewer requests")
    parser.add_argument("--folder", type=Path, default=ROOT / ".nox" / "bench", help="where the others are kept")
    asked = parser.parse_args(arguments)
    load = f"load average {os.getloadavg()[0]:.2f}"
    say(f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, {load}")
    peers = Peers(asked.folder.resolve())
    for name, reason in peers.missing.items():
        say(f"without {CLIENTS[name]}: {reason}")
    Bench(peers, *((3, 100) if asked.quick else (11, 250))).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
