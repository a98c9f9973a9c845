from pathlib import Path

import pytest
from qiwi_payin_contract.rules import catalogue

from tools import rule_pages


def test_the_pages_are_what_the_tool_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert rule_pages.main(["--check"]) == 0, capsys.readouterr().out


def test_a_page_that_was_changed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rule_pages, "PAGES", tmp_path)
    assert rule_pages.main([]) == 0
    (tmp_path / "QP-BOOKS-505.md").write_text("Debited at will.\n")
    (tmp_path / "QP-GONE-001.md").write_text("A rule that is no more.\n")
    assert rule_pages.main(["--check"]) == 1
    told = capsys.readouterr().out
    assert "differs: QP-BOOKS-505.md" in told
    assert "not generated: QP-GONE-001.md" in told


def test_the_index_leads_to_every_rule(tmp_path: Path) -> None:
    rule_pages.write(tmp_path)
    index = (tmp_path / "README.md").read_text()
    assert not [code for code in catalogue() if f"]({code}.md)" not in index or not (tmp_path / f"{code}.md").exists()]
