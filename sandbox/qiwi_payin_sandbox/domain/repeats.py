"""Repeats of declined payments by MIR cards without 3-D Secure, which the scheme limits by the Moscow day.

A refusal with a code of the first group ends the day for the card, one of the second group leaves one more try. What
is allowed no more is declined with `REATTEMPT_NOT_PERMITTED`, unasked. An approved try wipes the slate clean; a payment
with 3-D Secure neither counts nor is counted.

A card is known by a *mark* that is good for one day on one site (see `marks`), and each mark has *strikes*: none, one
(one more try) or two (no more).
"""

from dataclasses import dataclass

from qiwi_payin_sandbox.domain.bank.cards import CardInfo
from qiwi_payin_sandbox.domain.bank.codes import SCHEME_CODES, Repeats
from qiwi_payin_sandbox.domain.bank.verdict import Verdict

MIR = "MIR"
LAST_TRY = 1
OUT = 2

_STRIKES = {Repeats.NONE: OUT, Repeats.ONE: 1}


@dataclass(frozen=True, slots=True)
class Strike:
    """What a try did to its card: `strikes` more, or none left where it was approved."""

    mark: str
    strikes: int
    cleared: bool = False


def are_limited(card_info: CardInfo | None, *, three_ds: bool) -> bool:
    """Whether the rule concerns a payment by a card of which the BIN tells this."""
    return card_info is not None and card_info.payment_system == MIR and not three_ds


def are_over(strikes: int) -> bool:
    """Whether a card with so many strikes may not be tried again that day."""
    return strikes >= OUT


def begun(mark: str, strikes: int) -> Strike | None:
    """Return what beginning a try does: the one more try is used up, whatever comes of it but approval."""
    return Strike(mark, 1) if strikes == LAST_TRY else None


def answered(mark: str, verdict: Verdict) -> Strike | None:
    """Return what the bank's answer to a try does."""
    if verdict.reason is None:
        return Strike(mark, 0, cleared=True)
    code = SCHEME_CODES.get(verdict.ps_error_code or "")
    return Strike(mark, _STRIKES[code.repeats]) if code else None
