"""The page of guarantees names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "sandbox" / "guarantees.md"


def test_every_proof_that_the_page_names_is_there_and_every_proof_is_named() -> None:
    named = set(re.findall(r"`(tests/[\w/]+\.py)`", PAGE.read_text()))
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
    proofs = {str(path.relative_to(ROOT)) for path in Path(__file__).parent.glob("test_*.py")}
    assert proofs - named == {str(Path(__file__).relative_to(ROOT))}
