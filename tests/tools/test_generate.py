from pathlib import Path

import pytest

from tools.generate import generate
from tools.project import Description


def test_a_folder_with_anything_else_is_never_emptied(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "qiwi_payin").mkdir()
    with pytest.raises(ValueError, match=r"notes\.txt would be lost"):
        generate(Description(), tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "qiwi_payin"]


def test_where_the_description_has_a_fault_what_was_there_stays(tmp_path: Path) -> None:
    kept = tmp_path / "generated" / "qiwi_payin" / "__init__.py"
    kept.parent.mkdir(parents=True)
    kept.write_text("old")
    with pytest.raises(ValueError, match="there are no statements"):
        generate(Description(tmp_path / "openapi", tmp_path / "overlays"), tmp_path / "generated")
    assert kept.read_text() == "old"
