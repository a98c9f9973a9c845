"""Invoices that come without the API: by a link or the popup, from whoever knows a site's public key.

InvoiceError (Exception)
├── InvoiceRejected
└── AmountNeeded
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from qiwi_payin_sandbox import times, wire
from qiwi_payin_sandbox.domain import bills
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.domain.money import Money, minor_units
from qiwi_payin_sandbox.engine.engine import Engine
from qiwi_payin_sandbox.engine.issuance import described
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.http.errors import FieldsError
from qiwi_payin_sandbox.sites.site import Site

Json = dict[str, Any]

LIFE = timedelta(days=45)
"""How long an invoice can be paid that says nothing of it."""

_CREATION = {"invoice_creation_type": "PUBLIC_KEY"}
_PLACEHOLDER = "1.00"


def is_vouched_for(bill: Bill) -> bool:
    """Whether the partner says who pays a bill: of an invoice of a public key whoever asks for it says so."""
    return not _CREATION.items() <= (bill.custom_fields or {}).items()


class InvoiceError(Exception):
    """There is no invoice."""


class InvoiceRejected(InvoiceError):  # noqa: N818 - names the fact
    """Something asked for breaks a rule: `fields` maps a parameter to a rule's name, or to its text in English."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(", ".join(fields))
        self.fields = dict(fields)


class AmountNeeded(InvoiceError):  # noqa: N818
    """The payer has to say how much to pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceOrder:
    """What an invoice is asked for with.

    Attributes:
        public_key: The site's.
        bill_id: The partner's id of it; None makes another invoice each time.
        amount: The sum with two decimals; None leaves it to the payer.
        currency: ISO 4217 code.
        comment: What is paid for.
        phone: The payer's.
        email: The payer's.
        account: The payer's account in the partner's system.
        custom_fields: Free fields.
        expires_at: The end of its term.
    """

    public_key: str
    bill_id: str | None = None
    amount: str | None = None
    currency: str = "RUB"
    comment: str | None = None
    phone: str | None = None
    email: str | None = None
    account: str | None = None
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    expires_at: datetime | None = None

    def body(self) -> Json:
        """Return the body of the request that would make this invoice over the API, all but the sum and the term."""
        customer = {"account": self.account, "email": self.email, "phone": self.phone}
        given: Json = {
            "comment": self.comment,
            "customer": {name: text for name, text in customer.items() if text} or None,
            "customFields": {**self.custom_fields, **_CREATION},
        }
        return {name: value for name, value in given.items() if value}


class OpenedInvoice(NamedTuple):
    """The invoice that an order led to."""

    bill_id: str
    invoice_uid: str


class InvoiceDesk:
    """Makes invoices in two steps, as the documents have it for those of a public key.

    Args:
        engine: Runs commands on sites.
        check: Checks a `billId` and a body as the operation that creates invoices does; raises `FieldsError`.
    """

    def __init__(self, engine: Engine, check: Callable[[str, Json], None]) -> None:
        self._engine = engine
        self._check = check

    def site(self, public_key: str) -> Site:
        """Return the site of a public key.

        Raises:
            InvoiceRejected: There is none (rule `unknown`).
        """
        site = self._engine.sites.of_public_key(public_key)
        if site is None:
            raise InvoiceRejected({"publicKey": "unknown"})
        return site

    def open(self, order: InvoiceOrder) -> OpenedInvoice:
        """Return the invoice, made now or by an earlier order of the same `bill_id`.

        Raises:
            InvoiceRejected: A parameter breaks its rule, or the id belongs to another invoice (rule `taken`).
            AmountNeeded: It is a new one, and nobody said how much to pay.
        """
        site = self.site(order.public_key)
        if not site.takes(order.currency):
            raise InvoiceRejected({"currency": "not_enabled"})
        self._check_order(order)

        def command(work: Work) -> OpenedInvoice:
            return _opened(work, order)

        try:
            return self._engine.change(site.site_id, command)
        except ValidationError as error:
            raise _rejected(error.cause) from None

    def _check_order(self, order: InvoiceOrder) -> None:
        amount = {"value": order.amount or _PLACEHOLDER, "currency": order.currency}
        term = times.in_seconds(order.expires_at or times.EPOCH)
        try:
            self._check(
                "1" if order.bill_id is None else order.bill_id,
                {**order.body(), "amount": amount, "expirationDateTime": term},
            )
        except FieldsError as error:
            raise _rejected(error.cause) from None


def _rejected(cause: Mapping[str, list[str]]) -> InvoiceRejected:
    """Name parameters as links do: `customer.email` is `email`."""
    return InvoiceRejected({name.rpartition(".")[2]: "; ".join(rules) for name, rules in cause.items()})


def _opened(work: Work, order: InvoiceOrder) -> OpenedInvoice:
    fingerprint = work.ids.fingerprint(wire.canonical({**order.body(), "currency": order.currency}))
    found = work.find_bill(order.bill_id) if order.bill_id is not None else None
    if found is not None:
        bill, made_by = found
        if made_by != fingerprint or order.amount not in {None, bill.amount.text}:
            raise InvoiceRejected({"billId": "taken"})
        return OpenedInvoice(bill.bill_id, bill.invoice_uid)
    if order.amount is None:
        raise AmountNeeded
    expires_at = order.expires_at or work.now + LIFE
    bill = described(
        work,
        _free_id(work) if order.bill_id is None else order.bill_id,
        {**order.body(), "expirationDateTime": times.in_seconds(expires_at)},
        Money(minor_units(order.amount), order.currency),
        expires_at,
    )
    work.store(bills.create(bill, work.now), "bill", fingerprint)
    return OpenedInvoice(bill.bill_id, bill.invoice_uid)


def _free_id(work: Work) -> str:
    """Return the id of the next invoice without an id of the partner's: numbered, so that it follows from the seed."""

    def name(number: int) -> str:
        return work.ids.uuid("invoice of a public key", work.site.site_id, str(number))

    past = 1
    while work.find_bill(name(past)) is not None:
        past *= 2
    last = past // 2
    while past - last > 1:
        middle = (past + last) // 2
        if work.find_bill(name(middle)) is None:
            past = middle
        else:
            last = middle
    return name(past)
