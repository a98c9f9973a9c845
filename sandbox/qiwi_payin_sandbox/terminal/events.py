"""`qiwi-payin events`: what happened on a site, also as it happens."""

import argparse
import time
from collections.abc import Sequence
from typing import Any

import httpx

from qiwi_payin_sandbox.terminal import shell
from qiwi_payin_sandbox.terminal.remote import Remote

_PAUSE_SECONDS = 0.3


def main(argv: Sequence[str] | None = None, transport: httpx.BaseTransport | None = None) -> int:
    """Print events, and return the exit code."""
    return shell.run(_events, _parser().parse_args(argv), transport)


def _parser() -> argparse.ArgumentParser:
    parser = shell.parser("events", "Print what happened on a site, oldest first.")
    parser.add_argument("--follow", action="store_true", help="go on printing what happens until interrupted")
    parser.add_argument("--after", metavar="N", type=int, default=0, help="begin after the event with this number")
    parser.add_argument("--json", action="store_true", help="print each event as JSON in a line")
    return parser


def _events(remote: Remote, arguments: argparse.Namespace) -> None:
    after = arguments.after
    while True:
        for event in remote.each("sandboxListEvents", after):
            after = event["sequence"]
            if arguments.json:
                shell.say_json(event)
            else:
                shell.say(_line(event))
        if not arguments.follow:
            return
        time.sleep(_PAUSE_SECONDS)


def _line(event: dict[str, Any]) -> str:
    told = [f"{name} {value}" for name, value in event.items() if name not in {"sequence", "at", "type"}]
    return " ".join([f"{event['sequence']:>5}", event["at"], event["type"], *told])
