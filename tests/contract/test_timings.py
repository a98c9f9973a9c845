"""How long answers took."""

import json

import pytest
from qiwi_payin_contract.timings import Timings


def of(*seconds: float) -> Timings:
    timings = Timings()
    for each in seconds:
        timings.add(each)
    return timings


def test_percentiles_are_right_within_five_percent_and_mean_and_longest_exactly() -> None:
    timings = of(*(number / 1000 for number in range(1, 1001)))
    assert timings.percentile(0.5) == pytest.approx(0.5, rel=0.05)
    assert timings.percentile(0.95) == pytest.approx(0.95, rel=0.05)
    assert timings.percentile(1) == timings.longest == 1.0
    assert timings.mean == pytest.approx(0.5005)


def test_without_a_duration_all_figures_are_nought() -> None:
    assert (of().count, of().mean, of().percentile(0.95), of().longest) == (0, 0.0, 0.0, 0.0)


def test_durations_of_several_processes_add_up() -> None:
    left, right, whole = of(0.001, 0.002), of(0.1, 0.0), of(0.001, 0.002, 0.1, 0.0)
    left.merge(json.loads(json.dumps(right.snapshot())))
    assert left == whole
