"""What was done through a driver, kept in order with the requests, so that a story can be told and played again."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

import attrs

from qiwi_payin_contract.drivers import Ability, Driver, SentNotification, ThreeDSResult
from qiwi_payin_contract.forms import FormView
from qiwi_payin_contract.sites import Site

__all__ = ["Act", "Journal"]


@attrs.define(frozen=True)
class Act:
    """One call of a driver that changed something.

    Attributes:
        number: its place among all exchanges and acts of a run.
        name: method of the driver.
        site_id: the site that it was about.
        arguments: its other arguments, JSON values.
        result: what came back, a JSON value.
    """

    number: int
    name: str
    site_id: str
    arguments: Mapping[str, Any]
    result: Any = attrs.field(default=None, repr=False)


class Journal:
    """A driver that writes down what another does."""

    def __init__(self, driver: Driver, numbers: Iterator[int]) -> None:
        self.driver = driver
        self.acts: list[Act] = []
        self._numbers = numbers

    @property
    def abilities(self) -> frozenset[Ability]:
        """What the driver can do."""
        return self.driver.abilities

    @property
    def own_sandbox(self) -> bool:
        """Whether the server is this project's sandbox."""
        return self.driver.own_sandbox

    def between(self, first: int, last: int) -> Iterator[Act]:
        """Acts between two places of the run."""
        return (act for act in self.acts if first <= act.number <= last)

    def pay_bill(
        self,
        site: Site,
        bill_id: str,
        *,
        payment_method: Mapping[str, Any] | None = None,
        three_ds: Literal["confirm", "refuse", "wait"] = "confirm",
    ) -> Mapping[str, Any]:
        """Pay a bill, and write it down."""
        number = next(self._numbers)
        paid = self.driver.pay_bill(site, bill_id, payment_method=payment_method, three_ds=three_ds)
        arguments = {"bill_id": bill_id, "payment_method": payment_method, "three_ds": three_ds}
        self.acts.append(Act(number, "pay_bill", site.site_id, arguments, paid))
        return paid

    def answer_three_ds(self, site: Site, payment_id: str, answer: Literal["confirm", "refuse"]) -> ThreeDSResult:
        """Answer 3-D Secure, and write it down."""
        number = next(self._numbers)
        result = self.driver.answer_three_ds(site, payment_id, answer)
        arguments = {"payment_id": payment_id, "answer": answer}
        self.acts.append(Act(number, "answer_three_ds", site.site_id, arguments, {"pares": result.pares}))
        return result

    def now(self, site: Site) -> datetime:
        """Read the server's clock."""
        return self.driver.now(site)

    def set_clock(self, site: Site, *, now: datetime | None = None, frozen: bool | None = None) -> datetime:
        """Set the clock, and write it down."""
        number = next(self._numbers)
        shown = self.driver.set_clock(site, now=now, frozen=frozen)
        told = {"now": None if now is None else now.isoformat(), "frozen": frozen}
        self.acts.append(Act(number, "set_clock", site.site_id, told))
        return shown

    def advance(self, site: Site, seconds: int) -> datetime:
        """Move the clock, and write it down."""
        number = next(self._numbers)
        shown = self.driver.advance(site, seconds)
        self.acts.append(Act(number, "advance", site.site_id, {"seconds": seconds}))
        return shown

    def notifications(self, site: Site) -> Sequence[SentNotification]:
        """List what the server sent."""
        return self.driver.notifications(site)

    def form(self, site: Site, pay_url: str) -> FormView:
        """See the form of a bill."""
        return self.driver.form(site, pay_url)

    def set_up(self, site: Site, *, form_methods: Sequence[str] = (), success_url: str | None = None) -> None:
        """Set up a site, and write it down."""
        number = next(self._numbers)
        self.driver.set_up(site, form_methods=form_methods, success_url=success_url)
        told = {"form_methods": list(form_methods), "success_url": success_url}
        self.acts.append(Act(number, "set_up", site.site_id, told))

    def close(self) -> None:
        """Close the driver."""
        self.driver.close()

    def __str__(self) -> str:
        return type(self.driver).__name__
