"""The command `qiwi-payin`: finds its subcommands among the installed parts.

Each is an entry point of the group `qiwi_payin.commands`, a function from arguments to an exit code. A subcommand of
the package `qiwi_payin_NAME` needs what the extra NAME brings.
"""

import sys
from collections.abc import Sequence
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from qiwi_payin_runtime.version import VERSION

GROUP: Final = "qiwi_payin.commands"
_OWN_PACKAGES: Final = "qiwi_payin"

EXIT_OK: Final = 0
EXIT_CANNOT_RUN: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the subcommand that the arguments name. Exit code 2 means that it could not run."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    commands = {point.name: point for point in sorted(entry_points(group=GROUP), key=lambda point: point.name)}
    match given:
        case ["--version"]:
            sys.stdout.write(f"qiwi-payin {VERSION}\n")
            return EXIT_OK
        case ["-h" | "--help"]:
            sys.stdout.write(_usage(commands))
            return EXIT_OK
        case [name, *rest] if name in commands:
            return _run(commands[name], rest)
        case [name, *_]:
            sys.stderr.write(f"qiwi-payin: there is no {name!r}; see qiwi-payin --help\n")
            return EXIT_CANNOT_RUN
        case _:
            sys.stderr.write(_usage(commands))
            return EXIT_CANNOT_RUN


def _run(command: EntryPoint, arguments: list[str]) -> int:
    try:
        function = command.load()
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0].startswith(_OWN_PACKAGES):
            raise
        extra = command.module.partition(".")[0].removeprefix(f"{_OWN_PACKAGES}_")
        sys.stderr.write(
            f'qiwi-payin {command.name} needs {error.name}, which is not installed: pip install "qiwi-payin[{extra}]"\n'
        )
        return EXIT_CANNOT_RUN
    code: int = function(arguments)
    return code


def _usage(commands: dict[str, EntryPoint]) -> str:
    lines = [f"  qiwi-payin {name} --help" for name in commands]
    return "\n".join(["usage: qiwi-payin COMMAND ...", "       qiwi-payin --help | --version", "", *lines]) + "\n"
