"""Hypothesis takes our table of UTF-8, and would find the same by itself."""

import sys
from pathlib import Path

import pytest
from hypothesis.configuration import set_hypothesis_home_dir
from hypothesis.internal import charmap
from qiwi_payin_contract import unicode_tables


def test_the_table_is_the_one_that_hypothesis_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find = charmap.intervals_from_codec.__wrapped__
    set_hypothesis_home_dir(str(tmp_path / "its own"))
    found = find("utf-8")
    set_hypothesis_home_dir(str(tmp_path / "ours"))
    try:
        unicode_tables.provide()
        # It would have to count through all characters, had it not our table.
        monkeypatch.setattr(sys, "maxunicode", -1)
        assert find("utf-8") == found
        assert tuple(found[0].intervals) == unicode_tables.ENCODABLE
    finally:
        set_hypothesis_home_dir(None)
