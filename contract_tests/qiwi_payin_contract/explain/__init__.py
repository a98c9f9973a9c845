"""``qiwi-payin explain``: what a rule says, why it matters, where it is written, and how it is tested and waived."""

from qiwi_payin_contract.explain.account import Account, account_of
from qiwi_payin_contract.explain.command import main

__all__ = ["Account", "account_of", "main"]
