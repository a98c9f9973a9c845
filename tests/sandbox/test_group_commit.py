"""What waits together is committed together; it is answered after that, and what fails is undone alone."""
# ruff: noqa: SLF001 - statements, turns and queues are what is looked at, and nobody else should see them

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.http.runners import GroupCommit, RunnerClosedError
from qiwi_payin_sandbox.store import database, open_store
from qiwi_payin_sandbox.store.errors import CommitError, LostRaceError
from qiwi_payin_sandbox.store.session import Session
from qiwi_payin_sandbox.store.sqlite import SqliteStore

from tests.sandbox.partner import CARD, rubles

HEADERS = {"Authorization": "Bearer a-key"}
PAYMENT = {"paymentMethod": CARD, "amount": rubles("150.00")}
INSERT = "INSERT INTO payin_strikes VALUES (:site, :mark, '', 0)"
TOGETHER = 12


class Statements:
    """What a connection is told, in order."""

    def __init__(self, store: SqliteStore) -> None:
        self.texts: list[str] = []
        store._connection.set_trace_callback(self.texts.append)

    def count(self, beginning: str) -> int:
        return sum(text.startswith(beginning) for text in self.texts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")
    assert isinstance(opened, SqliteStore)
    yield opened
    opened.close()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    url = f"sqlite:///{tmp_path / 'sandbox.sqlite3'}"
    with Sandbox(store=url, seed=1, clock=Clock.frozen("2024-03-01T12:00:00+03:00"), sites=[Site(key="a-key")]) as made:
        made.serve()
        yield made


def marks(store: SqliteStore) -> list[str]:
    with store.reading() as session:
        return sorted(row[0] for row in session._execute("SELECT mark FROM payin_strikes", {}).fetchall())


def writing(store: SqliteStore, mark: str, error: Exception | None = None) -> Callable[[], str]:
    def job() -> str:
        with store.writing() as session:
            session._execute(INSERT, {"site": "s", "mark": mark})
            if error is not None:
                raise error
        return mark

    return job


def done_together(store: SqliteStore, jobs: list[Callable[[], Any]]) -> list[Any]:
    """Do jobs that come in one turn of an event loop."""

    async def coming() -> list[Any]:
        group = GroupCommit(store)
        results = await asyncio.gather(*map(group.run, jobs), return_exceptions=True)
        group.close()
        return results

    return asyncio.run(coming())


def wait_for_requests(sandbox: Sandbox, count: int) -> None:
    """Wait until so many requests are under way."""
    assert sandbox._server is not None
    while len(sandbox._server._state.tasks) < count:
        threading.Event().wait(0.001)


def test_what_waits_together_is_one_commit(store: SqliteStore) -> None:
    seen = Statements(store)
    done_together(store, [writing(store, f"m{number}") for number in range(TOGETHER)])
    assert len(marks(store)) == TOGETHER
    assert seen.count("SAVEPOINT") == TOGETHER
    assert seen.count("COMMIT") == 2  # theirs, and that of reading the marks


def test_what_only_reads_writes_nothing_to_the_disk(store: SqliteStore) -> None:
    seen = Statements(store)
    done_together(store, [lambda: marks(store)] * TOGETHER)
    assert seen.count("BEGIN IMMEDIATE") == seen.count("SAVEPOINT") == 0


def test_one_that_fails_is_undone_alone(store: SqliteStore) -> None:
    jobs = [writing(store, "before"), writing(store, "wrong", ValueError("wrong")), writing(store, "after")]
    before, wrong, after = done_together(store, jobs)
    assert (before, after) == ("before", "after")
    assert isinstance(wrong, ValueError)
    assert marks(store) == ["after", "before"]


def test_each_sees_what_was_written_before_it(store: SqliteStore) -> None:
    results = done_together(store, [writing(store, "one"), lambda: marks(store), writing(store, "two")])
    assert results == ["one", ["one"], "two"]


def test_nothing_is_told_before_it_is_committed(store: SqliteStore) -> None:
    told: list[list[str]] = []
    elsewhere = sqlite3.connect(store.path or "")

    def job() -> None:
        writing(store, "mark")()
        store.after_commit(lambda: told.append([row[0] for row in elsewhere.execute("SELECT mark FROM payin_strikes")]))
        assert elsewhere.execute("SELECT count(*) FROM payin_strikes").fetchone() == (0,)

    with store.batch():
        job()
        assert told == []
    assert told == [["mark"]]
    elsewhere.close()


def test_where_the_commit_fails_all_fail_and_nothing_is_kept(store: SqliteStore) -> None:
    told: list[str] = []

    def spoiling() -> None:
        writing(store, "spoilt")()
        store.after_commit(lambda: told.append("spoilt"))
        store._connection.execute("PRAGMA defer_foreign_keys = ON")
        store._connection.execute("INSERT INTO child VALUES (1)")

    store._connection.executescript(
        "PRAGMA foreign_keys = ON; CREATE TABLE parent (id PRIMARY KEY);"
        "CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
    )
    results = done_together(store, [writing(store, "one"), spoiling, writing(store, "two")])
    assert all(isinstance(result, CommitError) for result in results)
    assert (marks(store), told) == ([], [])
    assert done_together(store, [writing(store, "later")]) == ["later"]
    assert marks(store) == ["later"]


def test_what_is_told_of_a_commit_and_fails_does_not_undo_it(
    store: SqliteStore, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[str] = []

    def fail() -> None:
        raise ValueError("told nobody")

    def telling(mark: str, call: Callable[[], None]) -> str:
        writing(store, mark)()
        store.after_commit(call)
        return mark

    jobs: list[Callable[[], Any]] = [
        partial(telling, "one", fail),
        partial(telling, "two", partial(told.append, "two")),
    ]
    with caplog.at_level(logging.CRITICAL, logger="qiwi_payin_sandbox"):
        assert done_together(store, jobs) == ["one", "two"]
    assert (marks(store), told) == (["one", "two"], ["two"])


def test_where_sqlite_gives_the_transaction_up_none_of_it_is_kept(store: SqliteStore) -> None:
    def giving_up() -> None:
        with store.writing() as session:
            session._execute("INSERT OR ROLLBACK INTO payin_schema SELECT version FROM payin_schema", {})

    results = done_together(store, [writing(store, "one"), giving_up, writing(store, "two")])
    assert all(isinstance(result, CommitError) for result in results)
    assert marks(store) == []


def test_threads_take_turns_in_the_order_in_which_they_asked(store: SqliteStore) -> None:
    order: list[int] = []
    with ThreadPoolExecutor(4) as pool:
        with store._turns:
            asked = []
            for number in range(4):
                asked.append(pool.submit(_enter, store, order, number))
                while len(store._turns._waiting) <= number:
                    threading.Event().wait(0.001)
        for each in asked:
            each.result()
    assert order == [0, 1, 2, 3]


def _enter(store: SqliteStore, order: list[int], number: int) -> None:
    with store._turns, store._turns:
        order.append(number)


def test_a_lost_race_is_run_again_on_its_own(store: SqliteStore) -> None:
    tries: list[Session] = []

    def work(session: Session) -> str:
        tries.append(session)
        session._execute(INSERT, {"site": "s", "mark": f"try {len(tries)}"})
        if len(tries) < 3:
            raise LostRaceError("another was first")
        return "done"

    assert done_together(store, [writing(store, "other"), lambda: database.run(store, work)]) == ["other", "done"]
    assert marks(store) == ["other", "try 3"]


def test_what_comes_too_late_is_refused(store: SqliteStore) -> None:
    group = GroupCommit(store)
    group.close()
    with pytest.raises(RunnerClosedError):
        asyncio.run(group.run(lambda: None))


def put(sandbox: Sandbox, payment_id: str, body: Any = PAYMENT) -> httpx.Response:
    url = f"{sandbox.base_url}/payin/v1/sites/{sandbox.site_id}/payments/{payment_id}"
    return httpx.put(url, json=body, headers=HEADERS, trust_env=False)


def test_requests_that_wait_together_are_one_commit(sandbox: Sandbox) -> None:
    store = sandbox._store
    assert isinstance(store, SqliteStore)
    put(sandbox, "first")
    seen = Statements(store)
    with ThreadPoolExecutor(TOGETHER) as pool:
        with store._turns:
            answers = [pool.submit(put, sandbox, f"p-{number}") for number in range(TOGETHER)]
            wait_for_requests(sandbox, TOGETHER)
        assert {answer.result().status_code for answer in answers} == {200}
    assert seen.count("INSERT INTO payin_payments") == TOGETHER
    assert seen.count("COMMIT") <= 3


def test_a_refused_request_does_not_touch_its_neighbours(sandbox: Sandbox) -> None:
    store = sandbox._store
    assert isinstance(store, SqliteStore)
    put(sandbox, "taken")
    with ThreadPoolExecutor(TOGETHER) as pool:
        with store._turns:
            good = [pool.submit(put, sandbox, f"p-{number}") for number in range(4)]
            other = pool.submit(put, sandbox, "taken", {**PAYMENT, "amount": rubles("1.00")})
            wait_for_requests(sandbox, 5)
        assert {answer.result().status_code for answer in good} == {200}
        assert other.result().status_code == 400
    assert len(sandbox.postings()) == 5


def test_a_request_whose_commit_fails_is_answered_with_500_and_is_not_kept(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture
) -> None:
    store = sandbox._store
    assert isinstance(store, SqliteStore)
    put(sandbox, "before")
    store._connection.executescript(
        "PRAGMA foreign_keys = ON; CREATE TABLE parent (id PRIMARY KEY);"
        "CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED);"
        "CREATE TRIGGER spoil AFTER INSERT ON payin_payments BEGIN INSERT INTO child VALUES (1); END;"
    )
    with caplog.at_level(logging.CRITICAL, logger="qiwi_payin_sandbox"):
        refused = put(sandbox, "p-1")
    assert (refused.status_code, refused.json()["errorCode"]) == (500, "internal.error")
    store._connection.execute("DROP TRIGGER spoil")
    assert len(sandbox.postings()) == 1
    assert put(sandbox, "p-1").status_code == 200
    assert len(sandbox.postings()) == 2
    assert [each["status"] for each in sandbox.requests()] == [200, 500, 200]
