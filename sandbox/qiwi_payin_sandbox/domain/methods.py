"""Payment methods: which ones the form of a bill shows, and the one that stands in for those that the sandbox lacks."""

from collections.abc import Iterable
from dataclasses import dataclass

CARD = "CARD"
SBP = "SBP"
SANDBOX_PAY = "SANDBOX_PAY"
"""Sandbox Pay, a method of the sandbox's own: no real QIWI has it."""

SHOWN = (CARD, SBP, SANDBOX_PAY)
"""Methods that the form has a page for. Others may be asked for and are not shown."""

PAYABLE = (CARD, SANDBOX_PAY)
"""Methods that a payer of the sandbox can pay with."""


@dataclass(frozen=True, slots=True)
class SandboxPay:
    """What a payer pays with who chose Sandbox Pay: no card, no 3-D Secure, nothing to type."""


def shown_on_form(connected: Iterable[str], asked: Iterable[str] | None, *, two_step: bool) -> tuple[str, ...]:
    """Return the methods that the form of a bill shows, in their order; never none.

    Rows 1 to 3 are those of the methods table of the document on the form, row 4 is the decision `methods-row-four`:

        row   connected   asked   shown
        1     none        none    card
        2     none        some    card
        3     some        some    those asked for
        4     some        none    card, then those connected

    A two-step bill is paid by card only, whatever is connected or asked for.

    Args:
        connected: Methods that support has connected to the site besides the card.
        asked: `billPaymentMethodsType` of the bill; None or empty asks for nothing.
        two_step: The bill has no `SALE`.
    """
    connected, asked = tuple(connected), tuple(asked or ())
    if not connected or two_step:
        return (CARD,)
    wanted = asked or (CARD, *connected)
    return tuple(dict.fromkeys(method for method in wanted if method in SHOWN)) or (CARD,)
