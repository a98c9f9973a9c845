"""What the sandbox tells its partner, for tests."""

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias, overload

from qiwi_payin import CaptureNotification, PaymentNotification, RefundNotification, notifications
from qiwi_payin.notifications import Notification
from qiwi_payin_sandbox import Sandbox

Type: TypeAlias = Literal["PAYMENT", "CAPTURE", "REFUND"]


class Notifications(Sequence[Notification]):
    """The notifications of the sandbox's first site, oldest first, each verified with the site's key and read.

    A list that grows: what a call or a move of the clock causes is there when it returns, so there is nothing to wait
    for. `Sandbox.sent` has the same ones as bytes with headers, for the code that takes notifications.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @overload
    def last(self, type_: Literal["PAYMENT"]) -> PaymentNotification: ...
    @overload
    def last(self, type_: Literal["CAPTURE"]) -> CaptureNotification: ...
    @overload
    def last(self, type_: Literal["REFUND"]) -> RefundNotification: ...
    @overload
    def last(self, type_: None = None) -> Notification: ...
    def last(self, type_: Type | None = None) -> Notification:
        """The latest notification, or the latest of a type.

        Raises:
            LookupError: there is none.
        """
        told = self._sandbox.last_notification(type_)
        return notifications.verify(told.body, told.signature, self._sandbox.notification_key)

    def sign(self, body: bytes | str) -> str:
        """The signature that a body would have from this site, for notifications that a test makes itself.

        Raises:
            NotificationMalformed: the body is not a notification.
            NotificationUnknown: a type that the description does not know.
        """
        return notifications.sign(body, self._sandbox.notification_key)

    def __iter__(self) -> Iterator[Notification]:
        for told in self._sandbox.sent():
            yield notifications.verify(told.body, told.signature, self._sandbox.notification_key)

    @overload
    def __getitem__(self, index: int) -> Notification: ...
    @overload
    def __getitem__(self, index: slice) -> list[Notification]: ...
    def __getitem__(self, index: int | slice) -> Notification | list[Notification]:
        return list(self)[index]

    def __len__(self) -> int:
        return len(self._sandbox.sent())

    def __repr__(self) -> str:
        return f"Notifications({list(self)!r})"
