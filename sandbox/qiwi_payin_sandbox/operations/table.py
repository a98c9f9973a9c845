"""Which handler does which operation of the description."""

from collections.abc import Mapping
from types import MappingProxyType

from qiwi_payin_sandbox.operations import bills, captures, payments, refunds, tokens
from qiwi_payin_sandbox.operations.call import Operation
from qiwi_payin_sandbox.operations.control import (
    clock,
    events,
    faults,
    info,
    keys,
    notifications,
    payer,
    requests,
    sites,
    state,
)

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
        "sandboxInfo": info.info,
        "sandboxPayBill": payer.pay_bill,
        "sandboxAnswerThreeDS": payer.answer_three_ds,
        "sandboxListSites": sites.list_,
        "sandboxGetSite": sites.get,
        "sandboxPutSite": sites.put,
        "sandboxChangeSite": sites.change,
        "sandboxDeleteSite": sites.delete,
        "sandboxListKeys": keys.list_,
        "sandboxIssueKey": keys.issue,
        "sandboxRevokeKey": keys.revoke,
        "sandboxResetSite": state.reset,
        "sandboxGetState": state.get,
        "sandboxPutState": state.put,
        "sandboxGetClock": clock.get,
        "sandboxSetClock": clock.set_,
        "sandboxAdvanceClock": clock.advance,
        "sandboxAdvanceClockToNext": clock.advance_to_next,
        "sandboxListEvents": events.list_,
        "sandboxListFaults": faults.list_,
        "sandboxAddFault": faults.add,
        "sandboxRemoveFaults": faults.remove_all,
        "sandboxRemoveFault": faults.remove,
        "sandboxListNotifications": notifications.list_,
        "sandboxGetNotification": notifications.get,
        "sandboxResendNotification": notifications.resend,
        "sandboxListRequests": requests.list_,
    }
)
