"""Payments as rows."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, select, update

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.domain.bank import CardInfo, Verdict
from qiwi_payin_sandbox.domain.credentials import CredentialOnFile
from qiwi_payin_sandbox.domain.ledger import Balance
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.payments import Awaited, Instrument, Payment, PaymentStatus
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part, maybe_milliseconds, maybe_moment
from qiwi_payin_sandbox.store.session import Row
from qiwi_payin_sandbox.store.tokens import of_token, to_token
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

_TABLE = tables.payments
_OF_SITE = _TABLE.c.site_id == bindparam("site_id")
_IS_IT = and_(_OF_SITE, _TABLE.c.payment_id == bindparam("payment_id"))
_FIND = select(_TABLE).where(_IS_IT)
_CHANGE = update(_TABLE).where(_IS_IT)
_OF_BILL = select(_TABLE).where(_OF_SITE, _TABLE.c.bill_id == bindparam("bill_id")).order_by(_TABLE.c.sequence.desc())
_COUNT = select(func.count().label("payments")).where(
    _OF_SITE, _TABLE.c.created_at >= bindparam("since"), _TABLE.c.amount <= bindparam("largest")
)
_CARD_INFO = tuple(field.name for field in fields(CardInfo))


class Payments(Part):
    """The payments of a site."""

    def payment(self, payment_id: str, *, lock: bool = False) -> tuple[Payment, str] | None:
        """Return a payment and the fingerprint of the request that made it."""
        row = self._session.one(_FIND, {"site_id": self._site_id, "payment_id": payment_id}, lock=lock)
        return None if row is None else (_to_payment(row), row.fingerprint)

    def payments_of_bill(self, bill_id: str) -> list[Payment]:
        """Return a bill's payments, newest first."""
        return [_to_payment(row) for row in self._session.all(_OF_BILL, {"site_id": self._site_id, "bill_id": bill_id})]

    def count_payments(self, since: datetime, largest: int) -> int:
        """Count payments made since a moment whose sum is at most `largest`."""
        values = {"site_id": self._site_id, "since": milliseconds(since), "largest": largest}
        return int(self._session.all(_COUNT, values)[0].payments)

    def add_payment(self, payment: Payment, fingerprint: str) -> None:
        """Store a new payment."""
        self._session.add(_TABLE, {**_of_payment(payment), "fingerprint": fingerprint})

    def save_payment(self, payment: Payment) -> None:
        """Store what has changed in a payment."""
        key = {"site_id": self._site_id, "payment_id": payment.payment_id}
        self._session.change(_CHANGE, key, _changing(payment))


def _of_payment(payment: Payment) -> dict[str, Any]:
    return {
        "site_id": payment.site_id,
        "payment_id": payment.payment_id,
        "bill_id": payment.bill_id,
        "amount": payment.amount.minor,
        "currency": payment.amount.currency,
        "created_at": milliseconds(payment.created_at),
        **_changing(payment),
    }


def _changing(payment: Payment) -> dict[str, Any]:
    instrument, balance = payment.instrument, payment.balance
    waiting_token, credential = payment.token_to_issue, payment.credential_on_file
    return {
        "authorised": balance.authorised,
        "captured": balance.captured,
        "reversed": balance.reversed,
        "refunded": balance.refunded,
        "status": payment.status,
        "awaited": payment.awaited,
        "reason": payment.reason,
        "changed_at": milliseconds(payment.changed_at),
        "due_at": maybe_milliseconds(payment.due_at),
        "details": wire.dumps(
            {
                "order_number": payment.order_number,
                "order_number_made_up": payment.order_number_made_up,
                "born_on_form": payment.born_on_form,
                "one_step": payment.one_step,
                "ps_error_code": payment.ps_error_code,
                "card_mark": payment.card_mark,
                "customer": payment.customer,
                "custom_fields": payment.custom_fields,
                "comment": payment.comment,
                "callback_url": payment.callback_url,
                "device_data_sent": payment.device_data_sent,
                "flags": payment.flags,
                "credential_on_file": asdict(credential) if credential else None,
                "settlement_currency": payment.settlement_currency,
                "created_token": payment.created_token,
                "instrument": {
                    "type": instrument.type,
                    "masked_pan": instrument.masked_pan,
                    "card_info": _of_card_info(instrument.card_info) if instrument.card_info else None,
                    "payment_token": instrument.payment_token,
                    "rrn": instrument.rrn,
                    "auth_code": instrument.auth_code,
                },
                "verdict": _of_verdict(payment.verdict),
                "token_to_issue": of_token(waiting_token) if waiting_token else None,
            }
        ),
    }


def _to_payment(row: Row) -> Payment:
    details = wire.restored(row.details)
    instrument = details.pop("instrument")
    card_info = instrument.pop("card_info")
    verdict = details.pop("verdict")
    waiting_token = details.pop("token_to_issue")
    credential = details.pop("credential_on_file", None)
    return Payment(
        site_id=row.site_id,
        payment_id=row.payment_id,
        bill_id=row.bill_id,
        amount=Money(row.amount, row.currency),
        balance=Balance(row.authorised, row.captured, row.reversed, row.refunded),
        status=PaymentStatus(row.status),
        awaited=Awaited(row.awaited) if row.awaited else None,
        reason=Reason(row.reason) if row.reason else None,
        created_at=from_milliseconds(row.created_at),
        changed_at=from_milliseconds(row.changed_at),
        due_at=maybe_moment(row.due_at),
        instrument=Instrument(card_info=CardInfo(**card_info) if card_info else None, **instrument),
        verdict=_to_verdict(verdict),
        token_to_issue=to_token(waiting_token) if waiting_token else None,
        flags=tuple(details.pop("flags")),
        credential_on_file=CredentialOnFile(**credential) if credential else None,
        **details,
    )


def _of_card_info(info: CardInfo) -> dict[str, str]:
    return {name: getattr(info, name) for name in _CARD_INFO}


def _of_verdict(verdict: Verdict) -> dict[str, Any]:
    delay = verdict.delay // timedelta(milliseconds=1)
    return {
        "reason": verdict.reason,
        "delay": delay,
        "at_once": verdict.at_once,
        "ps_error_code": verdict.ps_error_code,
    }


def _to_verdict(values: dict[str, Any]) -> Verdict:
    reason = Reason(values["reason"]) if values["reason"] else None
    delay = timedelta(milliseconds=values["delay"])
    return Verdict(reason, delay, values["at_once"], values.get("ps_error_code"))
