"""What a request asks of the bank (`domain.bank.outcomes`), on sites in test mode; elsewhere texts are just texts."""

from collections.abc import Callable
from typing import TypeVar

from qiwi_payin_sandbox.domain.bank import Card, Verdict, outcomes
from qiwi_payin_sandbox.domain.bank.outcomes import OutcomeError
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.sites.site import Site

T = TypeVar("T")

_COMMENT = "comment"


def by_bill(site: Site, comment: str | None) -> tuple[Verdict, ...]:
    """Return what the comment of a bill asks for its payments on the form, one after another; the last goes on.

    Raises:
        ValidationError: It asks for no outcome that there is.
    """
    return _asked(_COMMENT, outcomes.in_comment_of_bill, comment) if site.test else ()


def by_payment(site: Site, comment: str | None) -> Verdict | None:
    """Return what the comment of a payment asks for.

    Raises:
        ValidationError: It asks for no outcome that there is.
    """
    return _asked(_COMMENT, outcomes.in_comment, comment) if site.test else None


def by_capture_or_refund(site: Site, comment: str | None) -> Verdict | None:
    """Return what the comment of a capture or refund asks for.

    Raises:
        ValidationError: It asks for no outcome that there is, or for a late one.
    """
    return _asked(_COMMENT, outcomes.in_comment_at_once, comment) if site.test else None


def by_holder_name(site: Site, card: Card) -> Verdict | None:
    """Return what the holder name of a card asks for.

    Raises:
        ValidationError: It asks for no outcome that there is.
    """
    return _asked("holderName", outcomes.in_holder_name, card.holder_name) if site.test else None


def _asked(field: str, read: Callable[[str | None], T], text: str | None) -> T:
    try:
        return read(text)
    except OutcomeError as error:
        raise ValidationError({field: [str(error)]}) from None
