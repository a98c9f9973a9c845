"""Killed at any moment, a sandbox loses nothing that it has answered and no notification, on both stores."""

import pytest

from tests.sandbox.proof.killing import kill_again_and_again

ROUNDS = {"sqlite": 8, "postgres": 5}


@pytest.mark.parametrize("seed", [1])
def test_killed_again_and_again_it_loses_nothing(store: str, seed: int) -> None:
    happened = kill_again_and_again(store, ROUNDS["postgres" if store.startswith("postgres") else "sqlite"], seed)
    assert min(happened[kind] for kind in ("payment.completed", "capture.completed", "refund.completed")) > 0
    assert happened["deliveries"] >= happened["lost answers"] > 0
