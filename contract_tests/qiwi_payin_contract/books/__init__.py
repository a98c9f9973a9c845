"""The books: what the documents promise, kept beside a server, so that answers that contradict each other are noticed.

Written from the statements alone. It does no I/O: exchanges go in, findings come out.
"""

from datetime import timedelta

import attrs

from qiwi_payin_contract.books.fields import request_fields
from qiwi_payin_contract.books.forecast import Refusal
from qiwi_payin_contract.books.keeper import Books
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Finding, Findings
from qiwi_payin_contract.settings import HOLD_TERM
from qiwi_payin_contract.target import Target

__all__ = ["Bookkeeper", "Books", "Refusal", "attach", "bookkeeper_of"]


@attrs.define(eq=False)
class Bookkeeper:
    """Observes a target: takes each exchange into the books and records what they find.

    Attributes:
        books: the books.
        findings: where findings go.
        valid: whether requests keep the description, until told otherwise.
        unordered: whether requests are under way at once, until told otherwise.
        latest: findings of the newest exchange.
    """

    books: Books
    findings: Findings
    valid: bool = False
    unordered: bool = False
    latest: list[Finding] = attrs.field(factory=list)

    def __call__(self, exchange: Exchange) -> None:
        """Take an exchange of the target."""
        self.latest = self.books.observe(exchange, valid=self.valid, unordered=self.unordered)
        for finding in self.latest:
            self.findings.record(finding)


def attach(target: Target, findings: Findings, *, hold_term: timedelta = HOLD_TERM) -> Bookkeeper:
    """Keep books of all exchanges of a target; what they find goes to ``findings``."""
    keys = {
        site.site_id: {other.key for other in target.sites if other.site_id == site.site_id} for site in target.sites
    }
    steady = not target.able(Ability.CLOCK)
    books = Books(keys, lambda text: target.mark in text, request_fields(), hold_term, steady, findings.checked)
    keeper = Bookkeeper(books, findings)
    target.observers.append(keeper)
    return keeper


def bookkeeper_of(target: Target) -> Bookkeeper:
    """The keeper that was attached to a target.

    Raises:
        LookupError: none was.
    """
    for observer in target.observers:
        if isinstance(observer, Bookkeeper):
            return observer
    raise LookupError("no books are kept of this target")
