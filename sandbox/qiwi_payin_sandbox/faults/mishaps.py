"""Which notifications go wrong because that was asked for."""

from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.faults.catalogue import NOTIFICATIONS
from qiwi_payin_sandbox.faults.notifications import Case, OutOfOrder
from qiwi_payin_sandbox.faults.writing import Considered, log, make_due
from qiwi_payin_sandbox.notifications.message import Notification, NotificationType
from qiwi_payin_sandbox.notifications.mishaps import Mishap

_ID_NAMES = {
    NotificationType.PAYMENT: "paymentId",
    NotificationType.CAPTURE: "captureId",
    NotificationType.REFUND: "refundId",
}


class OrderedMishaps:
    """Lets the faults of a site decide what goes wrong with its notifications: the first one that strikes.

    They are considered once for each notification, before its first attempt.
    """

    def of(self, work: Work, notification: Notification) -> Mishap | None:
        """Return what goes wrong with an attempt, and write down what strikes it."""
        if not work.faults.notifications or notification.tries or notification.resent:
            return None
        considered = Considered(work)
        for fault in considered:
            rules = NOTIFICATIONS.get(fault.kind)
            if rules is None or not fault.concerns(notification.type):
                continue
            chance = considered.strikes(fault)
            if chance is None:
                continue
            mishap = rules.mishap(
                Case(kind=fault.kind, notification=notification, settings=fault.settings, ids=work.ids)
            )
            if mishap.later:
                if not work.unit.held_notifications():
                    work.unit.touch_site()  # from now on whatever goes out may let it go
                work.unit.hold_notification(notification.notification_id, fault.number)
            object_ids = {_ID_NAMES[notification.type]: notification.object_id}
            log(work, fault, notification.type, object_ids, notification.notification_id)
            return mishap
        return None

    def after(self, work: Work, notification: Notification) -> None:
        """Let what was held back until a later notification had gone out be due, if this is a later one."""
        if not work.faults.is_holding:
            return
        work.unit.clock(lock=True)
        kinds = {fault.number: fault.kind for fault in work.unit.faults()}
        held_back = work.unit.held_notifications()
        for notification_id, number in tuple(held_back.items()):
            if notification_id != notification.notification_id:
                held = work.unit.notification(notification_id)
                waits = isinstance(NOTIFICATIONS.get(kinds.get(number, "")), OutOfOrder)
                if not waits or held is None or held.created_at > notification.created_at:
                    continue
                make_due(work, notification_id)
            work.unit.let_notification_go(notification_id)
            del held_back[notification_id]
            if not held_back:
                work.unit.touch_site()
