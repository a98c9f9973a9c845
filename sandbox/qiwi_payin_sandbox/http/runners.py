"""Where requests are answered: never on the event loop, which everything else waits for.

Jobs are plain functions. On SQLite one thread does them, all that wait in one transaction, and their results leave once
it is committed: one write to the disk for all of them, and each is undone alone where it fails. On PostgreSQL several
threads do them, each in transactions of its own.
"""

import asyncio
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from qiwi_payin_sandbox.store import Store

T = TypeVar("T")

_MOST_TOGETHER = 64
_THREADS = 8


class RunnerClosedError(Exception):
    """No more jobs are done."""


class Runner(Protocol):
    """Does jobs."""

    async def run(self, job: Callable[[], T]) -> T:
        """Do a job and return its result once what it wrote is durable.

        Raises:
            StoreFailure: What it wrote, with all that was to be committed together, is not stored.
            RunnerClosedError: Too late.
        """

    def close(self) -> None:
        """Do what was begun, and nothing more."""


def runner(store: Store) -> Runner:
    """Return what suits a store."""
    return GroupCommit(store) if store.can_batch else Threads()


class Threads:
    """Does each job in a thread of its own."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="sandbox request")

    async def run(self, job: Callable[[], T]) -> T:
        """Do a job."""
        try:
            future = self._pool.submit(job)
        except RuntimeError:
            raise RunnerClosedError from None
        return await asyncio.wrap_future(future)

    def close(self) -> None:
        """Do what was begun, and nothing more."""
        self._pool.shutdown()


class GroupCommit:
    """Does jobs in one thread; those that wait together are committed together.

    What one turn of an event loop has brought in is handed over at once: the first of it would else be committed alone
    while the others come in.

    Args:
        store: Where they write to.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._coming: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        self._waiting: SimpleQueue[list[_Waiting] | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    async def run(self, job: Callable[[], T]) -> T:
        """Do a job."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(job, loop)
        coming = self._coming.get(loop)
        if coming is None:
            self._coming[loop] = [waiting]
            loop.call_soon(self._hand_over, loop)
        else:
            coming.append(waiting)
        result: T = await waiting.future
        return result

    def close(self) -> None:
        """Do what was begun, and nothing more."""
        with self._lock:
            self._closed = True
            self._waiting.put(None)
        if self._thread is not None:
            self._thread.join()

    def _hand_over(self, loop: asyncio.AbstractEventLoop) -> None:
        together = self._coming.pop(loop)
        with self._lock:
            if self._closed:
                for each in together:
                    each.fail(RunnerClosedError())
                _give_out(together)
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="sandbox requests", daemon=True)
                self._thread.start()
            self._waiting.put(together)

    def _work(self) -> None:
        goes_on = True
        while goes_on:
            together, goes_on = self._all_that_wait()
            for begin in range(0, len(together), _MOST_TOGETHER):
                self._do(together[begin : begin + _MOST_TOGETHER])

    def _all_that_wait(self) -> "tuple[list[_Waiting], bool]":
        together: list[_Waiting] = []
        came = self._waiting.get()
        while came is not None:
            together += came
            if len(together) >= _MOST_TOGETHER:
                return together, True
            try:
                came = self._waiting.get_nowait()
            except Empty:
                return together, True
        return together, False

    def _do(self, together: "list[_Waiting]") -> None:
        try:
            with self._store.batch():
                for each in together:
                    each.do()
        except Exception as error:  # noqa: BLE001 - nothing of it is stored, and all who wait must learn that
            for each in together:
                each.fail(error)
        for loop in {each.loop for each in together}:
            mine = [each for each in together if each.loop is loop]
            try:
                loop.call_soon_threadsafe(_give_out, mine)
            except RuntimeError:  # the loop was closed: nobody waits any longer
                continue


class _Waiting:
    """A job, and who waits for its result."""

    __slots__ = ("_error", "_job", "_result", "future", "loop")

    def __init__(self, job: Callable[[], Any], loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self._job = job
        self._result: Any = None
        self._error: Exception | None = None

    def do(self) -> None:
        try:
            self._result = self._job()
        except Exception as error:  # noqa: BLE001 - it is whoever waits that must learn of it
            self._error = error
        except BaseException as error:  # noqa: BLE001 - the thread goes on for all others, whatever a bank raises
            self._error = RuntimeError(f"{type(error).__name__} was raised")
            self._error.__cause__ = error

    def fail(self, error: Exception) -> None:
        self._error = error

    def give_out(self) -> None:
        if self.future.done():  # given up meanwhile
            return
        if self._error is not None:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(self._result)


def _give_out(together: Iterable[_Waiting]) -> None:
    for each in together:
        each.give_out()
