"""The control operations as methods: what a payer, the issuing bank and time itself do in a test."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, Literal, TypedDict, Unpack

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.http.errors import MissingError
from qiwi_payin_sandbox.notifications.sent import SentNotification

Json = dict[str, Any]
ThreeDSAnswer = Literal["confirm", "refuse", "expire"]


class FaultChoice(TypedDict, total=False):
    """What may be chosen with a fault; what a kind needs and takes is told by `docs/sandbox/faults.md`.

    Attributes:
        operation: operationId of the operation that it concerns, or `PAYMENT`, `CAPTURE` or `REFUND` for a
            notification's type; by default all.
        rate: Which share it strikes, 0 to 1; by default 1.
        times: After how many strikes it is used up; by default it strikes until it is removed.
        seed: What it is drawn from; by default the sandbox's seed.
        milliseconds: How long answers take.
        up_to_milliseconds: The longest time, where each takes another.
        after_commit: Whether the operation is carried out before the error is answered; by default not.
        page: Whether the error comes as the page of a gateway rather than with the error body of the API.
        retry_after_seconds: What `Retry-After` says.
        retry_after_date: Whether it says so as an HTTP date.
        seconds: How late notifications are, or how long no later one is waited for, by the site's clock.
    """

    operation: str
    rate: float
    times: int
    seed: int
    milliseconds: int
    up_to_milliseconds: int
    after_commit: bool
    page: bool
    retry_after_seconds: int
    retry_after_date: bool
    seconds: int


class Controls(ABC):
    """Control operations on the sites of a sandbox; each takes the first site where none is named."""

    @abstractmethod
    def _operate(
        self, operation_id: str, site_id: str | None, body: Json, query: Json | None = None, **parameters: str
    ) -> Any:
        """Run a control operation and return what it answers."""

    def pay_bill(
        self,
        bill_id: str,
        *,
        payment_method: Mapping[str, Any] | None = None,
        three_ds: ThreeDSAnswer | Literal["wait"] = "confirm",
        site_id: str | None = None,
    ) -> Json:
        """Pay a bill as the payer would on the form and return the payment as the API answers it.

        Args:
            bill_id: The bill.
            payment_method: `{"type": "CARD", "pan": ..., ...}` or `{"type": "TOKEN", "paymentToken": ...}`; by default
                a test card that the bank approves.
            three_ds: What the payer does on the issuing bank's page; `expire` lets the time for it run out, `wait`
                leaves the payment WAITING.
            site_id: The site; by default the first.

        Raises:
            ApiError: The operation was refused.
        """
        body: Json = {"threeDS": three_ds}
        if payment_method is not None:
            body["paymentMethod"] = dict(payment_method)
        return self._object("sandboxPayBill", site_id, body, billId=bill_id)

    def answer_three_ds(
        self, payment_id: str, answer: ThreeDSAnswer = "confirm", *, site_id: str | None = None
    ) -> Json:
        """Answer 3-D Secure as the payer would: `{"pares": ..., "payment": {...}}`.

        `expire` declines the payment as at the end of the 15 minutes; its `pares` is an answer that comes too late.

        Raises:
            ApiError: The payment does not wait for it.
        """
        return self._object("sandboxAnswerThreeDS", site_id, {"answer": answer}, paymentId=payment_id)

    def get_clock(self, *, site_id: str | None = None) -> Json:
        """Return `{"now": ..., "frozen": ...}`."""
        return self._object("sandboxGetClock", site_id, {})

    def set_clock(self, *, now: str | None = None, frozen: bool | None = None, site_id: str | None = None) -> Json:
        """Set the clock to a later time, freeze it or let it run.

        Raises:
            ApiError: The time is earlier than what the clock shows.
        """
        change = {"now": now, "frozen": frozen}
        return self._object(
            "sandboxSetClock", site_id, {name: value for name, value in change.items() if value is not None}
        )

    def advance(self, seconds: int, *, site_id: str | None = None) -> Json:
        """Move the clock forward; what becomes due happens in due order, listed under `fired`, before this returns.

        Raises:
            ApiError: `seconds` is negative.
        """
        return self._object("sandboxAdvanceClock", site_id, {"seconds": seconds})

    def advance_to_next(self, *, site_id: str | None = None) -> Json:
        """Move the clock to the next moment at which something is due, and answer as `advance` does.

        Where nothing is due the clock stays, and `fired` is empty.
        """
        return self._object("sandboxAdvanceClockToNext", site_id, {})

    def next_due(self, *, site_id: str | None = None) -> str | None:
        """Return the next moment at which something is due, None where nothing is."""
        due_at: str | None = self.get_clock(site_id=site_id).get("nextDueAt")
        return due_at

    def events(self, *, after: int = 0, limit: int | None = None, site_id: str | None = None) -> list[Json]:
        """Return what happened on a site, oldest first.

        Args:
            after: Only events after this sequence.
            limit: At most so many, 1 to 1000; None: all.
            site_id: The site; by default the first.
        """
        listed: list[Json] = self._operate("sandboxListEvents", site_id, {}, _chosen(after=after, limit=limit))
        return listed

    def notifications(
        self,
        *,
        after: int = 0,
        limit: int | None = None,
        state: str | None = None,
        type: str | None = None,  # noqa: A002 - the parameter's name
        site_id: str | None = None,
    ) -> list[Json]:
        """Return a site's notifications and the attempts to deliver them, oldest first.

        Args:
            after: Only notifications after this sequence.
            limit: At most so many, 1 to 1000; None: all.
            state: Only those `pending`, `delivered`, `withheld`, `collected` or `failed`.
            type: Only those of the type `PAYMENT`, `CAPTURE` or `REFUND`.
            site_id: The site; by default the first.
        """
        chosen = _chosen(after=after, limit=limit, state=state, type=type)
        listed: list[Json] = self._operate("sandboxListNotifications", site_id, {}, chosen)
        return listed

    def notification(self, notification_id: str, *, site_id: str | None = None) -> Json:
        """Return a notification with the requests and answers of all attempts to deliver it.

        Raises:
            ApiError: The site has no such notification.
        """
        return self._object("sandboxGetNotification", site_id, {}, notificationId=notification_id)

    def resend(self, notification_id: str, *, site_id: str | None = None) -> Json:
        """Make one more attempt to deliver a notification, at once, and return it.

        Raises:
            ApiError: The site has no such notification.
        """
        return self._object("sandboxResendNotification", site_id, {}, notificationId=notification_id)

    def sent(
        self,
        type: str | None = None,  # noqa: A002 - the field's name
        *,
        site_id: str | None = None,
    ) -> list[SentNotification]:
        """Return what a site has told or would tell its partner, oldest first, as the partner's server gets it.

        This is for tests that hand a notification to their own code; no server is needed. What became of the delivery
        does not matter.

        Args:
            type: Only `PAYMENT`, `CAPTURE` or `REFUND`.
            site_id: The site; by default the first.
        """
        return [SentNotification.of(item) for item in self.notifications(type=type, site_id=site_id)]

    def last_notification(
        self,
        type: str | None = None,  # noqa: A002 - the field's name
        *,
        site_id: str | None = None,
    ) -> SentNotification:
        """Return the latest of `sent`.

        Raises:
            LookupError: There is none.
        """
        sent = self.sent(type, site_id=site_id)
        if not sent:
            raise LookupError("there is no notification" + (f" of the type {type}" if type else ""))
        return sent[-1]

    def requests(self, *, after: int = 0, limit: int = 100, site_id: str | None = None) -> list[Json]:
        """Return the latest requests about a site that came over HTTP or a transport, oldest first, secrets masked.

        Args:
            after: Only those after this `sequence`.
            limit: How many at most.
            site_id: The site; by default the first.
        """
        listed: list[Json] = self._operate("sandboxListRequests", site_id, {}, {"after": after, "limit": limit})
        return listed

    def inject(self, kind: str, *, site_id: str | None = None, **chosen: Unpack[FaultChoice]) -> Json:
        """Ask for a fault, and return it as it stands: `{"faultId": ..., "fired": 0, ...}`.

        Args:
            kind: What goes wrong, such as `lost_answer`.
            site_id: The site; by default the first.
            chosen: Where and how.

        Raises:
            ApiError: There is no such fault, or what was chosen does not fit it.
        """
        order: Json = {"kind": kind, **{wire.camel_case(name): value for name, value in chosen.items()}}
        return self._object("sandboxAddFault", site_id, order)

    @contextmanager
    def fault(self, kind: str, *, site_id: str | None = None, **chosen: Unpack[FaultChoice]) -> Iterator[Json]:
        """Ask for a fault, as `inject` does, and remove it at the end of the `with` block."""
        fault = self.inject(kind, site_id=site_id, **chosen)
        try:
            yield fault
        finally:
            with suppress(MissingError):
                self.remove_fault(fault["faultId"], site_id=site_id)

    def faults(self, *, site_id: str | None = None) -> list[Json]:
        """Return the faults of a site and how often they have struck, in the order in which they were asked for."""
        listed: list[Json] = self._operate("sandboxListFaults", site_id, {})
        return listed

    def remove_fault(self, fault_id: str, *, site_id: str | None = None) -> None:
        """Remove a fault; notifications that it holds back are due at once.

        Raises:
            ApiError: There is no such fault.
        """
        self._operate("sandboxRemoveFault", site_id, {}, None, faultId=fault_id)

    def remove_faults(self, *, site_id: str | None = None) -> None:
        """Remove all faults of a site; notifications that they hold back are due at once."""
        self._operate("sandboxRemoveFaults", site_id, {})

    def delete_site(self, site_id: str) -> None:
        """Remove a site and all that it has.

        Raises:
            ApiError: It is the only one.
        """
        self._operate("sandboxDeleteSite", site_id, {})

    def issue_key(self, label: str | None = None, *, site_id: str | None = None) -> Json:
        """Make a further API access key of a site: `{"keyId": ..., "key": ..., ...}`. It is shown this once."""
        return self._object("sandboxIssueKey", site_id, {} if label is None else {"label": label})

    def keys(self, *, site_id: str | None = None) -> list[Json]:
        """Return the API access keys of a site, oldest first, revoked ones too; the keys themselves are not shown."""
        listed: list[Json] = self._operate("sandboxListKeys", site_id, {})
        return listed

    def revoke_key(self, key_id: str, *, site_id: str | None = None) -> None:
        """Let an API access key open nothing any more.

        Raises:
            ApiError: The site has no such key.
        """
        self._operate("sandboxRevokeKey", site_id, {}, keyId=key_id)

    def reset(self, *, site_id: str | None = None) -> None:
        """Clear away all that has happened on a site; settings and keys stay, the clock is that of a new site."""
        self._operate("sandboxResetSite", site_id, {})

    def snapshot(self, *, site_id: str | None = None) -> Json:
        """Return everything of a site but its keys. It can be written as JSON; payment tokens are in it."""
        return self._object("sandboxGetState", site_id, {})

    def restore(self, snapshot: Json, *, site_id: str | None = None) -> Json:
        """Make a site what it was when a snapshot was taken; its keys stay as they are.

        Returns:
            `repeatsAreCompared` is false where the snapshot is from a sandbox with another secret: a request that was
            sent before it cannot be repeated.

        Raises:
            ApiError: The snapshot is broken, or of another site or version. Nothing has changed.
        """
        return self._object("sandboxPutState", site_id, snapshot)

    def _object(self, operation_id: str, site_id: str | None, body: Json, **parameters: str) -> Json:
        answered: Json = self._operate(operation_id, site_id, body, None, **parameters)
        return answered


def _chosen(**query: Any) -> Json:
    return {name: value for name, value in query.items() if value is not None}
