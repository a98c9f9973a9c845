"""What an operation asks the database: few statements, all by indexes, as many whatever there is already."""
# ruff: noqa: SLF001 - the statements are what is looked at

import re
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.store.session import _compiled
from qiwi_payin_sandbox.store.sqlite import SqliteStore

from tests.sandbox.partner import Partner

_BOUNDARIES = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "-- ")


@pytest.fixture
def partner(tmp_path: Path) -> Iterator[Partner]:
    url = f"sqlite:///{tmp_path / 'sandbox.sqlite3'}"
    sites = [Site(key="a-key", notification_url="http://127.0.0.1:9/")]
    with (
        Sandbox(store=url, seed=1, clock=Clock.frozen("2024-03-01T12:00:00+03:00"), sites=sites) as sandbox,
        Partner(sandbox) as partner,
    ):
        partner.bill("warm")
        partner.bill("unpaid", expirationDateTime="2024-04-02T12:00:00+03:00")
        partner.payment("warm")
        yield partner


def store_of(partner: Partner) -> SqliteStore:
    store = partner.sandbox._store
    assert isinstance(store, SqliteStore)
    return store


def told(partner: Partner, operation: Callable[[], object]) -> list[str]:
    """Return the statements of an operation, without those that begin and end transactions."""
    texts: list[str] = []
    connection = store_of(partner)._connection
    connection.set_trace_callback(texts.append)
    try:
        operation()
    finally:
        connection.set_trace_callback(None)
    return [text for text in texts if not text.startswith(_BOUNDARIES)]


def fill(partner: Partner) -> None:
    for number in range(3):
        partner.bill(f"b-{number}")
        partner.payment(f"p-{number}", flags=["SALE"], billId=f"b-{number}")
        partner.refund(f"p-{number}", value="1.00")


OPERATIONS: dict[str, tuple[int, Callable[[Partner], object]]] = {
    "PUT bill": (4, lambda partner: partner.bill("new")),
    "PUT bill again": (2, lambda partner: partner.bill("warm")),
    "PUT payment": (8, lambda partner: partner.payment("new")),
    "PUT payment again": (2, lambda partner: partner.payment("warm")),
    "PUT payment of a bill": (12, lambda partner: partner.payment("of-bill", billId="warm")),
    "PUT one-step payment": (9, lambda partner: partner.payment("one-step", flags=["SALE"])),
    "PUT refund": (8, lambda partner: partner.refund("warm", value="1.00")),
    "PUT capture": (8, lambda partner: partner.capture("warm")),
    "GET payment": (2, lambda partner: partner.ok("GET", "/payments/warm")),
    "GET bill": (3, lambda partner: partner.ok("GET", "/bills/warm/details")),
    "GET refunds": (3, lambda partner: partner.ok("GET", "/payments/warm/refunds")),
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_asks_few_questions_however_much_there_is(partner: Partner, name: str) -> None:
    most, operation = OPERATIONS[name]
    fill(partner)
    asked = told(partner, lambda: operation(partner))
    assert len(asked) <= most, "\n".join(asked)


def test_every_question_is_answered_by_an_index(partner: Partner) -> None:
    fill(partner)
    asked: list[str] = []
    for _, operation in OPERATIONS.values():
        asked += told(partner, partial(operation, partner))
    sandbox = partner.sandbox
    asked += told(partner, lambda: sandbox.advance(73 * 3600))
    asked += told(partner, sandbox.events)
    asked += told(partner, sandbox.notifications)
    asked += told(partner, lambda: sandbox.pay_bill("unpaid"))
    scans = [
        (text, step)
        for text in dict.fromkeys(map(_without_values, asked))
        for step in _plan(store_of(partner)._connection, text)
        if _reads_all(step) or ("TEMP B-TREE" in step and "anon_" not in text)  # what sorts a page of a page is small
    ]
    assert not scans, "\n".join(f"{step}: {text}" for text, step in scans)


def _reads_all(step: str) -> bool:
    """Whether a table is read from end to end that grows with what happens."""
    return re.match(r"SCAN payin_(?!(sites|keys|faults|schema)\b)", step) is not None and "INDEX" not in step


def _without_values(text: str) -> str:
    """Return a statement as it is, its values being what tells it from another with the same plan."""
    return re.sub(r"'(?:[^']|'')*'", "'x'", text)


def _plan(connection: sqlite3.Connection, text: str) -> list[str]:
    return [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {text}")]


def test_a_statement_is_compiled_once() -> None:
    def story() -> Any:
        with Sandbox(clock=Clock.frozen("2024-03-01T12:00:00+03:00")) as sandbox, Partner(sandbox) as partner:
            partner.bill()
            partner.payment(flags=["SALE"], billId="b-1")
            partner.refund()

    story()
    compiled = _compiled.cache_info().misses
    story()
    assert _compiled.cache_info().misses == compiled
