"""Receivers of account funding transactions (AFT): whom `receiverData` names, and whether money can reach them.

Of the data nothing is kept but that there were some and whether they are usable.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from qiwi_payin_sandbox.domain.bank.cards import passes_luhn

_FORMS = {
    "pan": re.compile(r"[0-9]{13,19}", re.ASCII),
    "wallet": re.compile(r"\S(.*\S)?", re.DOTALL),
    "phone": re.compile(r"\+?[0-9]{10,15}", re.ASCII),
    "bankAccount": re.compile(r"[0-9]{20}", re.ASCII),
    "bic": re.compile(r"[0-9]{9}", re.ASCII),
    "inn": re.compile(r"[0-9]{10}([0-9]{2})?", re.ASCII),
}
_NAMES_A_RECEIVER = ("pan", "wallet", "phone", "bankAccount")


class Receiver(StrEnum):
    """What was said of a receiver."""

    USABLE = "USABLE"
    UNUSABLE = "UNUSABLE"


def receiver(data: Mapping[str, Any] | None) -> Receiver | None:
    """Judge `receiverData`; None where there is no receiver: nothing was sent, or an empty object.

    Usable data name a card, wallet, phone or bank account, the account together with its bank's `bic`, and every known
    field that was sent has its form: a card number passes Luhn, an account has 20 digits, a `bic` 9, an `inn` 10 or 12.
    """
    if not data:
        return None
    wrong = any(name in data and not form.fullmatch(str(data[name])) for name, form in _FORMS.items())
    named = any(name in data for name in _NAMES_A_RECEIVER)
    bank_missing = "bankAccount" in data and "bic" not in data
    if wrong or not named or bank_missing or ("pan" in data and not passes_luhn(str(data["pan"]))):
        return Receiver.UNUSABLE
    return Receiver.USABLE
