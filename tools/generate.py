"""Make `generated_client/` anew from the description, its overlays and the generator's templates.

Everything is made in a scratch folder first: where something fails, what was there stays.

Usage: python -m tools.generate [--into DIR]
"""

import argparse
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tools.client_generator import PACKAGE as CLIENT
from tools.client_generator import generate as generate_client
from tools.description import PACKAGE as DESCRIPTION
from tools.description import write
from tools.project import ROOT, Description

GENERATED: Final = ROOT / "generated_client"


def generate(source: Description, into: Path) -> None:
    """Empty a folder of generated packages and fill it again.

    Raises:
        ValueError: the folder holds something that is not generated, or the description has a fault.
    """
    packages = {CLIENT, DESCRIPTION}
    strangers = sorted(path.name for path in into.glob("*") if path.name not in packages)
    if strangers:
        raise ValueError(f"{into} is not a folder of generated packages: {', '.join(strangers)} would be lost")
    with TemporaryDirectory() as scratch:
        made = Path(scratch)
        write(source, made / DESCRIPTION)
        generate_client(made / DESCRIPTION / "client.json", made)
        into.mkdir(parents=True, exist_ok=True)
        for package in sorted(packages):
            shutil.rmtree(into / package, ignore_errors=True)
            shutil.copytree(made / package, into / package, ignore=shutil.ignore_patterns("__pycache__"))


def main(arguments: list[str]) -> int:
    """Generate, and say where to."""
    parser = argparse.ArgumentParser(prog="python -m tools.generate", description="Make the generated packages anew.")
    parser.add_argument("--into", type=Path, default=GENERATED, metavar="DIR", help="folder to fill")
    into: Path = parser.parse_args(arguments).into
    try:
        generate(Description(), into)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"generated {CLIENT} and {DESCRIPTION} in {into}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
