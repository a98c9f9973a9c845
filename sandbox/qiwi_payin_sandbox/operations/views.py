"""Objects as the API answers them. Neither PAN, CVV nor key is ever among it."""

from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.captures import Capture
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.payments import Awaited, Payment
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.domain.refunds import Refund
from qiwi_payin_sandbox.engine import three_ds
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.notifications.message import card_info, credential_on_file
from qiwi_payin_sandbox.operations.call import Links
from qiwi_payin_sandbox.sites.site import Site

Json = dict[str, Any]


def of_bill(bill: Bill, site: Site, links: Links) -> Json:
    """Write a bill."""
    flags = [*bill.flags, *(["TEST"] if site.test else ())]
    return present(
        {
            "billId": bill.bill_id,
            "invoiceUid": bill.invoice_uid,
            "amount": of_money(bill.amount),
            "expirationDateTime": bill.expires_text,
            "status": {"value": bill.status, "changedDateTime": times.in_seconds(bill.changed_at)},
            "comment": bill.comment,
            "flags": flags or None,
            "customer": bill.customer,
            "customFields": bill.custom_fields,
            "payUrl": links.form(bill.invoice_uid),
        }
    )


def of_payment(payment: Payment, site: Site, links: Links, ids: Ids) -> Json:
    """Write a payment."""
    balance, instrument = payment.balance, payment.instrument
    authorised = balance.authorised > 0
    method = {
        "type": instrument.type,
        "maskedPan": instrument.masked_pan,
        "rrn": instrument.rrn if authorised else None,
        "authCode": instrument.auth_code if authorised else None,
    }
    credential, settled = payment.credential_on_file, payment.settled(payment.amount)
    issued = {"token": payment.created_token, "name": instrument.masked_pan}
    return present(
        {
            "paymentId": payment.payment_id,
            "billId": payment.order_number if payment.order_number_made_up else None,
            "createdDateTime": times.in_milliseconds(payment.created_at),
            "amount": of_money(payment.amount),
            "capturedAmount": of_money(payment.amount.of(balance.captured)),
            "refundedAmount": of_money(payment.amount.of(balance.reversed + balance.refunded)),
            "paymentMethod": present(method),
            "customer": payment.customer,
            "deviceData": {} if payment.device_data_sent else None,
            "requirements": {"threeDS": {"pareq": three_ds.pareq(payment, ids), "acsUrl": links.acs}}
            if payment.awaited is Awaited.THREE_DS
            else None,
            "status": {
                "value": payment.status,
                "changedDateTime": times.in_milliseconds(payment.changed_at),
                **_why(payment.reason, payment.ps_error_code),
            },
            "paymentCardInfo": card_info(instrument.card_info) if instrument.card_info else None,
            "credentialOnFile": credential_on_file(credential) if credential and authorised else None,
            "createdToken": issued if payment.created_token else None,
            "callbackUrl": payment.callback_url or site.notification_url,
            "customFields": payment.custom_fields,
            "settlementAmount": of_money(settled) if settled else None,
            "flags": list(payment.flags),
        }
    )


def of_bill_payment(payment: Payment, bill: Bill, site: Site, links: Links, ids: Ids) -> Json:
    """Write a payment as its bill lists it."""
    listed = of_payment(payment, site, links, ids)
    comment = bill.comment if payment.comment is None else payment.comment
    return {**listed, "billId": bill.bill_id, **present({"comment": comment})}


def of_capture(capture: Capture, payment: Payment, *, asked_for: bool = False) -> Json:
    """Write a capture of a payment; a declined one is spelled otherwise where its status was asked for."""
    settled = payment.settled(capture.amount)
    value = ("DECLINED" if asked_for else "DECLINE") if capture.reason else "COMPLETED"
    return {
        "siteId": capture.site_id,
        "paymentId": capture.payment_id,
        "captureId": capture.capture_id,
        "createdDateTime": times.in_milliseconds(capture.created_at),
        "amount": of_money(capture.amount),
        "status": {
            "value": value,
            "changedDateTime": times.in_milliseconds(capture.created_at),
            **_why(capture.reason, capture.ps_error_code),
        },
        **({"settlementAmount": of_money(settled)} if settled else {}),
    }


def of_refund(refund: Refund, payment: Payment) -> Json:
    """Write a refund or reversal of a payment."""
    settled = payment.settled(refund.amount)
    return {
        "refundId": refund.refund_id,
        "createdDateTime": times.in_milliseconds(refund.created_at),
        "amount": of_money(refund.amount),
        "status": {
            "value": "DECLINE" if refund.reason else "COMPLETED",
            "changedDateTime": times.in_milliseconds(refund.created_at),
            **_why(refund.reason, refund.ps_error_code),
        },
        **({"flags": ["REVERSAL"]} if refund.reversal else {}),
        **({"settlementAmount": of_money(settled)} if settled else {}),
    }


def of_money(money: Money) -> dict[str, str]:
    """Write a sum, its value as text with two decimals."""
    return {"currency": money.currency, "value": money.text}


def _why(reason: Reason | None, ps_error_code: str | None) -> dict[str, str]:
    if reason is None:
        return {}
    return {"reason": reason, "reasonMessage": reason.message, **present({"psErrorCode": ps_error_code})}


def present(fields: Json) -> Json:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value is not None}
