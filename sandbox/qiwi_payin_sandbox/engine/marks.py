"""What a card is known again by, without its number.

A number that is masked to its first six and last four digits leaves a hundred thousand candidates that pass Luhn, so
anything further that is kept of it can be undone by trying them all, were the secret of the ids ever known together
with the store. Therefore a *reference* has eight bits: some four hundred candidates share each, and yet two cards that
look alike when masked are hardly ever taken for one. A *mark* is made of mask, reference, site and day, so it tells
nothing more, and marks of different days cannot be laid side by side. Requests are compared by mask and reference too.
"""

from datetime import date

from qiwi_payin_sandbox.ids import Ids

_REFERENCE_DIGITS = 2
_MARK_DIGITS = 16


def reference(ids: Ids, pan: str) -> str:
    """Return the reference of a card number: two hexadecimal digits."""
    return ids.hex(_REFERENCE_DIGITS, "card number", pan)


def comparable(ids: Ids, pan: str) -> str:
    """Return what stands for a card number in what requests are compared by."""
    return f"{pan[:6]} {pan[-4:]} {len(pan)} {reference(ids, pan)}"


def of_day(ids: Ids, site_id: str, day: date, masked_pan: str, card_reference: str) -> str:
    """Return the mark of a card on one site and one day."""
    return ids.hex(_MARK_DIGITS, "card of a day", site_id, day.isoformat(), masked_pan, card_reference)
