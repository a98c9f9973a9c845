"""Drivers do what the API itself cannot: be the payer, move the clock, look at notifications.

``SandboxDriver`` speaks to the control operations of this project's sandbox; ``NoDriver`` can do nothing. A class of
the user's, named as ``module:Class`` and made with the base URL, does for another server what it says in ``abilities``.
"""

import importlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal, Protocol, runtime_checkable
from urllib.parse import quote, urlsplit

import attrs
import httpx

from qiwi_payin_contract.exits import CannotRunError
from qiwi_payin_contract.forms import FormView
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.wire import Wire

__all__ = [
    "Ability",
    "Driver",
    "DriverError",
    "NoDriver",
    "SandboxDriver",
    "SentNotification",
    "ThreeDSResult",
    "find_driver",
]


class DriverError(CannotRunError, RuntimeError):
    """A driver could not do what it says it can, or the driver asked for cannot be had."""


class Ability(StrEnum):
    """What a driver can do."""

    PAY = "pay"
    THREE_DS = "three-ds"
    CLOCK = "clock"
    NOTIFICATIONS = "notifications"
    FORM = "form"
    SITE = "site"


@attrs.define(frozen=True)
class ThreeDSResult:
    """What the payer's browser brings back from the issuing bank.

    Attributes:
        pares: value for the complete operation.
        payment: the payment as it stands.
    """

    pares: str = attrs.field(repr=False)
    payment: Mapping[str, Any]


@attrs.define(frozen=True)
class SentNotification:
    """A notification as the server sends it.

    Attributes:
        type: ``PAYMENT``, ``CAPTURE`` or ``REFUND``.
        object_id: id of the payment, capture or refund.
        body: exact text of the body.
        signature: value of the header ``Signature``.
        state: where its delivery stands, in the server's own word.
    """

    type: str
    object_id: str
    body: str = attrs.field(repr=False)
    signature: str
    state: str | None = None


@runtime_checkable
class Driver(Protocol):
    """Acts for the payer, the bank and time. Methods outside ``abilities`` are never called."""

    @property
    def abilities(self) -> frozenset[Ability]:
        """What this driver can do."""

    @property
    def own_sandbox(self) -> bool:
        """Whether the server is this project's sandbox, which keeps our decisions as well."""

    def pay_bill(
        self,
        site: Site,
        bill_id: str,
        *,
        payment_method: Mapping[str, Any] | None = None,
        three_ds: Literal["confirm", "refuse", "wait"] = "confirm",
    ) -> Mapping[str, Any]:
        """Pay a bill as the payer would on the form, by a good test card unless told otherwise; answers the payment.

        ``wait`` stops before 3-D Secure is answered, and leaves the payment ``WAITING``.
        """

    def answer_three_ds(self, site: Site, payment_id: str, answer: Literal["confirm", "refuse"]) -> ThreeDSResult:
        """Answer the issuing bank's page as the payer would."""

    def now(self, site: Site) -> datetime:
        """Read the server's clock."""

    def set_clock(self, site: Site, *, now: datetime | None = None, frozen: bool | None = None) -> datetime:
        """Set the server's clock forward, freeze or release it; answers what it shows then."""

    def advance(self, site: Site, seconds: int) -> datetime:
        """Move the server's clock forward; everything that becomes due has happened when this returns."""

    def notifications(self, site: Site) -> Sequence[SentNotification]:
        """List the notifications of a site, oldest first."""

    def form(self, site: Site, pay_url: str) -> FormView:
        """See the form of a bill as the payer does who was sent to its ``payUrl``."""

    def set_up(self, site: Site, *, form_methods: Sequence[str] = (), success_url: str | None = None) -> None:
        """Do as support does for a partner: connect these methods to the form and no others, and set ``successUrl``."""

    def close(self) -> None:
        """Give back what the driver holds; nothing is asked of it afterwards."""


class NoDriver:
    """Can do nothing: what needs a payer or a clock is not run, and reported so."""

    abilities: frozenset[Ability] = frozenset()
    own_sandbox = False

    def pay_bill(self, *_: Any, **__: Any) -> Mapping[str, Any]:
        """Not possible."""
        raise DriverError("no driver can pay a bill on this server")

    def answer_three_ds(self, *_: Any) -> ThreeDSResult:
        """Not possible."""
        raise DriverError("no driver can answer 3-D Secure on this server")

    def now(self, _: Site) -> datetime:
        """Not possible."""
        raise DriverError("no driver can read this server's clock")

    def set_clock(self, *_: Any, **__: Any) -> datetime:
        """Not possible."""
        raise DriverError("no driver can set this server's clock")

    def advance(self, *_: Any) -> datetime:
        """Not possible."""
        raise DriverError("no driver can move this server's clock")

    def notifications(self, _: Site) -> Sequence[SentNotification]:
        """Not possible."""
        raise DriverError("no driver can see this server's notifications")

    def form(self, *_: Any) -> FormView:
        """Not possible."""
        raise DriverError("no driver can read this server's form")

    def set_up(self, *_: Any, **__: Any) -> None:
        """Not possible."""
        raise DriverError("no driver can set up this server's sites")

    def close(self) -> None:
        """Nothing is held."""


class SandboxDriver:
    """Drives this project's sandbox by its control operations at the origin of the base URL.

    Raises:
        DriverError: (every method) the sandbox refused, or could not be reached.
    """

    abilities = frozenset(Ability)
    own_sandbox = True

    def __init__(self, base_url: str, *, timeout: float = 30.0, wire: Wire | None = None) -> None:
        parts = urlsplit(base_url)
        origin = f"{parts.scheme}://{parts.netloc}"
        self._client = (wire or Wire()).client(timeout=timeout, counted=False, base_url=origin)

    def pay_bill(
        self,
        site: Site,
        bill_id: str,
        *,
        payment_method: Mapping[str, Any] | None = None,
        three_ds: Literal["confirm", "refuse", "wait"] = "confirm",
    ) -> Mapping[str, Any]:
        """Pay a bill by ``sandboxPayBill``."""
        body: dict[str, Any] = {"threeDS": three_ds}
        if payment_method is not None:
            body["paymentMethod"] = payment_method
        paid: Mapping[str, Any] = self._call("POST", site, f"bills/{quote(bill_id, safe='')}/pay", body)
        return paid

    def answer_three_ds(self, site: Site, payment_id: str, answer: Literal["confirm", "refuse"]) -> ThreeDSResult:
        """Answer by ``sandboxAnswerThreeDS``."""
        result = self._call("POST", site, f"payments/{quote(payment_id, safe='')}/3ds", {"answer": answer})
        return ThreeDSResult(result["pares"], result["payment"])

    def now(self, site: Site) -> datetime:
        """Read by ``sandboxGetClock``."""
        return datetime.fromisoformat(self._call("GET", site, "clock")["now"])

    def set_clock(self, site: Site, *, now: datetime | None = None, frozen: bool | None = None) -> datetime:
        """Set by ``sandboxSetClock``."""
        body: dict[str, Any] = {}
        if now is not None:
            body["now"] = now.isoformat()
        if frozen is not None:
            body["frozen"] = frozen
        return datetime.fromisoformat(self._call("PUT", site, "clock", body)["now"])

    def advance(self, site: Site, seconds: int) -> datetime:
        """Move by ``sandboxAdvanceClock``."""
        return datetime.fromisoformat(self._call("POST", site, "clock/advance", {"seconds": seconds})["now"])

    def notifications(self, site: Site) -> Sequence[SentNotification]:
        """List by ``sandboxListNotifications``."""
        return [
            SentNotification(item["type"], item["objectId"], item["body"], item["signature"], item.get("state"))
            for item in self._call("GET", site, "notifications")
        ]

    def form(self, site: Site, pay_url: str) -> FormView:  # noqa: ARG002 - the payer has no key
        """Read the page at ``payUrl`` where it is one of this sandbox."""
        parts = urlsplit(pay_url)
        try:
            page = self._client.get(f"{parts.path}?{parts.query}", headers={"Accept": "text/html"})
        except httpx.HTTPError as error:
            raise DriverError(f"the form cannot be read: {error}") from error
        if not page.is_success:
            raise DriverError(f"the form is answered {page.status_code}")
        return FormView.of_sandbox(page.text)

    def set_up(self, site: Site, *, form_methods: Sequence[str] = (), success_url: str | None = None) -> None:
        """Change the site by ``sandboxChangeSite``."""
        self._call("PATCH", site, "", {"formMethods": list(form_methods), "successUrl": success_url})

    def close(self) -> None:
        """Close connections."""
        self._client.close()

    def _call(self, method: str, site: Site, rest: str, body: Mapping[str, Any] | None = None) -> Any:
        path = f"/sandbox/sites/{quote(site.site_id, safe='')}/{rest}".rstrip("/")
        headers = {"Authorization": f"Bearer {site.key}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            answer = self._client.request(
                method, path, headers=headers, content=None if body is None else dumps(body).encode()
            )
        except httpx.HTTPError as error:
            raise DriverError(f"{method} {path}: {error}") from error
        if not answer.is_success:
            raise DriverError(f"{method} {path} was answered {answer.status_code}: {answer.text[:300]}")
        return loads(answer.content)

    def __repr__(self) -> str:
        return f"SandboxDriver({str(self._client.base_url)!r})"


def find_driver(name: str, base_url: str, wire: Wire | None = None) -> Driver:
    """Make the driver that ``--driver`` names: ``none``, ``auto``, or ``module:Class``.

    ``auto`` takes ``SandboxDriver`` where the server tells at ``/sandbox`` that it is this project's sandbox. It goes
    the way of ``wire``; a driver of the user's own makes its own connections.

    Raises:
        DriverError: ``module:Class`` cannot be imported or made, or is no driver.
    """
    if name == "none":
        return NoDriver()
    if name == "auto":
        return SandboxDriver(base_url, wire=wire) if _is_sandbox(base_url, wire or Wire()) else NoDriver()
    module, colon, attribute = name.partition(":")
    if not colon:
        raise DriverError(f"a driver is auto, none or module:Class, not {name!r}")
    try:
        made = getattr(importlib.import_module(module), attribute)(base_url)
    except Exception as error:
        raise DriverError(f"the driver {name} cannot be made: {error}") from error
    if not isinstance(made, Driver):
        raise DriverError(f"{name} is no driver: it lacks methods of qiwi_payin_contract.drivers.Driver")
    return made


def _is_sandbox(base_url: str, wire: Wire) -> bool:
    parts = urlsplit(base_url)
    try:
        with wire.client(timeout=10, counted=False) as client:
            answer = client.get(f"{parts.scheme}://{parts.netloc}/sandbox")
        told = loads(answer.content) if answer.is_success else None
    except (httpx.HTTPError, ValueError):
        return False
    return isinstance(told, dict) and told.get("name") == "qiwi-payin sandbox"
