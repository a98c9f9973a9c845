"""Check that `generated_client/` is exactly what the description makes, byte for byte.

Usage: python -m tools.check        exit code 1, naming each file that differs, is missing or should not be there
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.generate import GENERATED, generate
from tools.project import Description


def differences(made: Path, kept: Path) -> list[str]:
    """What has to change in `kept` to make it the same as `made`, one line for each file, sorted by file."""
    wanted, present = _files(made), _files(kept)
    lines = []
    for name in sorted(wanted.keys() | present.keys()):
        if name not in present:
            lines.append(f"missing: {name}")
        elif name not in wanted:
            lines.append(f"not generated: {name}")
        elif wanted[name].read_bytes() != present[name].read_bytes():
            lines.append(f"differs: {name}")
    return lines


def _files(folder: Path) -> dict[str, Path]:
    return {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def main() -> int:
    """Generate into a scratch folder and compare."""
    with TemporaryDirectory() as scratch:
        try:
            generate(Description(), Path(scratch))
        except ValueError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        lines = differences(Path(scratch), GENERATED)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    sys.stdout.write("run nox -s generate\n" if lines else "generated_client is up to date\n")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
