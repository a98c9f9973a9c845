"""On every store: one effect of many equal requests, nothing lost, nothing secret kept."""

import sqlite3
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from qiwi_payin_sandbox import Clock, Sandbox, ServerError, Site, StoreError
from qiwi_payin_sandbox.domain.events import Event
from qiwi_payin_sandbox.domain.ledger import account_sums
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.store import open_store
from qiwi_payin_sandbox.store.errors import UnavailableError

from tests.sandbox.conftest import NOW
from tests.sandbox.partner import CARD, EXPIRES, Partner, rubles

AT_ONCE = 8


def at_once(requests: list[Callable[[], Any]]) -> list[Any]:
    with ThreadPoolExecutor(len(requests)) as pool:
        return [future.result() for future in [pool.submit(request) for request in requests]]


@pytest.fixture
def partner(store: str) -> Any:
    clock = Clock.frozen("2024-03-01T12:00:00+03:00")
    with Sandbox(store=store, seed=1, clock=clock) as sandbox, Partner(sandbox) as partner:
        yield partner


def test_many_equal_requests_at_once_have_one_effect(partner: Partner) -> None:
    bills = at_once([partner.bill] * AT_ONCE)
    assert all(bill == bills[0] for bill in bills)
    payments = at_once([lambda: partner.payment(flags=["SALE"])] * AT_ONCE)
    assert all(payment == payments[0] for payment in payments)
    assert len(partner.sandbox.postings()) == 2
    assert len(partner.sandbox.notifications()) == 1


def test_of_many_captures_at_once_one_succeeds(partner: Partner) -> None:
    partner.payment()
    answers = at_once([partial(partner.send, "PUT", f"/payments/p-1/captures/c-{n}") for n in range(AT_ONCE)])
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * (AT_ONCE - 1)
    assert partner.ok("GET", "/payments/p-1")["capturedAmount"] == rubles("150.00")


def test_of_many_refunds_at_once_no_more_is_given_back_than_there_is(partner: Partner) -> None:
    partner.payment(flags=["SALE"])
    refunds = at_once([partial(partner.refund, refund_id=f"r-{n}", value="60.00") for n in range(AT_ONCE)])
    assert sorted(refund["status"]["value"] for refund in refunds).count("COMPLETED") == 2
    assert partner.ok("GET", "/payments/p-1")["refundedAmount"] == rubles("120.00")


def test_of_many_payers_at_once_one_pays_the_bill(partner: Partner) -> None:
    partner.bill()
    payments = at_once([partial(partner.payment, f"p-{n}", billId="b-1") for n in range(AT_ONCE)])
    assert sorted(payment["status"]["value"] for payment in payments).count("COMPLETED") == 1


def test_a_capture_and_a_reversal_at_once_share_what_is_held(partner: Partner) -> None:
    partner.payment()
    at_once([lambda: partner.send("PUT", "/payments/p-1/captures/c-1"), lambda: partner.refund(value="100.00")])
    sums = account_sums(partner.sandbox.postings())
    assert sum(sums.values()) == 0
    assert sums["held:p-1", "RUB"] == 0


def test_one_store_serves_several_sandboxes_at_once(store: str) -> None:
    site = Site(key="a-key")
    clock = Clock.frozen("2024-03-01T12:00:00+03:00")
    with (
        Sandbox(store=store, seed=1, clock=clock, sites=[site]) as one,
        Sandbox(store=store, seed=1, clock=clock, sites=[site]) as two,
        Partner(one) as at_one,
        Partner(two) as at_two,
    ):
        payments = at_once([at_one.payment, at_two.payment] * 3)
        assert all(payment == payments[0] for payment in payments)
        one.advance(3600)
        assert two.get_clock() == one.get_clock()
        at_once([lambda: one.advance(72 * 3600), lambda: two.advance(72 * 3600)])
        captures = [event for event in one.events() if event["type"] == "capture.completed"]
        assert len(captures) == 1


def test_sandboxes_that_start_at_once_make_one_store(store: str) -> None:
    def start() -> dict[str, Any]:
        with Sandbox(store=store, seed=1) as sandbox, Partner(sandbox) as partner:
            bill: dict[str, Any] = partner.bill()
            return bill

    bills = at_once([start] * AT_ONCE)
    assert all(bill == bills[0] for bill in bills)


def test_what_was_answered_is_there_after_a_restart(store: str) -> None:
    site = Site(key="a-key")
    clock = Clock.frozen("2024-03-01T12:00:00+03:00")
    with Sandbox(store=store, seed=1, clock=clock, sites=[site]) as sandbox, Partner(sandbox) as partner:
        bill, payment = partner.bill(), partner.payment(card={"cvv2": "849"})
        sandbox.advance(60)
        clock_before, events = sandbox.get_clock(), sandbox.events()
    with Sandbox(store=store, seed=1, sites=[site]) as sandbox, Partner(sandbox) as partner:
        assert (sandbox.get_clock(), sandbox.events()) == (clock_before, events)
        assert (partner.bill(), partner.payment(card={"cvv2": "849"})) == (bill, payment)
        sandbox.answer_three_ds("p-1")
        sandbox.advance(15 * 60)
        assert partner.ok("GET", "/payments/p-1")["status"]["reason"] == "PAYMENT_EXPIRED_3DS"


def test_the_same_seed_and_requests_give_the_same_bytes_on_every_store(store: str) -> None:
    def story(url: str) -> list[bytes]:
        told = []
        with Sandbox(store=url, seed="a story", clock=Clock.frozen("2024-03-01T12:00:00+03:00")) as sandbox:
            with Partner(sandbox) as partner:
                customer = {"account": "token234"}
                told.append(
                    partner.send("PUT", "/bills/b-1", {"amount": rubles("1.00"), "expirationDateTime": EXPIRES})
                )
                body = {
                    "paymentMethod": CARD,
                    "amount": rubles("1.00"),
                    "flags": ["BIND_PAYMENT_TOKEN"],
                    "customer": customer,
                }
                told.append(partner.send("PUT", "/payments/p-1", body))
                sandbox.pay_bill("b-1")
                sandbox.advance(73 * 3600)
                told.append(partner.send("GET", "/bills/b-1/details"))
                told.append(partner.send("GET", "/payments/p-1"))
            listed = [repr(sandbox.events()).encode(), repr(sandbox.notifications()).encode()]
        return [answer.content for answer in told] + listed

    assert story(store) == story("sqlite://")


def test_two_sandboxes_in_one_process_do_not_know_each_other() -> None:
    with Sandbox() as one, Sandbox() as two, Partner(one) as at_one, Partner(two) as at_two:
        at_one.bill()
        at_two.error(404, "GET", "/bills/b-1")


def test_neither_card_data_nor_keys_are_stored(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.sqlite3"
    site = Site(key="the-access-key", notification_key="the-notification-key")
    clock = Clock.frozen("2024-03-01T12:00:00+03:00")  # with the seed: no id or time holds a secret's digits by chance
    with Sandbox(store=f"sqlite:///{file}", sites=[site], seed=1, clock=clock) as sandbox, Partner(sandbox) as partner:
        card = {"pan": "4256000000000003", "cvv2": "849", "holderName": "HOLDER NAME", "expiryDate": "11/37"}
        partner.payment("waiting", card=card)
        partner.payment("held", card={**card, "cvv2": "7346"})
        partner.bill(receiverData={"pan": "2200000000000004"})
        sandbox.pay_bill("b-1", payment_method={**CARD, **card})
    with sqlite3.connect(file) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    files = [path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".secret"]
    for secret in (
        "4256000000000003",
        "2200000000000004",
        '"849"',
        "7346",
        "HOLDER NAME",
        "11/37",
        "the-access-key",
        "the-notification-key",
    ):
        assert secret not in dump
        assert not any(secret.encode() in content for content in files)


def test_the_secret_of_a_file_is_kept_beside_it_for_its_owner_alone(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'sandbox.sqlite3'}"
    with Sandbox(store=store) as sandbox:
        key = sandbox.key
    with Sandbox(store=store) as sandbox:
        assert sandbox.key == key
    with Sandbox(store=f"sqlite:///{tmp_path / 'other.sqlite3'}") as sandbox:
        assert sandbox.key != key
    assert (tmp_path / "sandbox.sqlite3.secret").stat().st_mode & 0o777 == 0o600


def test_a_store_whose_secret_is_lost_says_what_has_changed(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    store = f"sqlite:///{tmp_path / 'sandbox.sqlite3'}"
    with Sandbox(store=store) as sandbox:
        notification_key = sandbox.notification_key
    with Sandbox(store=store) as sandbox:
        assert sandbox.notification_key == notification_key
    assert caplog.messages == []

    (tmp_path / "sandbox.sqlite3.secret").unlink()
    with Sandbox(store=store) as sandbox:
        assert sandbox.notification_key != notification_key
    (told,) = caplog.messages
    assert told.startswith("the site test-00 was stored under another secret or seed")


def test_a_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    with Sandbox(store=f"sqlite:///{tmp_path / 'sandbox.sqlite3'}") as sandbox, Partner(sandbox) as partner:
        partner.payment()
        assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize(
    ("store", "words"),
    [
        ("mysql://host/database", "sqlite:///FILE or postgresql://"),
        ("nonsense", "sqlite:///FILE or postgresql://"),
        ("sqlite:////nowhere/at/all.sqlite3", "cannot be opened"),
    ],
)
def test_a_store_that_cannot_be_opened_says_why(store: str, words: str) -> None:
    with pytest.raises(StoreError, match=words):
        Sandbox(store=store)


def test_a_missing_driver_is_said_with_what_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "qiwi_payin_sandbox.store.postgres", raising=False)
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as where it is not installed
    with pytest.raises(StoreError, match=r'pip install "qiwi-payin\[postgres\]"'):
        Sandbox(store="postgresql://127.0.0.1/x", seed="s")


def test_where_sqlite_gives_a_transaction_up_the_reason_is_told_and_work_goes_on(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'sandbox.sqlite3'}")
    for _ in range(2):
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"), store.writing() as session:
            session.define("INSERT OR ROLLBACK INTO payin_schema SELECT version FROM payin_schema")
    store.close()


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "sandbox.sqlite3"
    Sandbox(store=f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE payin_schema SET version = 99")
    connection.close()
    with pytest.raises(StoreError, match="newer version"):
        Sandbox(store=f"sqlite:///{file}")


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    for url in ("user:the-password@127.0.0.1:1/database", "127.0.0.1:1/database?user=u&password=the-password"):
        with pytest.raises(StoreError) as refused:
            Sandbox(store=f"postgresql://{url}", seed=1)
        assert "the-password" not in str(refused.value)


def test_who_reads_a_log_page_after_page_misses_nothing_that_is_committed_late(postgres: Callable[[], str]) -> None:
    written, let_go = threading.Event(), threading.Event()
    with (
        Sandbox(store=postgres(), seed=1, clock=Clock.frozen(NOW), sites=[Site("test-00")]) as sandbox,
        Partner(sandbox) as partner,
        ThreadPoolExecutor(1) as pool,
    ):

        def write_slowly(work: Work) -> None:
            work.unit.add_events([Event(type="slow", at=work.now)])
            written.set()
            let_go.wait(30)

        first = partner.payment("first")
        assert first["status"]["value"] == "COMPLETED"
        engine = sandbox._engine  # noqa: SLF001 - a transaction that takes its time
        slow = pool.submit(engine.change, "test-00", write_slowly)
        assert written.wait(30)
        partner.payment("second")  # takes later numbers, and is committed earlier
        events, notifications = sandbox.events(), sandbox.notifications()
        let_go.set()
        slow.result()
        events += sandbox.events(after=events[-1]["sequence"])
        notifications += sandbox.notifications(after=notifications[-1]["sequence"])
        told = [each["type"] for each in events]
        assert told == ["payment.created", "payment.completed", "slow", "payment.created", "payment.completed"]
        assert len({each["notificationId"] for each in notifications}) == len(notifications) == 2


def test_a_sandbox_that_was_closed_begins_nothing_more(store: str, caplog: pytest.LogCaptureFixture) -> None:
    with Sandbox(store=store, seed=1, sites=[Site("test-00", key="k")]) as sandbox, Partner(sandbox) as partner:
        sandbox.serve()
        threads = set(threading.enumerate())
        sandbox.close()
        sandbox.close()
        with pytest.raises(ServerError):
            assert not sandbox.base_url
        with pytest.raises(UnavailableError), caplog.at_level("CRITICAL", logger="qiwi_payin_sandbox"):
            sandbox.events()
        assert partner.send("GET", "/payments/p-1").status_code == 503
        assert set(threading.enumerate()) <= threads
