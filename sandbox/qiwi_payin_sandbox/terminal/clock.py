"""`qiwi-payin clock`: read and move a site's clock."""

import argparse
from collections.abc import Sequence
from typing import Any

import httpx

from qiwi_payin_sandbox.terminal import shell
from qiwi_payin_sandbox.terminal.remote import Remote


def main(argv: Sequence[str] | None = None, transport: httpx.BaseTransport | None = None) -> int:
    """Read or move the clock, say what happened, and return the exit code."""
    return shell.run(_clock, _parser().parse_args(argv), transport)


def _parser() -> argparse.ArgumentParser:
    parser = shell.parser("clock", "Read a site's clock, or move it: what becomes due happens at once, in order.")
    change = parser.add_mutually_exclusive_group()
    change.add_argument("--advance", metavar="DURATION", type=shell.duration, help="move it forward, such as by 72h")
    change.add_argument("--next", action="store_true", help="move it to the next moment at which something is due")
    change.add_argument("--set", metavar="TIME", help="move it to a later time, such as 2026-03-01T12:00:00+03:00")
    change.add_argument("--freeze", action="store_true", help="let it stand still")
    change.add_argument("--run", action="store_true", help="let it run on")
    parser.add_argument("--json", action="store_true", help="print what the control operation answers")
    return parser


def _clock(remote: Remote, arguments: argparse.Namespace) -> None:
    answer: dict[str, Any]
    if arguments.advance is not None:
        answer = remote.operate("sandboxAdvanceClock", {"seconds": arguments.advance})
    elif arguments.next:
        answer = remote.operate("sandboxAdvanceClockToNext")
    elif arguments.set is not None:
        answer = remote.operate("sandboxSetClock", {"now": arguments.set})
    elif arguments.freeze or arguments.run:
        answer = remote.operate("sandboxSetClock", {"frozen": arguments.freeze})
    else:
        answer = remote.operate("sandboxGetClock")
    if arguments.json:
        shell.say_json(answer)
        return
    for fired in answer.get("fired", ()):
        ids = [f"{name} {value}" for name, value in fired.items() if name not in {"at", "what"}]
        shell.say(" ".join([fired["at"], fired["what"], *ids]))
    shell.say(f"{answer['now']} {'frozen' if answer['frozen'] else 'running'}")
