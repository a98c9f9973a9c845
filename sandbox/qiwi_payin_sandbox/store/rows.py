"""Objects of the domain as rows, and back."""

import json
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.domain.bank import CardInfo, Verdict
from qiwi_payin_sandbox.domain.bills import Bill, BillStatus
from qiwi_payin_sandbox.domain.captures import Capture
from qiwi_payin_sandbox.domain.ledger import Balance
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.payments import Awaited, Instrument, Payment, PaymentStatus
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.domain.refunds import Refund
from qiwi_payin_sandbox.domain.tokens import Token
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

Values = dict[str, Any]


def maybe_milliseconds(moment: datetime | None) -> int | None:
    """Write an optional moment."""
    return None if moment is None else milliseconds(moment)


def maybe_moment(count: int | None) -> datetime | None:
    """Read an optional moment."""
    return None if count is None else from_milliseconds(count)


def of_bill(bill: Bill) -> Values:
    """Write a bill."""
    return {
        "site_id": bill.site_id,
        "bill_id": bill.bill_id,
        "invoice_uid": bill.invoice_uid,
        "amount": bill.amount.minor,
        "currency": bill.amount.currency,
        "created_at": milliseconds(bill.created_at),
        "expires_at": milliseconds(bill.expires_at),
        "details": wire.dumps(
            {
                "expires_text": bill.expires_text,
                "comment": bill.comment,
                "flags": bill.flags,
                "methods": bill.methods,
                "customer": bill.customer,
                "custom_fields": bill.custom_fields,
            }
        ),
        **changing_of_bill(bill),
    }


def changing_of_bill(bill: Bill) -> Values:
    """Write what changes in a bill's life."""
    return {
        "status": bill.status,
        "changed_at": milliseconds(bill.changed_at),
        "due_at": maybe_milliseconds(bill.due_at),
    }


def to_bill(row: Row[Any]) -> Bill:
    """Read a bill."""
    details = wire.loads(row.details.encode())
    methods = details.pop("methods")
    return Bill(
        site_id=row.site_id,
        bill_id=row.bill_id,
        invoice_uid=row.invoice_uid,
        amount=Money(row.amount, row.currency),
        status=BillStatus(row.status),
        created_at=from_milliseconds(row.created_at),
        changed_at=from_milliseconds(row.changed_at),
        expires_at=from_milliseconds(row.expires_at),
        flags=tuple(details.pop("flags")),
        methods=None if methods is None else tuple(methods),
        **details,
    )


def of_payment(payment: Payment) -> Values:
    """Write a payment."""
    return {
        "site_id": payment.site_id,
        "payment_id": payment.payment_id,
        "bill_id": payment.bill_id,
        "amount": payment.amount.minor,
        "currency": payment.amount.currency,
        "created_at": milliseconds(payment.created_at),
        **changing_of_payment(payment),
    }


def changing_of_payment(payment: Payment) -> Values:
    """Write what changes in a payment's life."""
    instrument = payment.instrument
    waiting_token = payment.token_to_issue
    return {
        **asdict(payment.balance),
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
                "customer": payment.customer,
                "custom_fields": payment.custom_fields,
                "callback_url": payment.callback_url,
                "device_data_sent": payment.device_data_sent,
                "flags": payment.flags,
                "created_token": payment.created_token,
                "instrument": {
                    "type": instrument.type,
                    "masked_pan": instrument.masked_pan,
                    "card_info": asdict(instrument.card_info) if instrument.card_info else None,
                    "payment_token": instrument.payment_token,
                    "rrn": instrument.rrn,
                    "auth_code": instrument.auth_code,
                },
                "verdict": _of_verdict(payment.verdict),
                "token_to_issue": of_token(waiting_token) if waiting_token else None,
            }
        ),
    }


def to_payment(row: Row[Any]) -> Payment:
    """Read a payment."""
    details = wire.loads(row.details.encode())
    instrument = details.pop("instrument")
    card_info = instrument.pop("card_info")
    verdict = details.pop("verdict")
    waiting_token = details.pop("token_to_issue")
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
        token_to_issue=_to_token(waiting_token) if waiting_token else None,
        flags=tuple(details.pop("flags")),
        **details,
    )


def _of_verdict(verdict: Verdict) -> Values:
    delay = verdict.delay // timedelta(milliseconds=1)
    return {"reason": verdict.reason, "delay": delay, "at_once": verdict.at_once}


def _to_verdict(values: Values) -> Verdict:
    reason = Reason(values["reason"]) if values["reason"] else None
    return Verdict(reason, timedelta(milliseconds=values["delay"]), values["at_once"])


def of_capture(capture: Capture) -> Values:
    """Write a capture."""
    return {
        "site_id": capture.site_id,
        "payment_id": capture.payment_id,
        "capture_id": capture.capture_id,
        "amount": capture.amount.minor,
        "currency": capture.amount.currency,
        "created_at": milliseconds(capture.created_at),
        "callback_url": capture.callback_url,
    }


def to_capture(row: Row[Any]) -> Capture:
    """Read a capture."""
    return Capture(
        site_id=row.site_id,
        payment_id=row.payment_id,
        capture_id=row.capture_id,
        amount=Money(row.amount, row.currency),
        created_at=from_milliseconds(row.created_at),
        callback_url=row.callback_url,
    )


def of_refund(refund: Refund) -> Values:
    """Write a refund."""
    return {
        "site_id": refund.site_id,
        "payment_id": refund.payment_id,
        "refund_id": refund.refund_id,
        "amount": refund.amount.minor,
        "currency": refund.amount.currency,
        "created_at": milliseconds(refund.created_at),
        "reversal": refund.reversal,
        "reason": refund.reason,
        "callback_url": refund.callback_url,
    }


def to_refund(row: Row[Any]) -> Refund:
    """Read a refund."""
    return Refund(
        site_id=row.site_id,
        payment_id=row.payment_id,
        refund_id=row.refund_id,
        amount=Money(row.amount, row.currency),
        created_at=from_milliseconds(row.created_at),
        reversal=row.reversal,
        reason=Reason(row.reason) if row.reason else None,
        callback_url=row.callback_url,
    )


def column_text(text: str) -> str:
    """Write any text so that every database takes it, control characters and all."""
    return json.dumps(text)


def of_token(token: Token) -> Values:
    """Write a token."""
    return {
        "site_id": token.site_id,
        "token": column_text(token.token),
        "account": column_text(token.account),
        "masked_pan": token.masked_pan,
        "expiry_date": token.expiry_date,
        "card_info": json.dumps(asdict(token.card_info)),
        "created_at": milliseconds(token.created_at),
        "deleted_at": maybe_milliseconds(token.deleted_at),
    }


def to_token(row: Row[Any]) -> Token:
    """Read a token."""
    return _to_token(row._mapping)  # noqa: SLF001 - the documented way to a row's mapping


def _to_token(values: Any) -> Token:
    return Token(
        site_id=values["site_id"],
        token=json.loads(values["token"]),
        account=json.loads(values["account"]),
        masked_pan=values["masked_pan"],
        expiry_date=values["expiry_date"],
        card_info=CardInfo(**json.loads(values["card_info"])),
        created_at=from_milliseconds(values["created_at"]),
        deleted_at=maybe_moment(values["deleted_at"]),
    )
