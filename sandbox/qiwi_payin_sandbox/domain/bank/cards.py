"""Cards: their data in a request, their numbers, and what the first digits of a number tell."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Card:
    """Card data of one request. They live as long as the request and are in no repr."""

    pan: str = field(repr=False)
    expiry_date: str = field(repr=False)
    cvv2: str | None = field(default=None, repr=False)
    holder_name: str | None = field(default=None, repr=False)

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


_LAST_DIGITS = {
    # the scheme's first digits, and the last three of its twelve published test cards
    ("MIR", "2200000000000"): "004 012 020 038 046 053 061 079 087 095 103 111",
    ("VISA", "4256000000000"): "003 011 029 037 045 052 060 078 086 094 102 110",
    ("MASTERCARD", "5236000000000"): "005 013 021 039 047 054 062 088 096 104 112 120",
    ("UNIONPAY", "6056000000000"): "000 018 026 034 042 059 067 075 083 091 109 117",
}

PUBLISHED_CARDS = {
    system: tuple(first + last for last in lasts.split()) for (system, first), lasts in _LAST_DIGITS.items()
}
"""The test card numbers that QIWI publishes, by payment scheme. Every other number that passes Luhn is taken too."""

_RUSSIA = "643"

BINS = (
    # first digits from, to (compared as text of the same length), what they tell; the first row that fits counts
    ("444444", "444444", CardInfo("810", "QiwiBank", "VISA", "CREDIT", "P|Visa Gold")),
    ("2200", "2204", CardInfo(_RUSSIA, "Sandbox Bank", "MIR", "DEBIT", "MIR Classic")),
    ("2221", "2720", CardInfo(_RUSSIA, "Sandbox Bank", "MASTERCARD", "DEBIT", "MCS|Mastercard Standard")),
    ("4", "4", CardInfo(_RUSSIA, "Sandbox Bank", "VISA", "DEBIT", "F|Visa Classic")),
    ("51", "55", CardInfo(_RUSSIA, "Sandbox Bank", "MASTERCARD", "DEBIT", "MCS|Mastercard Standard")),
    ("6056", "6056", CardInfo(_RUSSIA, "Sandbox Bank", "UNIONPAY", "DEBIT", "UnionPay Classic")),
    ("62", "62", CardInfo(_RUSSIA, "Sandbox Bank", "UNIONPAY", "DEBIT", "UnionPay Classic")),
)
UNKNOWN_BIN = CardInfo(_RUSSIA, "Sandbox Bank", "UNKNOWN", "UNKNOWN", "UNKNOWN")


def card_info(pan: str) -> CardInfo:
    """Return the first row of the BIN table that fits."""
    for first, last, info in BINS:
        if first <= pan[: len(first)] <= last:
            return info
    return UNKNOWN_BIN


def passes_luhn(pan: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812-1."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in pan[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in pan[-1::-2])) % 10 == 0
