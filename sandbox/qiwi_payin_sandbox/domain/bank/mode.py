"""The test mode as one table: what the data of a card ask of the bank, and the limits.

The partner steers the answer by the card data, as the public test-mode page says, or by an outcome that the request
carries (`outcomes`), which goes before. Only the check digit goes before that.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

from qiwi_payin_sandbox.domain.bank.cards import Card, CardInfo, card_info, passes_luhn
from qiwi_payin_sandbox.domain.bank.verdict import APPROVED, Verdict
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.reasons import Reason

SLOW = timedelta(seconds=3)

BY_EXPIRY_MONTH = {
    "02": Verdict(Reason.ACQUIRING_NOT_PERMITTED),
    "03": Verdict(delay=SLOW),
    "04": Verdict(Reason.ACQUIRING_NOT_PERMITTED, delay=SLOW),
}
"""The answers by expiry month. All other months are approved at once, in past years too."""

WANTS_THREE_DS: tuple[Callable[[Card], bool], ...] = (
    lambda card: card.cvv2 == "849",
    lambda card: "3ds" in (card.holder_name or "").lower(),
)

LARGEST = Money(10_00, "RUB")
"""The largest sum of an operation, on sites that keep the limits."""

OPERATIONS_A_DAY = 100
"""How many operations of at most that sum a Moscow day has, on sites that keep the limits."""

_INVALID_CARD = Verdict(Reason.ACQUIRING_INVALID_CARD, at_once=True)


class Bank(Protocol):
    """The seam between payments and whoever holds the payer's money."""

    def wants_three_ds(self, card: Card) -> bool:
        """Whether the payer must authenticate when the partner's own form sends this card."""

    def judge(self, card: Card, wanted: Verdict | None = None) -> Verdict:
        """Return the answer to an authorisation of a typed card; `wanted` is what the request asks for."""

    def judge_saved(self, expiry_date: str, wanted: Verdict | None = None) -> Verdict:
        """Return the answer to an authorisation of a saved card with this `MM/YY`."""

    def card_info(self, pan: str) -> CardInfo:
        """Return what the BIN tells."""


class TestModeBank:
    """The bank of the test mode."""

    __test__ = False  # the name is the field's, not a test case

    def wants_three_ds(self, card: Card) -> bool:
        """Whether the card data ask for 3-D Secure."""
        return any(asks(card) for asks in WANTS_THREE_DS)

    def judge(self, card: Card, wanted: Verdict | None = None) -> Verdict:
        """Refuse a PAN with a wrong check digit, else answer as a saved card is answered."""
        if not passes_luhn(card.pan):
            return _INVALID_CARD
        return self.judge_saved(card.expiry_date, wanted)

    def judge_saved(self, expiry_date: str, wanted: Verdict | None = None) -> Verdict:
        """Answer as wanted, else by the expiry month."""
        return wanted or BY_EXPIRY_MONTH.get(expiry_date[:2], APPROVED)

    def card_info(self, pan: str) -> CardInfo:
        """Return the first row of the BIN table that fits."""
        return card_info(pan)
