"""Everything random comes from the seed: the same seed asks a fresh server the same."""

import re

import pytest
from qiwi_payin_contract.command import KEPT, main
from qiwi_payin_contract.limits import Limits
from qiwi_payin_contract.settings import EFFORTS, Effort

MADE_BY_THE_SERVER = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)"
    r'|(?<="paymentToken": ")[^"]+|(?<="token": ")[^"]+|(?<="pares": ")[^"]+'
    r"|127\.0\.0\.1:[0-9]+"
)


def requests_of(monkeypatch: pytest.MonkeyPatch, seed: int) -> list[tuple[str, str, str]]:
    seen = []
    admit = Limits.admit

    def recorded(limits: Limits, method: str, path: str, content: bytes) -> None:
        admit(limits, method, path, content)
        text = content.decode("utf-8", errors="replace")
        seen.append((method, MADE_BY_THE_SERVER.sub("*", path), MADE_BY_THE_SERVER.sub("*", text)))

    with monkeypatch.context() as patched:
        patched.setattr(Limits, "admit", recorded)
        patched.setitem(EFFORTS, "quick", Effort("quick", examples=2, values=1, walks=2, steps=6))
        # Stories come first then, and of the many requests of the shapes the first ones are enough here.
        options = ["--effort=quick", "--max-requests=350", f"--seed={seed}", "--only=behaviour,scenarios,shapes"]
        assert main(options) == KEPT
    return seen


def test_same_seed_asks_a_fresh_server_the_same_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = requests_of(monkeypatch, 5), requests_of(monkeypatch, 5)
    for number, (one, other) in enumerate(zip(first, second, strict=False)):
        assert one == other, f"request {number}"
    assert len(first) == len(second) > 250
    assert requests_of(monkeypatch, 6) != first
