"""Which handler does which operation of the description."""

from collections.abc import Mapping
from types import MappingProxyType

from qiwi_payin_sandbox.operations import bills, captures, control, payments, refunds, tokens
from qiwi_payin_sandbox.operations.call import Operation

HANDLERS: Mapping[str, Operation] = MappingProxyType(
    {
        "billsCreate": bills.create,
        "billsGet": bills.get,
        "billsListPayments": bills.list_payments,
        "paymentsCreate": payments.create,
        "paymentsGet": payments.get,
        "paymentsComplete": payments.complete,
        "capturesCreate": captures.create,
        "capturesGet": captures.get,
        "refundsCreate": refunds.create,
        "refundsGet": refunds.get,
        "refundsList": refunds.list_,
        "tokensDelete": tokens.delete,
        "sandboxInfo": control.info,
        "sandboxPayBill": control.pay_bill,
        "sandboxAnswerThreeDS": control.answer_three_ds,
        "sandboxGetClock": control.get_clock,
        "sandboxSetClock": control.set_clock,
        "sandboxAdvanceClock": control.advance_clock,
        "sandboxListEvents": control.list_events,
        "sandboxListNotifications": control.list_notifications,
    }
)
