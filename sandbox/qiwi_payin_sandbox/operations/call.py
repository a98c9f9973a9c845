"""A call of an operation that has been authenticated and validated, and its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.domain.money import Money, MoneyFormatError, minor_units
from qiwi_payin_sandbox.engine import marks
from qiwi_payin_sandbox.engine.engine import Engine
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.http.callers import Caller
from qiwi_payin_sandbox.http.errors import ForbiddenError
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.services import Services
from qiwi_payin_sandbox.sites.directory import Entry
from qiwi_payin_sandbox.sites.site import Site

T = TypeVar("T")

_UNSTORED_FIELDS = frozenset({"cvv2"})
_PAN = "pan"


@dataclass(frozen=True, slots=True)
class Links:
    """Addresses of the payer's pages, below the public URL of the sandbox."""

    public_url: str

    def form(self, invoice_uid: str) -> str:
        """Return the `payUrl` of a bill."""
        return f"{self.public_url}/form?invoiceUid={invoice_uid}"

    @property
    def acs(self) -> str:
        """The `acsUrl` of 3-D Secure."""
        return f"{self.public_url}/acs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call: parameters, the JSON body (an absent one is an empty object) and what it works on.

    Attributes:
        services: The parts of the sandbox.
        caller: Who calls.
        entry: The site that the path names, as it was when the caller's key was looked at.
        parameters: Path parameters.
        query: Parameters of the query, those that the description knows, converted as their schemas say.
        body: The body.
        links: Addresses of the payer's pages.
    """

    services: Services
    caller: Caller
    entry: Entry | None = None
    parameters: Mapping[str, str]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict, repr=False)
    links: Links

    @property
    def engine(self) -> Engine:
        """Runs commands on sites."""
        return self.services.engine

    @property
    def site(self) -> Site:
        """The site that the path names."""
        return self._known.site

    @property
    def _known(self) -> Entry:
        if self.entry is None:
            raise LookupError("the operation names no site")
        return self.entry

    @property
    def ids(self) -> Ids:
        """Makes ids."""
        return self.engine.ids

    def change(self, command: Callable[[Work], T], *, alone: bool = False) -> T:
        """Run a command on the site in one durable transaction, `alone` while nobody else writes anything of the site.

        Raises:
            SiteChangedError: The site is not as it was when the caller was admitted, who may be no longer.
        """
        return self.engine.change(self.site.site_id, command, revision=self._known.revision, alone=alone)

    def look(self, query: Callable[[Work], T], *, in_order: bool = False) -> T:
        """Run a query on the site; `in_order`: whoever reads a log after what they have read of it misses nothing.

        Raises:
            SiteChangedError: The site is not as it was when the caller was admitted, who may be no longer.
        """
        return self.engine.look(self.site.site_id, query, revision=self._known.revision, in_order=in_order)

    def demand_tokens_of(self, site: Site) -> None:
        """Demand that the caller may let a site take the tokens of the others that it names.

        Raises:
            ForbiddenError: The key opens not all of them.
        """
        added = set(site.shares_tokens_with) - set(self._known.site.shares_tokens_with) if self.entry else ()
        if not all(self.caller.may_see(site_id) for site_id in added):
            raise ForbiddenError

    def fingerprint(self) -> str:
        """Return what tells this body from others, made without CVV and whole card number; flags count as a set."""
        compared = _comparable(self.body, self.ids)
        if "flags" in compared:
            compared["flags"] = sorted(set(compared["flags"]))
        return self.ids.fingerprint(wire.canonical(compared))

    def amount(self) -> Money:
        """Return the sum in the body.

        Raises:
            ValidationError: The site does not take the currency.
        """
        amount = self.body["amount"]
        if not self.site.takes(amount["currency"]):
            raise ValidationError({"amount": ["The currency is not enabled for this site"]})
        return Money(minor_units(number_text(amount["value"])), amount["currency"])


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers: a JSON value, or nothing where `body` is None."""

    body: Any = None
    status: int = 200


Operation = Callable[[Call], Answer]


def amount_faults(body: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with the sums in a body, by field; their scale is beyond what a schema can say exactly."""
    faults: dict[str, list[str]] = {}
    for name in ("amount", "settlementAmount"):
        amount = body.get(name)
        value = amount.get("value") if isinstance(amount, dict) else None
        if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
            continue
        try:
            minor_units(number_text(value))
        except MoneyFormatError as error:
            faults[name] = [str(error)]
    return faults


def number_text(value: str | int | Decimal) -> str:
    """Return a number as it was written."""
    return str(value)


def _comparable(value: Any, ids: Ids) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        name: marks.comparable(ids, item) if name == _PAN and isinstance(item, str) else _comparable(item, ids)
        for name, item in value.items()
        if name not in _UNSTORED_FIELDS
    }
