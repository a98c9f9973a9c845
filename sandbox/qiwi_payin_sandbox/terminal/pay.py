"""`qiwi-payin pay BILL`: pay a bill as the payer would on the form."""

import argparse
import re
from collections.abc import Sequence
from typing import Any

import httpx

from qiwi_payin_sandbox.terminal import shell
from qiwi_payin_sandbox.terminal.remote import Remote

_EXPIRY = re.compile(r"(0[1-9]|1[0-2])/[0-9]{2}", re.ASCII)


def main(argv: Sequence[str] | None = None, transport: httpx.BaseTransport | None = None) -> int:
    """Pay a bill, say what became of it, and return the exit code."""
    return shell.run(_pay, _parser().parse_args(argv), transport)


def _parser() -> argparse.ArgumentParser:
    parser = shell.parser("pay", "Pay a bill as the payer would on the form; by default by a card that is approved.")
    parser.add_argument("bill", metavar="BILL", help="id of the bill")
    means = parser.add_mutually_exclusive_group()
    means.add_argument("--card", metavar="PAN", help="number of a test card")
    means.add_argument("--token", metavar="TOKEN", help="payment token of a saved card of the bill's customer")
    parser.add_argument("--expiry", metavar="MM/YY", default="12/34", type=_expiry, help="with --card (default: 12/34)")
    parser.add_argument("--cvv", metavar="CVV", default="123", help="with --card (default: 123)")
    parser.add_argument("--holder", metavar="NAME", default="CARD HOLDER", help="with --card (default: CARD HOLDER)")
    parser.add_argument(
        "--three-ds",
        choices=("confirm", "refuse", "wait"),
        default="confirm",
        help="what the payer does on the issuing bank's page (default: confirm)",
    )
    parser.add_argument("--json", action="store_true", help="print the payment as the API answers it")
    return parser


def _pay(remote: Remote, arguments: argparse.Namespace) -> None:
    body: dict[str, Any] = {"threeDS": arguments.three_ds}
    if arguments.card:
        body["paymentMethod"] = {
            "type": "CARD",
            "pan": arguments.card,
            "expiryDate": arguments.expiry,
            "cvv2": arguments.cvv,
            "holderName": arguments.holder,
        }
    elif arguments.token:
        body["paymentMethod"] = {"type": "TOKEN", "paymentToken": arguments.token}
    payment = remote.operate("sandboxPayBill", body, billId=arguments.bill)
    if arguments.json:
        shell.say_json(payment)
        return
    status = payment["status"]
    reason = f" ({status['reason']})" if "reason" in status else ""
    sums = f"{shell.money(payment['amount'])}, captured {payment['capturedAmount']['value']}"
    shell.say(f"bill {arguments.bill}: payment {payment['paymentId']} {status['value']}{reason}, {sums}")


def _expiry(text: str) -> str:
    if not _EXPIRY.fullmatch(text):
        raise argparse.ArgumentTypeError("an expiry is MM/YY")
    return text
