"""Trees of earlier days: folders of the repository as they stood at a git ref.

RevisionError (ValueError)     git does not know the ref, or it has no such folders
"""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.project import ROOT


class RevisionError(ValueError):
    """There is no such tree."""


def latest(repository: Path = ROOT) -> str:
    """The latest tag before what is checked out, or the commit before it where there is no tag."""
    try:
        return _git(repository, "describe", "--tags", "--abbrev=0", "HEAD").decode().strip()
    except RevisionError:
        return "HEAD~1"


@contextmanager
def folders_at(ref: str, *folders: str, repository: Path = ROOT) -> Iterator[Path]:
    """A folder, gone afterwards, that holds these folders as they stood at a ref.

    Raises:
        RevisionError: see above.
    """
    archive = _git(repository, "archive", "--format=tar", ref, "--", *folders)
    with TemporaryDirectory(prefix="qiwi-payin-revision-") as name:
        with tarfile.open(fileobj=io.BytesIO(archive)) as packed:
            packed.extractall(name, filter="data")
        yield Path(name)


def _git(repository: Path, *arguments: str) -> bytes:
    done = subprocess.run(["git", *arguments], cwd=repository, capture_output=True, check=False)  # noqa: S603, S607
    if done.returncode != 0:
        raise RevisionError(done.stderr.decode(errors="replace").strip())
    return done.stdout
