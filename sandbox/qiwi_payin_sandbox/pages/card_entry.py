"""The card that a payer typed or picked, read from the posted form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qiwi_payin_sandbox.domain.bank.cards import PUBLISHED_CARDS, card_info
from qiwi_payin_sandbox.payer import GOOD_CARD, CardRejected, TypedCard

if TYPE_CHECKING:
    from collections.abc import Mapping

ANOTHER_CARD = "another"
"""The value of the `card` field when no saved card is picked."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card to try the form with; its number is in groups."""

    __test__ = False  # the name is the field's, not a test case

    scheme: str
    pan: str
    expiry_date: str = "12/34"
    cvv2: str = "123"


def _grouped(pan: str) -> str:
    return " ".join(pan[start : start + 4] for start in range(0, len(pan), 4))


TEST_CARDS = (
    TestCard(card_info(GOOD_CARD.pan).payment_system, _grouped(GOOD_CARD.pan)),
    *(TestCard(scheme, _grouped(numbers[0])) for scheme, numbers in PUBLISHED_CARDS.items()),
)
"""Cards that the sandbox's bank approves, offered to whoever tries the form."""

_NEEDED = ("pan", "expiryDate", "cvv2")
_EXPIRY = re.compile(r"(\d{2}|\d(?=/))/?(?:20)?(\d{2})", re.ASCII)


def picked_card(fields: Mapping[str, str]) -> str | None:
    """Return the id of the saved card that was picked, None when a card was typed."""
    picked = fields.get("card", ANOTHER_CARD)
    return None if picked == ANOTHER_CARD else picked


def typed_card(fields: Mapping[str, str]) -> TypedCard:
    """Return the typed card, spelled as the API wants it.

    Taken is what people and browsers write: a number in groups, `1/34`, `1234`, `12 / 2034`. The form needs number,
    expiry and CVV; the holder's name it does not.

    Raises:
        CardRejected: a needed field is empty (code `missing`). Formats are the desk's to judge.
    """
    missing = {name: "missing" for name in _NEEDED if not fields.get(name, "").strip()}
    if missing:
        raise CardRejected(missing)
    expiry = re.sub(r"\s", "", fields["expiryDate"])
    if match := _EXPIRY.fullmatch(expiry):
        expiry = f"{match[1].zfill(2)}/{match[2]}"
    return TypedCard(
        pan=re.sub(r"[\s-]", "", fields["pan"]),
        expiry_date=expiry,
        cvv2=fields["cvv2"].strip(),
        holder_name=fields.get("holderName", "").strip() or None,
    )
