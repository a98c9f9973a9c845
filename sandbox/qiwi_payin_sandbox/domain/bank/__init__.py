"""The issuing bank: cards, what it answers to them, and how a partner tells it what to answer in test mode.

`cards` lists card numbers, `codes` the refusals of payment schemes, `outcomes` how a request carries the answer that is
wanted, `mode` the rules of the test mode.
"""

from qiwi_payin_sandbox.domain.bank.cards import Card, CardInfo, passes_luhn
from qiwi_payin_sandbox.domain.bank.mode import Bank, TestModeBank
from qiwi_payin_sandbox.domain.bank.verdict import Verdict

__all__ = ["Bank", "Card", "CardInfo", "TestModeBank", "Verdict", "passes_luhn"]
