"""The pages of one site."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from qiwi_payin_sandbox import masking, times
from qiwi_payin_sandbox.domain.ledger import PAYER, SITE, held
from qiwi_payin_sandbox.operations.control.requests import of_exchange
from qiwi_payin_sandbox.web.request import PageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qiwi_payin_sandbox.dashboard.control import Control, Json
    from qiwi_payin_sandbox.engine.work import Work

_A_PAGE = 50
_A_FEW = 8
_SEARCHABLE = 200

Rows = list[Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page to be rendered: its template and what it shows."""

    template: str
    values: Json


class SitePages:
    """What the pages of one site show.

    Args:
        control: The sandbox.
    """

    def __init__(self, control: Control) -> None:
        self._control = control

    def overview(self, site_id: str) -> Page:
        """Show how the site stands, and what is newest on it."""

        def query(work: Work) -> Json:
            unit = work.unit
            return {
                "bills": unit.list_bills(None, _A_FEW),
                "payments": unit.list_payments(None, _A_FEW),
                "notifications": unit.list_notifications(None, _A_FEW),
                "events": unit.list_events(None, 2 * _A_FEW),
            }

        control = self._control
        return Page(
            "overview.html",
            {
                **control.look(site_id, query),
                "requests": control.services.request_log.before(site_id, None, _A_FEW),
                "faults": self._faults(site_id),
                "next_due": control.services.timekeeper.next_due(site_id),
                "kinds": control.fault_kinds,
                "struck": control.struck_operations,
            },
        )

    def bills(self, site_id: str, before: int | None) -> Page:
        """List bills."""
        return self._list("bills.html", site_id, before, lambda work, limit: work.unit.list_bills(before, limit))

    def payments(self, site_id: str, before: int | None) -> Page:
        """List payments."""
        return self._list("payments.html", site_id, before, lambda work, limit: work.unit.list_payments(before, limit))

    def captures(self, site_id: str, before: int | None) -> Page:
        """List captures."""
        return self._list("captures.html", site_id, before, lambda work, limit: work.unit.list_captures(before, limit))

    def refunds(self, site_id: str, before: int | None) -> Page:
        """List refunds and reversals."""
        return self._list("refunds.html", site_id, before, lambda work, limit: work.unit.list_refunds(before, limit))

    def tokens(self, site_id: str, before: int | None) -> Page:
        """List payment tokens, masked."""

        def listed(work: Work, limit: int) -> Rows:
            return [
                {
                    "sequence": row.sequence,
                    "name": masking.tail(json.loads(row.token)),
                    "account": json.loads(row.account),
                    "masked_pan": row.masked_pan,
                    "created_at": row.created_at,
                    "deleted_at": row.deleted_at,
                }
                for row in work.unit.list_tokens(before, limit)
            ]

        return self._list("tokens.html", site_id, before, listed)

    def notifications(self, site_id: str, before: int | None) -> Page:
        """List notifications."""
        return self._list(
            "notifications.html", site_id, before, lambda work, limit: work.unit.list_notifications(before, limit)
        )

    def events(self, site_id: str, before: int | None) -> Page:
        """List what happened."""
        return self._list("events.html", site_id, before, lambda work, limit: work.unit.list_events(before, limit))

    def requests(self, site_id: str, before: int | None) -> Page:
        """List the latest requests."""
        listed = self._control.services.request_log.before(site_id, before, _A_PAGE + 1)
        return Page("requests.html", _paged(listed))

    def request(self, site_id: str, sequence: str) -> Page:
        """Show one request and its answer."""
        log = self._control.services.request_log
        found = log.find(site_id, int(sequence)) if sequence.isdecimal() else None
        if found is None:
            raise PageError(HTTPStatus.NOT_FOUND, f"the request {sequence[:20]} is not, or no longer, in the log")
        return Page("request.html", {"exchange": found, "shown": of_exchange(found)})

    def bill(self, site_id: str, bill_id: str, public_url: str) -> Page:
        """Show a bill and its payments."""
        control = self._control
        bill = control.shown("billsGet", site_id, billId=bill_id, public_url=public_url)
        payments = control.shown("billsListPayments", site_id, billId=bill_id, public_url=public_url)
        return Page("bill.html", {"bill": bill, "payments": payments})

    def payment(self, site_id: str, payment_id: str, public_url: str) -> Page:
        """Show a payment, where its money is and all that happened to it."""
        control = self._control
        payment = control.shown("paymentsGet", site_id, paymentId=payment_id, public_url=public_url)
        refunds = control.shown("refundsList", site_id, paymentId=payment_id)

        def query(work: Work) -> Json:
            stored, unit = work.payment(payment_id), work.unit
            captures = unit.captures_of_payment(payment_id)
            ids = [payment_id, *(row.capture_id for row in captures), *(each["refundId"] for each in refunds)]
            told = [
                work.ids.uuid("notification", site_id, kind, payment_id, object_id)
                for kind in ("PAYMENT", "CAPTURE", "REFUND")
                for object_id in ids
            ]
            notifications = [found for found in map(unit.notification, told) if found is not None]
            return {
                "stored": stored,
                "captures": captures,
                "postings": unit.postings_of_payment(payment_id),
                "events": unit.events_of_payment(payment_id),
                "notifications": notifications,
                "attempts": unit.attempts_of(notifications),
                "due_in": stored.due_at - work.now if stored.due_at is not None else None,
            }

        found = control.look(site_id, query)
        return Page(
            "payment.html",
            {
                **found,
                "payment": payment,
                "refunds": refunds,
                "ledger": _ledger(payment_id, found["postings"]),
                "timeline": _timeline(found["events"], found["notifications"], found["attempts"]),
            },
        )

    def notification(self, site_id: str, notification_id: str) -> Page:
        """Show a notification and the attempts to deliver it."""
        told = self._control.operate("sandboxGetNotification", site_id, notificationId=notification_id)
        schema = {"PAYMENT": "PaymentNotification", "CAPTURE": "CaptureNotification", "REFUND": "RefundNotification"}
        body = self._control.masks.of_schema(schema[told["type"]]).masked(masking.read(told["body"].encode()))
        about = body.get(told["type"].lower(), {})
        return Page("notification.html", {"told": told, "body": body, "about": about})

    def search(self, site_id: str, wanted: str) -> str | None:
        """Return the page, below the site's, of what has this id; None where nothing has."""
        wanted = wanted.strip()
        if not 0 < len(wanted) <= _SEARCHABLE:
            return None

        def query(work: Work) -> tuple[str, str] | None:
            unit = work.unit
            if unit.bill(wanted) is not None:
                return "bills", wanted
            if unit.payment(wanted) is not None:
                return "payments", wanted
            if unit.notification(wanted) is not None:
                return "notifications", wanted
            if (bill_id := unit.bill_of_invoice(wanted)) is not None:
                return "bills", bill_id
            if (payment_id := unit.payment_with(wanted)) is not None:
                return "payments", payment_id
            return None

        found = self._control.look(site_id, query)
        if found is None:
            exchange = self._control.services.request_log.traced(site_id, wanted)
            found = None if exchange is None else ("requests", str(exchange.sequence))
        return None if found is None else f"{found[0]}/{quote(found[1], safe='')}"

    def _faults(self, site_id: str) -> Rows:
        listed: Rows = self._control.operate("sandboxListFaults", site_id)
        return [fault for fault in listed if fault["active"]]

    def _list(self, template: str, site_id: str, before: int | None, listed: Callable[[Work, int], Rows]) -> Page:
        rows = self._control.look(site_id, lambda work: listed(work, _A_PAGE + 1))
        return Page(template, {**_paged(rows), "before": before})


def _paged(rows: Rows) -> Json:
    """Return a page of the rows, one more of which was asked for than is shown, and where the next page begins."""
    shown = rows[:_A_PAGE]
    last = shown[-1] if len(rows) > _A_PAGE else None
    sequence = None if last is None else last["sequence"] if isinstance(last, dict) else last.sequence
    return {"rows": shown, "older": sequence}


def _ledger(payment_id: str, postings: Rows) -> Json:
    """Return a payment's entries with what they leave on each account; all accounts together always have nothing."""
    accounts = {PAYER: 0, held(payment_id): 0, SITE: 0}
    lines = []
    for row in postings:
        accounts[row.source] -= row.amount
        accounts[row.destination] += row.amount
        lines.append({"row": row, "balances": list(accounts.values())})
    return {"lines": lines, "accounts": [name.partition(":")[0] for name in accounts]}


def _timeline(events: Rows, notifications: Rows, attempts: Mapping[str, Rows]) -> Rows:
    """Return what happened to a payment in order, with the attempts to tell of it."""
    happened: Rows = [
        {
            "at": row.at,
            "what": row.type,
            "detail": row.reason,
            "notification": None,
            "of": row.capture_id or row.refund_id,
        }
        for row in events
    ]
    happened += [
        {
            "at": times.milliseconds(attempt.at),
            "what": "notification.resent" if attempt.resent else "notification.attempted",
            "detail": attempt.status or attempt.error,
            "notification": notification,
            "of": None,
        }
        for notification in notifications
        for attempt in attempts[notification.notification_id]
    ]
    return sorted(happened, key=lambda line: int(line["at"]))
