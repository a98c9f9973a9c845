"""`qiwi-payin resend`: post notifications once more."""

import argparse
from collections.abc import Sequence
from typing import Any

import httpx

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.terminal import shell
from qiwi_payin_sandbox.terminal.remote import Remote, RemoteError


def main(argv: Sequence[str] | None = None, transport: httpx.BaseTransport | None = None) -> int:
    """Post notifications once more, say what was answered, and return the exit code."""
    return shell.run(_resend, _parser().parse_args(argv), transport)


def _parser() -> argparse.ArgumentParser:
    parser = shell.parser("resend", "Post notifications once more: the same body, the same signature.")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("notification", metavar="NOTIFICATION", nargs="?", help="id of a notification")
    which.add_argument("--of", metavar="ID", help="those of the bill, payment, capture or refund with this id")
    which.add_argument("--failed", action="store_true", help="all whose attempts are used up")
    return parser


def _resend(remote: Remote, arguments: argparse.Namespace) -> None:
    listed = "sandboxListNotifications"
    if arguments.notification:
        chosen = [arguments.notification]
    elif arguments.failed:
        chosen = [each["notificationId"] for each in remote.each(listed, state="failed")]
    else:
        chosen = [each["notificationId"] for each in remote.each(listed) if arguments.of in _told(each)]
        if not chosen:
            raise RemoteError(f"no notification tells of {arguments.of}")
    for notification_id in chosen:
        attempt = remote.operate("sandboxResendNotification", notificationId=notification_id)
        outcome = attempt.get("error") or f"HTTP {attempt['status']}"
        shell.say(f"{notification_id} {outcome}")
    if not chosen:
        shell.say("nothing to post again")


def _told(notification: dict[str, Any]) -> set[str]:
    """Return the ids of what a notification tells of: its object, and the bill where the body names one."""
    told = wire.loads(notification["body"].encode())
    bills = {each["billId"] for each in told.values() if isinstance(each, dict) and "billId" in each}
    return {notification["objectId"], *bills}
