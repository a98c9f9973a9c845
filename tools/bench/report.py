"""Figures in words: tables, and which aims are kept."""

import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tools.bench.servers import Sample


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def best(values: Sequence[float]) -> float:
    """Return the smallest."""
    return min(values)


def of_samples(samples: Mapping[str, Sequence[Sample]], base: str) -> None:
    """Print one line for each server, dearest last; ratios are of the best CPU to that of `base`."""
    say(f"  {'':28}{'CPU us a request':>18}  {'of it':34}{'requests/s':>16}{'p99 ms':>8}{'ratio':>7}{'foreign':>9}")
    say(f"  {'':28}{'best / median':>18}  {'by process':34}{'best / median':>16}{'best':>8}{'CPU':>7}{'cores':>9}")
    unit = best([sample.total for sample in samples[base]])
    for name, measured in sorted(samples.items(), key=lambda item: best([sample.total for sample in item[1]])):
        cheapest = min(measured, key=lambda sample: sample.total)
        totals, rates = [sample.total for sample in measured], [sample.rate for sample in measured]
        parts = (
            ", ".join(f"{process} {cpu:,.0f}" for process, cpu in cheapest.cpu.items()) if len(cheapest.cpu) > 1 else ""
        )
        say(
            f"  {name:28}{f'{cheapest.total:,.0f} / {statistics.median(totals):,.0f}':>18}  {parts:34}"
            f"{f'{max(rates):,.0f} / {statistics.median(rates):,.0f}':>16}"
            f"{best([sample.p99 for sample in measured]) * 1000:>8.1f}{cheapest.total / unit:>7.2f}"
            f"{statistics.median([sample.foreign for sample in measured]):>9.2f}"
        )
        refused = {status for sample in measured for status in sample.statuses if not status.startswith("2")}
        if refused:
            say(f"  {'':28}answers that were no success: {', '.join(sorted(refused))}")


@dataclass
class Verdicts:
    """What must be kept and what is aimed at, and what came out."""

    lines: list[str] = field(default_factory=list)

    def at_most(self, what: str, value: float, limit: float, aim: float | None = None, unit: str = "") -> None:
        """Take note of a value that must not be above `limit`, and better not above `aim`."""
        wanted = f"at most {limit:g}{unit}" + (f", aim {aim:g}{unit}" if aim is not None else "")
        is_kept, is_aimed = value <= limit, aim is None or value <= aim
        self._add(f"{what}: {value:,.2f}{unit} ({wanted})", is_kept=is_kept, is_aimed=is_aimed)

    def at_least(self, what: str, value: float, limit: float, unit: str = "") -> None:
        """Take note of a value that must not be below `limit`."""
        self._add(f"{what}: {value:,.2f}{unit} (at least {limit:g}{unit})", is_kept=value >= limit)

    def same(self, what: str, *, is_same: bool) -> None:
        """Take note of what must be equal."""
        self._add(f"{what}: {'the same' if is_same else 'different'}", is_kept=is_same)

    def _add(self, line: str, *, is_kept: bool, is_aimed: bool = True) -> None:
        self.lines.append(f"  {('kept  ' if is_aimed else 'aim   ') if is_kept else 'MISSED'}  {line}")

    def print(self) -> None:
        """Print all of it; `aim` stands before what keeps its limit and misses its aim."""
        say("\nWhat was to be shown")
        for line in self.lines:
            say(line)
