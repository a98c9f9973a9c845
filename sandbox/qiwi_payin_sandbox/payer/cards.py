"""Card data as a payer types them."""

import re
from dataclasses import dataclass, field

from qiwi_payin_sandbox.domain.bank import Card

_FORM_RULES = {
    "pan": re.compile(r"[0-9]{13,19}", re.ASCII),
    "expiryDate": re.compile(r"(0[1-9]|1[0-2])/[0-9]{2}", re.ASCII),
    "cvv2": re.compile(r"[0-9]{3,4}", re.ASCII),
    "holderName": re.compile(r"[A-Za-z0-9 .'-]{0,26}", re.ASCII),
}


class CardRejected(ValueError):  # noqa: N818
    """What was typed is no card data: `fields` maps a field to `format`, `missing` or `outcome` (no such answer)."""

    def __init__(self, fields: dict[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields


@dataclass(frozen=True, slots=True)
class TypedCard:
    """Card data as the payer typed them; `pan` may hold spaces, `expiry_date` is `MM/YY`."""

    pan: str = field(repr=False)
    expiry_date: str = field(repr=False)
    cvv2: str | None = field(default=None, repr=False)
    holder_name: str | None = field(default=None, repr=False)

    def checked(self) -> Card:
        """Return the card.

        Raises:
            CardRejected: A field has not the form it must have.
        """
        card = Card(
            re.sub(r"[ \u00a0]", "", self.pan),
            self.expiry_date.strip(),
            (self.cvv2 or "").strip() or None,
            (self.holder_name or "").strip() or None,
        )
        typed = {
            "pan": card.pan,
            "expiryDate": card.expiry_date,
            "cvv2": card.cvv2,
            "holderName": card.holder_name,
        }
        wrong = {
            name: "format" for name, text in typed.items() if text is not None and not _FORM_RULES[name].fullmatch(text)
        }
        if wrong:
            raise CardRejected(wrong)
        return card


GOOD_CARD = TypedCard("4444443616621049", "12/34", "123", "CARDHOLDER NAME")
"""A test card that the bank approves."""
