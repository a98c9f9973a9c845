"""`qiwi-payin pay BILL`: pay a bill as the payer would on the form."""

import argparse
import re
from collections.abc import Sequence
from typing import Any

import httpx

from qiwi_payin_sandbox.terminal import shell
from qiwi_payin_sandbox.terminal.remote import Remote, RemoteError

_EXPIRY = re.compile(r"(0[1-9]|1[0-2])/[0-9]{2}", re.ASCII)


def main(argv: Sequence[str] | None = None, transport: httpx.BaseTransport | None = None) -> int:
    """Pay a bill, say what became of it, and return the exit code."""
    return shell.run(_pay, _parser().parse_args(argv), transport)


def _parser() -> argparse.ArgumentParser:
    parser = shell.parser("pay", "Pay a bill as the payer would on the form; by default by a card that is approved.")
    parser.add_argument("bill", metavar="BILL", help="id of the bill")
    means = parser.add_mutually_exclusive_group()
    means.add_argument("--card", metavar="PAN", help="number of a test card (default: one that is approved)")
    means.add_argument("--token", metavar="TOKEN", help="payment token of a saved card of the bill's customer")
    parser.add_argument("--expiry", metavar="MM/YY", type=_expiry, help="of the card (default: 12/34)")
    parser.add_argument("--cvv", metavar="CVV", help="of the card (default: 123)")
    parser.add_argument("--holder", metavar="NAME", help="of the card, such as 'SANDBOX 51' for that refusal")
    parser.add_argument(
        "--three-ds",
        choices=("confirm", "refuse", "expire", "wait"),
        default="confirm",
        help="what the payer does on the issuing bank's page; expire lets its time run out (default: confirm)",
    )
    parser.add_argument("--json", action="store_true", help="print the payment as the API answers it")
    return parser


def _pay(remote: Remote, arguments: argparse.Namespace) -> None:
    body: dict[str, Any] = {"threeDS": arguments.three_ds}
    typed = (arguments.card, arguments.expiry, arguments.cvv, arguments.holder)
    if arguments.token:
        if any(each is not None for each in typed):
            raise RemoteError("--token stands for a card that is saved: --expiry, --cvv and --holder cannot change it")
        body["paymentMethod"] = {"type": "TOKEN", "paymentToken": arguments.token}
    elif any(each is not None for each in typed):
        body["paymentMethod"] = _card(*typed)
    payment = remote.operate("sandboxPayBill", body, billId=arguments.bill)
    if arguments.json:
        shell.say_json(payment)
        return
    status = payment["status"]
    reason = f" ({status['reason']})" if "reason" in status else ""
    sums = f"{shell.money(payment['amount'])}, captured {payment['capturedAmount']['value']}"
    shell.say(f"bill {arguments.bill}: payment {payment['paymentId']} {status['value']}{reason}, {sums}")


def _card(pan: str | None, expiry: str | None, cvv: str | None, holder: str | None) -> dict[str, str | None]:
    from qiwi_payin_sandbox.payer import GOOD_CARD  # noqa: PLC0415 - seldom needed, and the whole payer comes with it

    return {
        "type": "CARD",
        "pan": GOOD_CARD.pan if pan is None else pan,
        "expiryDate": GOOD_CARD.expiry_date if expiry is None else expiry,
        "cvv2": GOOD_CARD.cvv2 if cvv is None else cvv,
        "holderName": GOOD_CARD.holder_name if holder is None else holder,
    }


def _expiry(text: str) -> str:
    if not _EXPIRY.fullmatch(text):
        raise argparse.ArgumentTypeError("an expiry is MM/YY")
    return text
