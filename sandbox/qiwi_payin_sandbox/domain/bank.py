"""The issuing bank and the test mode: what a card answers, as one table.

The partner steers the answer by the card data, as the public test-mode page says: the expiry month chooses the result,
a CVV of 849 or `3ds` in the holder's name asks for 3-D Secure.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from qiwi_payin_sandbox.domain.reasons import Reason


@dataclass(frozen=True, slots=True)
class Card:
    """Card data of one request. They live as long as the request and are in no repr."""

    pan: str = field(repr=False)
    expiry_date: str = field(repr=False)
    cvv2: str | None = field(default=None, repr=False)
    holder_name: str | None = field(default=None, repr=False)

    @property
    def expiry_month(self) -> str:
        """The two digits of the month, `01` to `12`."""
        return self.expiry_date[:2]

    @property
    def masked_pan(self) -> str:
        """First six and last four digits, six asterisks between."""
        return f"{self.pan[:6]}******{self.pan[-4:]}"


@dataclass(frozen=True, slots=True)
class CardInfo:
    """What the BIN, the first digits of the PAN, tells about a card."""

    issuing_country: str
    issuing_bank: str
    payment_system: str
    funding_source: str
    payment_system_product: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the bank is going to answer: declined for `reason` or, without one, approved, `delay` after it was asked."""

    reason: Reason | None = None
    delay: timedelta = timedelta()
    at_once: bool = False
    """Declined before 3-D Secure is even tried."""


class Bank(Protocol):
    """The seam between payments and whoever holds the payer's money."""

    def wants_three_ds(self, card: Card) -> bool:
        """Whether the payer must authenticate when the partner's own form sends this card."""

    def judge(self, card: Card) -> Verdict:
        """Return the answer to an authorisation of a typed card."""

    def judge_saved(self, expiry_date: str) -> Verdict:
        """Return the answer to an authorisation of a saved card with this `MM/YY`."""

    def card_info(self, pan: str) -> CardInfo:
        """Return what the BIN tells."""


_SLOW = timedelta(seconds=3)

_BY_EXPIRY_MONTH = {
    "02": Verdict(Reason.ACQUIRING_NOT_PERMITTED),
    "03": Verdict(delay=_SLOW),
    "04": Verdict(Reason.ACQUIRING_NOT_PERMITTED, delay=_SLOW),
}
_APPROVED = Verdict()
_INVALID_CARD = Verdict(Reason.ACQUIRING_INVALID_CARD, at_once=True)

_WANTS_THREE_DS: tuple[Callable[[Card], bool], ...] = (
    lambda card: card.cvv2 == "849",
    lambda card: "3ds" in (card.holder_name or "").lower(),
)

_RUSSIA = "643"
_BINS = (
    # first digits from, to (compared as text of the same length), what they tell
    ("444444", "444444", CardInfo("810", "QiwiBank", "VISA", "CREDIT", "P|Visa Gold")),
    ("2200", "2204", CardInfo(_RUSSIA, "Sandbox Bank", "MIR", "DEBIT", "MIR Classic")),
    ("2221", "2720", CardInfo(_RUSSIA, "Sandbox Bank", "MASTERCARD", "DEBIT", "MCS|Mastercard Standard")),
    ("4", "4", CardInfo(_RUSSIA, "Sandbox Bank", "VISA", "DEBIT", "F|Visa Classic")),
    ("51", "55", CardInfo(_RUSSIA, "Sandbox Bank", "MASTERCARD", "DEBIT", "MCS|Mastercard Standard")),
    ("6056", "6056", CardInfo(_RUSSIA, "Sandbox Bank", "UNIONPAY", "DEBIT", "UnionPay Classic")),
    ("62", "62", CardInfo(_RUSSIA, "Sandbox Bank", "UNIONPAY", "DEBIT", "UnionPay Classic")),
)
_UNKNOWN_BIN = CardInfo(_RUSSIA, "Sandbox Bank", "UNKNOWN", "UNKNOWN", "UNKNOWN")


class TestModeBank:
    """The bank of the test mode. Every expiry month that the table does not name is approved, past years too."""

    __test__ = False  # the name is the field's, not a test case

    def wants_three_ds(self, card: Card) -> bool:
        """Whether the card data ask for 3-D Secure."""
        return any(asks(card) for asks in _WANTS_THREE_DS)

    def judge(self, card: Card) -> Verdict:
        """Refuse a PAN with a wrong check digit, else answer by the expiry month."""
        if not passes_luhn(card.pan):
            return _INVALID_CARD
        return self.judge_saved(card.expiry_date)

    def judge_saved(self, expiry_date: str) -> Verdict:
        """Answer by the expiry month."""
        return _BY_EXPIRY_MONTH.get(expiry_date[:2], _APPROVED)

    def card_info(self, pan: str) -> CardInfo:
        """Return the first row of the BIN table that fits."""
        for first, last, info in _BINS:
            if first <= pan[: len(first)] <= last:
                return info
        return _UNKNOWN_BIN


def passes_luhn(pan: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in pan[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in pan[-1::-2])) % 10 == 0
