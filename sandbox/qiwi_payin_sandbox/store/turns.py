"""Who may use the one connection of SQLite: one thread after another, in the order in which they asked."""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """A lock that a thread may take again while it has it, and that is handed on to whoever has waited longest.

    An ordinary lock goes back to a thread that takes it over and over, and leaves the others waiting.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[tuple[int, threading.Lock]] = deque()
        self._owner: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        me = threading.get_ident()
        with self._mutex:
            if self._owner is None or self._owner == me:
                self._owner = me
                self._depth += 1
                return
            turn = threading.Lock()
            turn.acquire()
            self._waiting.append((me, turn))
        try:
            turn.acquire()
        except BaseException:  # somebody interrupts the program: nobody is there to take the turn any more
            self._give_up(me, turn)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._mutex:
            self._depth -= 1
            if self._depth:
                return
            self._hand_on()

    def _give_up(self, me: int, turn: threading.Lock) -> None:
        with self._mutex:
            if (me, turn) in self._waiting:
                self._waiting.remove((me, turn))
            else:  # it has just been handed over
                self._hand_on()

    def _hand_on(self) -> None:
        if self._waiting:
            self._owner, turn = self._waiting.popleft()
            self._depth = 1
            turn.release()
        else:
            self._owner, self._depth = None, 0
