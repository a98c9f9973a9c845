"""Finding out what became of a change whose outcome is unknown. `OutcomeUnknown.resolve` says how."""

from typing import Any

from qiwi_payin_runtime.calls import Call, Operation, T
from qiwi_payin_runtime.errors import CallError, NotFound, OutcomeUnknown
from qiwi_payin_runtime.sending import Sender, Sending, speaks_of_the_object
from qiwi_payin_runtime.settings import Settings


class Repetition(Sending[T]):
    """The same request once more."""

    def __init__(self, sender: Sender, settings: Settings, call: Call[T], unknown: OutcomeUnknown) -> None:
        super().__init__(sender, settings, call)
        self.doubt = unknown.reason or unknown

    def meaning(self, outcome: T | CallError) -> T | CallError:
        """As of any call that is in doubt; what was to be deleted and is not there counts as deleted."""
        if self.call.operation.method == "DELETE" and isinstance(outcome, NotFound) and speaks_of_the_object(outcome):
            gone: Any = None
            return gone  # type: ignore[no-any-return] # a deletion answers with nothing
        return super().meaning(outcome)


class Question(Sending[Any]):
    """Asking for the object."""

    def __init__(
        self, sender: Sender, settings: Settings, call: Call[Any], unknown: OutcomeUnknown, changed: Operation[Any]
    ) -> None:
        super().__init__(sender, settings, call)
        self._unknown = unknown
        self._changed = changed

    def meaning(self, outcome: Any) -> Any:
        """The object, if it shows that the change has happened."""
        if isinstance(outcome, CallError):
            return outcome if speaks_of_the_object(outcome) else self._still(outcome.args[0])
        if self._changed.undone_while is not None and outcome.status.value == self._changed.undone_while:
            return self._still(f"the object is still {self._changed.undone_while}")
        if self._unknown.amount is not None and outcome.amount != self._unknown.amount:
            return self._still("under these ids there is an object with another sum, which this call did not send")
        return outcome

    def _still(self, problem: str) -> OutcomeUnknown:
        before = self._unknown
        return OutcomeUnknown(
            f"it may have happened, and asking did not tell: {problem}",
            reason=before.reason,
            amount=before.amount,
            operation=before.operation,
            method=before.method,
            path=before.path,
            ids=before.ids,
            timed_out=before.timed_out,
        )
