"""Python with the client's two libraries and what these need, and nothing else that happens to be installed here.

httpx takes more in where it finds more (its command line), so that counts from a full environment would flatter us.
"""

import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement


def link_libraries(folder: Path) -> None:
    """Have the libraries in a folder."""
    for name in {*needed_by("httpx"), *needed_by("attrs")}:
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
            (folder / top).symlink_to(Path(str(found.locate_file(top))))


def needed_by(name: str) -> Iterator[str]:
    """A distribution and all that it needs."""
    yield name
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield from needed_by(requirement.name)


def run(folder: Path, code: str, *arguments: str) -> str:
    """What code prints that finds the packages of a folder and the standard library alone."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-S", "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
