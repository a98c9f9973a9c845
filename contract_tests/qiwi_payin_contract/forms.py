"""What the payer's form shows, and rules of it."""

from html.parser import HTMLParser
from typing import Self

import attrs

from qiwi_payin_contract.rules import Basis, Rule

__all__ = [
    "BY_SITE",
    "CARD_ALONE",
    "CARD_WITHOUT_ASKING",
    "LINKED_CARDS",
    "LISTED_METHODS",
    "LIST_IGNORED",
    "SUCCESS_SHOWN",
    "TO_SUCCESS_URL",
    "TWO_STEP_CARD",
    "FormView",
]


@attrs.define(frozen=True)
class FormView:
    """The form of a bill as the payer sees it.

    Attributes:
        methods: payment methods that are offered, such as ``CARD``; empty where nothing can be paid.
        linked_cards: masked numbers of the cards that can be picked instead of typing one.
        result: what the form says of a bill that is settled, ``PAID`` or ``EXPIRED``; None before.
        return_to: where the form leads the payer after success.
    """

    methods: tuple[str, ...] = ()
    linked_cards: tuple[str, ...] = ()
    result: str | None = None
    return_to: str | None = None

    @classmethod
    def of_sandbox(cls, page: str) -> Self:
        """Read the page of this project's sandbox, which says in attributes what it shows."""
        reader = _Page()
        reader.feed(page)
        return cls(tuple(reader.methods), tuple(reader.cards), reader.result, reader.return_to)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.methods: list[str] = []
        self.cards: list[str] = []
        self.result: str | None = None
        self.return_to: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what an element says of itself."""
        told = dict(attrs)
        self.methods += (told.get("data-methods") or "").split()
        if told.get("data-saved-card"):
            self.cards.append(str(told["data-saved-card"]))
        self.result = told.get("data-result") or self.result
        if tag == "a" and "data-return" in told:
            self.return_to = told.get("href")


def _rule(number: int, name: str, sentence: str, statements: str) -> Rule:
    return Rule(f"QP-FORM-{number:03}", name, sentence, Basis.DOCUMENTED, "scenarios", tuple(statements.split()))


CARD_WITHOUT_ASKING = _rule(
    31, "card-without-asking", "The form offers the bank card without being set up for it.", "EN-016 EN-161"
)
CARD_ALONE = _rule(
    32,
    "card-alone",
    "Where no other method was connected, the form offers the bank card alone, in one step and in two.",
    "EN-017 EN-163 EN-166",
)
LIST_IGNORED = _rule(
    33,
    "list-ignored-where-nothing-is-connected",
    "Where no other method was connected, the form ignores billPaymentMethodsType and offers the bank card alone.",
    "EN-017 EN-164 EN-166",
)
LISTED_METHODS = _rule(
    34,
    "listed-methods",
    "Where methods were connected, the form of a one-step bill offers those of billPaymentMethodsType and no others.",
    "EN-165",
)
TWO_STEP_CARD = _rule(35, "two-step-by-card", "A two-step bill can be paid by bank card only.", "EN-096")
BY_SITE = _rule(36, "methods-of-each-site", "Methods that were connected for one site are not on another.", "EN-160")
LINKED_CARDS = _rule(
    37, "linked-cards-listed", "The form lists the cards that are linked to the bill's customer.account.", "EN-186"
)
SUCCESS_SHOWN = _rule(38, "success-shown", "The form of a bill that was paid says so.", "EN-056 EN-135")
TO_SUCCESS_URL = _rule(
    39,
    "to-success-url",
    "After success the form leads to successUrl where one is set up, and nowhere where none is.",
    "EN-035 EN-036 EN-057 EN-106 EN-136",
)
