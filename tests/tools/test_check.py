from pathlib import Path

import pytest

from tools.check import differences


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_the_same_files_have_no_differences(tmp_path: Path) -> None:
    files = {"p/__init__.py": b"x", "p/a.json": b"{}"}
    kept = {**files, "p/__pycache__/a.pyc": b"cache"}
    assert differences(write(tmp_path / "made", files), write(tmp_path / "kept", kept)) == []


@pytest.mark.parametrize(
    ("made", "kept", "expected"),
    [
        ({"p/a.py": b"x\n"}, {"p/a.py": b"x\r\n"}, ["differs: p/a.py"]),
        ({"p/a.py": b"x"}, {}, ["missing: p/a.py"]),
        ({}, {"p/a.py": b"x"}, ["not generated: p/a.py"]),
        ({"b": b"", "a": b""}, {"b": b"1", "c": b""}, ["missing: a", "differs: b", "not generated: c"]),
    ],
)
def test_each_file_that_is_not_the_same_is_named(
    tmp_path: Path, made: dict[str, bytes], kept: dict[str, bytes], expected: list[str]
) -> None:
    assert differences(write(tmp_path / "made", made), write(tmp_path / "kept", kept)) == expected
