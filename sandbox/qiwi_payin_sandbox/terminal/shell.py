"""What the commands have in common: options, exit codes, and how they end."""

import argparse
import os
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

import httpx

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.terminal.remote import DEFAULT_ORIGIN, Remote, RemoteError

Command = Callable[[Remote, argparse.Namespace], None]

_DURATION = re.compile(r"([0-9]{1,9})([smhd]?)", re.ASCII)
_UNITS = {"": "seconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Parser(argparse.ArgumentParser):
    """A parser that says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Leave with exit code 2."""
        self.exit(2, f"{self.prog}: {message}\n")


def parser(name: str, description: str) -> Parser:
    """Return the parser of a command that speaks to a running sandbox."""
    made = Parser(
        prog=f"qiwi-payin {name}",
        description=description,
        epilog="A sandbox on another machine wants a key of the site, or its control key, in QIWI_PAYIN_KEY.",
        allow_abbrev=False,
    )
    made.add_argument(
        "--sandbox",
        metavar="URL",
        default=os.environ.get("QIWI_PAYIN_SANDBOX", DEFAULT_ORIGIN),
        help=f"where the sandbox is (default: QIWI_PAYIN_SANDBOX, else {DEFAULT_ORIGIN})",
    )
    made.add_argument(
        "--site",
        metavar="ID",
        default=os.environ.get("QIWI_PAYIN_SITE_ID"),
        help="the site (default: QIWI_PAYIN_SITE_ID, else the only one)",
    )
    made.set_defaults(program=made.prog)
    return made


def run(command: Command, arguments: argparse.Namespace, transport: httpx.BaseTransport | None = None) -> int:
    """Run a command on a sandbox and return the exit code.

    0: done, or ended from the keyboard. 1: the sandbox refused. 2: it could not run.
    """
    try:
        with Remote(arguments.sandbox, arguments.site, os.environ.get("QIWI_PAYIN_KEY"), transport) as remote:
            command(remote, arguments)
    except KeyboardInterrupt:
        return 0
    except RemoteError as error:
        sys.stderr.write(f"{arguments.program}: {error}\n")
        return error.exit_code
    return 0


def say(text: str) -> None:
    """Write a line at once, so that whoever reads along through a pipe sees it."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def say_json(value: Any) -> None:
    """Write a JSON text in a line, numbers as they were read."""
    say(wire.dumps(value))


def duration(text: str) -> int:
    """Return the seconds of a duration such as `90`, `90s`, `15m`, `72h` or `5d`.

    Raises:
        ArgumentTypeError: It is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError("a duration is a whole number with s, m, h or d, such as 72h")
    return int(timedelta(**{_UNITS[match[2]]: int(match[1])}).total_seconds())


def money(amount: dict[str, Any]) -> str:
    """Return a sum as a person reads it, such as `150.00 RUB`."""
    return f"{amount['value']} {amount['currency']}"
