"""Killed at any moment, a sandbox loses nothing that it has answered and no notification, on both stores."""

from pathlib import Path

import pytest

from tests.sandbox.proof.killing import kill_again_and_again

ROUNDS = 3


@pytest.mark.parametrize(("kind", "processes"), [("sqlite", 1), ("postgres", 1), ("postgres", 2)])
def test_killed_again_and_again_it_loses_nothing(
    kind: str, processes: int, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    store = request.getfixturevalue("postgres")() if kind == "postgres" else f"sqlite:///{tmp_path / 'store.sqlite3'}"
    happened = kill_again_and_again(store, ROUNDS, seed=processes, processes=processes)
    assert min(happened[kind] for kind in ("payment.completed", "capture.completed", "refund.completed")) > 0
    assert happened["deliveries"] >= happened["lost answers"] > 0
