"""Whatever interrupts one who uses a store, the others go on."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from qiwi_payin_sandbox.http.runners import GroupCommit
from qiwi_payin_sandbox.store import open_store
from qiwi_payin_sandbox.store.errors import UnavailableError
from qiwi_payin_sandbox.store.sqlite import SqliteStore

INTERRUPTED = """
import signal, threading, time
from qiwi_payin_sandbox.store.turns import Turns

turns, taken, let_go = Turns(), threading.Event(), threading.Event()

def hold():
    with turns:
        taken.set()
        let_go.wait()

def interrupt():
    while not turns._waiting:
        time.sleep(0.001)
    signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
holder = threading.Thread(target=hold)
holder.start()
taken.wait()
threading.Thread(target=interrupt).start()
try:
    with turns:
        print("taken")
except KeyboardInterrupt:
    print("interrupted")
let_go.set()
holder.join()
other = threading.Thread(target=lambda: turns.__enter__(), daemon=True)
other.start()
other.join(20)
print("free" if not other.is_alive() else "lost")
"""


def test_a_turn_that_somebody_was_interrupted_waiting_for_goes_to_the_next() -> None:
    told = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=True)  # noqa: S603
    assert told.stdout.split() == ["interrupted", "free"]


def together(store: SqliteStore, *jobs: object) -> list[object]:
    """Do jobs in one batch."""

    async def all_of_them() -> list[object]:
        runner = GroupCommit(store)
        results = await asyncio.gather(*(runner.run(job) for job in jobs), return_exceptions=True)  # type: ignore[arg-type]
        await asyncio.to_thread(runner.close)
        return list(results)

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit])
def test_whatever_a_request_raises_the_next_one_is_answered(error: type[BaseException]) -> None:
    def job() -> None:
        raise error

    store = open_store("sqlite://")
    assert isinstance(store, SqliteStore)
    failed, done = together(store, job, lambda: "done")
    store.close()
    assert (type(failed), done) == (RuntimeError, "done")


def test_where_another_process_keeps_the_file_it_is_waited_for_once(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    store = open_store(f"sqlite:///{path}")
    assert isinstance(store, SqliteStore)
    store._connection.execute("PRAGMA busy_timeout = 10")  # noqa: SLF001 - nobody wants to wait
    begun: list[str] = []
    store._connection.set_trace_callback(begun.append)  # noqa: SLF001 - how often is what is tested

    def job() -> str:
        with store.writing():
            return "written"

    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert [type(each) for each in together(store, job, job, job)] == [UnavailableError] * 3
    assert begun.count("BEGIN IMMEDIATE") == 1
    other.close()
    assert together(store, job, job) == ["written"] * 2
    store.close()
