"""What happened on a site."""

from typing import Any

from qiwi_payin_sandbox import times
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.operations import views
from qiwi_payin_sandbox.operations.call import Answer, Call
from qiwi_payin_sandbox.store.session import Row


def list_(call: Call) -> Answer:
    """List what happened on the site."""

    def query(work: Work) -> list[dict[str, Any]]:
        return [
            of_event(row) for row in work.unit.events(after=call.query.get("after", 0), limit=call.query.get("limit"))
        ]

    return Answer(call.look(query, in_order=True))


def of_event(row: Row) -> dict[str, Any]:
    """Write what happened."""
    return views.present(
        {
            "sequence": row.sequence,
            "at": times.in_milliseconds(times.from_milliseconds(row.at)),
            "type": row.type,
            "billId": row.bill_id,
            "paymentId": row.payment_id,
            "captureId": row.capture_id,
            "refundId": row.refund_id,
            "reason": row.reason,
            "operation": row.operation,
            "notificationId": row.notification_id,
        }
    )
