import subprocess
import sys
from pathlib import Path

import qiwi_payin
import qiwi_payin_runtime


def test_the_types_are_what_the_file_says_and_the_whole_client_is_strict(tmp_path: Path) -> None:
    folders = [Path(package.__path__[0]) for package in (qiwi_payin, qiwi_payin_runtime)]
    api = Path(__file__).parent / "typing" / "api.py"

    run = subprocess.run(  # noqa: S603 - our own interpreter
        [
            *(
                sys.executable,
                "-m",
                "mypy",
                "--strict",
                "--explicit-package-bases",
                "--config-file=",
                "--warn-unreachable",
            ),
            f"--cache-dir={tmp_path}",
            *map(str, [*folders, api]),
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"MYPYPATH": ":".join(str(folder.parent) for folder in folders)},
    )

    assert run.returncode == 0, run.stdout + run.stderr
