"""The card that a payer typed or picked, read from the posted form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qiwi_payin_sandbox.payer import CardRejected, TypedCard

if TYPE_CHECKING:
    from collections.abc import Mapping

ANOTHER_CARD = "another"
"""The value of the `card` field when no saved card is picked."""

TEST_CARD = {"pan": "4444 4436 1662 1049", "expiryDate": "12/34", "cvv2": "123"}
"""A card that the sandbox's bank approves, offered to whoever tries the form."""

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
