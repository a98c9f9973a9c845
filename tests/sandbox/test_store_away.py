"""Where the store cannot be reached that is told, nothing is half done, and work goes on when it is back."""
# ruff: noqa: SLF001 - connections are taken away from under the store

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.store import database, open_store, tables
from qiwi_payin_sandbox.store.errors import LostRaceError, StoreFailure, UnavailableError
from qiwi_payin_sandbox.store.postgres import PostgresStore
from qiwi_payin_sandbox.store.session import Session
from sqlalchemy import bindparam, make_url, update

from tests.sandbox.partner import CARD, Partner, rubles

CLOCK = Clock.frozen("2024-03-01T12:00:00+03:00")
PAYMENT = {"paymentMethod": CARD, "amount": rubles("150.00")}


COUNT_UP = (
    update(tables.strikes).where(tables.strikes.c.mark == bindparam("of")).values(strikes=tables.strikes.c.strikes + 1)
)


def add_mark(session: Session, mark: str) -> None:
    session.add(tables.strikes, {"site_id": "s", "mark": mark, "day": "", "strikes": 0})


def end_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_connections_that_were_ended_are_replaced(
    postgres: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    url = postgres()
    with Sandbox(store=url, seed=1, clock=CLOCK, sites=[Site(key="a-key")]) as sandbox, Partner(sandbox) as partner:
        partner.payment("before")
        for round_ in range(3):
            end_connections(url)
            with caplog.at_level(logging.CRITICAL, logger="qiwi_payin_sandbox"):
                answer = partner.send("PUT", f"/payments/p-{round_}", PAYMENT)
            assert answer.status_code in {200, 503}
            if answer.status_code == 503:
                assert answer.headers["retry-after"] == "1"
                assert answer.json()["description"] == "The store cannot be reached, nothing was stored"
            partner.payment(f"p-{round_}")
        assert len(sandbox.postings()) == 4


def test_a_connection_that_ends_in_the_middle_leaves_nothing_behind(postgres: Callable[[], str]) -> None:
    url = postgres()
    store = open_store(url)

    def work(session: Session) -> None:
        add_mark(session, "lost")
        end_connections(url)
        add_mark(session, "later")

    with pytest.raises(UnavailableError):
        database.run(store, work)
    with store.reading() as session:
        assert session._execute("SELECT count(*) FROM payin_strikes", {}).fetchone() == (0,)
    store.close()


def use_all(store: PostgresStore) -> None:
    """Take one connection after the other, and give all back when there are none left."""
    with ExitStack() as held:
        while True:
            held.enter_context(store.reading())


def test_where_all_connections_are_in_use_that_is_told_and_passes(postgres: Callable[[], str]) -> None:
    store = PostgresStore(make_url(postgres()), patience=0.01)
    try:
        with pytest.raises(UnavailableError, match="all connections to the store are in use"):
            use_all(store)
        with store.reading():
            pass
    finally:
        store.close()


def test_two_that_wait_for_each_other_are_told_apart(postgres: Callable[[], str]) -> None:
    store = open_store(postgres())
    with store.writing() as session:
        for mark in ("one", "two"):
            add_mark(session, mark)
    both, outcomes = threading.Barrier(2), []

    def change(first: str, second: str) -> None:
        try:
            with store.writing() as session:
                session.run(COUNT_UP, {"of": first})
                both.wait(10)
                session.run(COUNT_UP, {"of": second})
            outcomes.append("done")
        except LostRaceError:
            outcomes.append("lost")

    threads = [threading.Thread(target=change, args=marks) for marks in (("one", "two"), ("two", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "lost"]
    store.close()


def test_an_error_of_postgresql_shows_no_values(postgres: Callable[[], str]) -> None:
    store = open_store(postgres())
    with pytest.raises(StoreFailure) as failed, store.writing() as session:
        session.add(tables.tokens, {"site_id": "s", "token": "a-payment-token"})
    assert "NotNullViolation" in str(failed.value)
    assert "a-payment-token" not in str(failed.value)
    assert failed.value.__suppress_context__
    store.close()


def test_a_file_that_another_process_keeps_to_itself_is_told_and_used_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "sandbox.sqlite3"
    with Sandbox(store=f"sqlite:///{file}", seed=1, clock=CLOCK) as sandbox, Partner(sandbox) as partner:
        sandbox._store._connection.execute("PRAGMA busy_timeout = 50")  # type: ignore[attr-defined]
        partner.payment("before")
        other = sqlite3.connect(file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with caplog.at_level(logging.CRITICAL, logger="qiwi_payin_sandbox"):
            refused = partner.send("PUT", "/payments/p-1", PAYMENT)
        assert refused.status_code == 503
        assert partner.ok("GET", "/payments/before")["paymentId"] == "before"
        other.execute("ROLLBACK")
        other.close()
        partner.payment("p-1")
        assert len(sandbox.postings()) == 2
