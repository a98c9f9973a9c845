"""Reset, snapshot and restore: all of a site at once, or nothing."""

import copy
import json
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.domain.ledger import account_sums
from qiwi_payin_sandbox.http.errors import ApiError
from qiwi_payin_sandbox.notifications.delivery import Outcome

from tests.sandbox.conftest import NOW
from tests.sandbox.operator import Operator
from tests.sandbox.partner import CARD, EXPIRES, Partner, rubles

SITE = Site(key="key-of-test-00", notification_url="http://127.0.0.1:9/")
BILL = {"amount": rubles("150.00"), "expirationDateTime": EXPIRES, "customer": {"account": "account-1"}}
PAYMENT = {"amount": rubles("150.00"), "paymentMethod": CARD, "customer": {"account": "account-1"}}
Step = tuple[str, str, Any]


def number(prefix: str) -> st.SearchStrategy[str]:
    return st.sampled_from((f"{prefix}-1", f"{prefix}-2"))


def steps() -> st.SearchStrategy[Step]:
    """What a partner, a payer and time can do: a method and a path of the API, or a method of the sandbox."""
    sums = st.sampled_from(("0.01", "75.00", "150.00"))
    payment = st.fixed_dictionaries(
        {"flags": st.sampled_from(([], ["SALE"], ["BIND_PAYMENT_TOKEN"]))},
    ).map(lambda more: {**PAYMENT, **more})
    with_three_ds = payment.map(lambda body: {**body, "paymentMethod": {**CARD, "holderName": "3ds"}})
    declined = payment.map(lambda body: {**body, "paymentMethod": {**CARD, "expiryDate": "02/34"}})
    return st.one_of(
        st.tuples(st.just("PUT"), number("/bills/b"), st.just(BILL)),
        st.tuples(st.just("PUT"), number("/payments/p"), st.one_of(payment, with_three_ds, declined)),
        st.tuples(
            st.just("PUT"),
            st.builds("{}/captures/{}".format, number("/payments/p"), number("c")),
            st.just({}),
        ),
        st.tuples(
            st.just("PUT"),
            st.builds("{}/refunds/{}".format, number("/payments/p"), number("r")),
            sums.map(lambda value: {"amount": rubles(value)}),
        ),
        st.tuples(st.just("pay_bill"), number("b"), st.none()),
        st.tuples(st.just("answer_three_ds"), number("p"), st.none()),
        st.tuples(st.just("advance"), st.just(""), st.sampled_from((1, 1000, 300_000))),
        st.tuples(st.just("change_site"), st.just(""), st.sampled_from(("Dark", "Light"))),
    )


def do(partner: Partner, step: Step) -> str:
    """Take a step and return what is answered, apart from what only counts errors."""
    what, object_, body = step
    sandbox = partner.sandbox
    try:
        match what:
            case "PUT":
                answered = partner.send("PUT", object_, body).json()
            case "pay_bill":
                answered = sandbox.pay_bill(object_)
            case "answer_three_ds":
                answered = sandbox.answer_three_ds(object_)
            case "advance":
                answered = sandbox.advance(body)
            case _:
                answered = sandbox.change_site(theme=body).theme
    except ApiError as error:
        return f"{error.status} {error.description} {error.cause}"
    if isinstance(answered, dict):
        answered.pop("traceId", None)
    return json.dumps(answered)


def text_of(snapshot: dict[str, Any]) -> str:
    return json.dumps(snapshot)


def shown(sandbox: Sandbox) -> str:
    events = [{**event, "sequence": None} for event in sandbox.events()]
    notifications = [{**told, "sequence": None} for told in sandbox.notifications()]
    return json.dumps([events, notifications, [str(posting) for posting in sandbox.postings()]])


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def opened(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    store = (
        f"sqlite:///{tmp_path_factory.mktemp('state') / 'db'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres")()
    )
    with Sandbox(store=store, seed=1, sites=[SITE], clock=Clock.frozen(NOW)) as sandbox:
        yield sandbox


@pytest.fixture
def make(store: str, tmp_path: Path) -> Iterator[Callable[..., Sandbox]]:
    """Open sandboxes: the first on the store under test, others beside it."""
    with ExitStack() as stack:
        urls = iter([store, *(f"sqlite:///{tmp_path / name}" for name in ("second", "third"))])

        def opened(**more: Any) -> Sandbox:
            given_here = {"seed": 1, "sites": [SITE], "clock": Clock.frozen(NOW), **more}
            return stack.enter_context(Sandbox(store=next(urls), **given_here))

        yield opened


def busy(sandbox: Sandbox) -> None:
    """Let some of everything happen."""
    with Partner(sandbox) as partner:
        for step in (
            ("PUT", "/bills/b-1", BILL),
            ("PUT", "/bills/b-2", {**BILL, "flags": ["SALE"]}),
            ("pay_bill", "b-1", None),
            ("PUT", "/payments/p-1", {**PAYMENT, "flags": ["BIND_PAYMENT_TOKEN"]}),
            ("PUT", "/payments/p-1/captures/c-1", {}),
            ("PUT", "/payments/p-1/refunds/r-1", {"amount": rubles("50.00")}),
            ("PUT", "/payments/p-2", {**PAYMENT, "paymentMethod": {**CARD, "holderName": "3ds"}}),
            ("PUT", "/payments/p-3", {**PAYMENT, "paymentMethod": {**CARD, "expiryDate": "02/34"}}),
            ("advance", "", 10),
        ):
            do(partner, step)


# the rule


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(steps(), max_size=8),
    between=st.lists(steps(), max_size=5),
    after=st.lists(steps(), min_size=1, max_size=8),
)
def test_a_restored_site_is_what_it_was_byte_for_byte_and_goes_on_as_it_did(
    opened: Sandbox, before: list[Step], between: list[Step], after: list[Step]
) -> None:
    opened.reset()
    opened.change_site(theme=None)
    opened.reset()
    with Partner(opened) as partner:
        for step in before:
            do(partner, step)
        taken = text_of(opened.snapshot())
        first = [do(partner, step) for step in after], shown(opened)
        for step in between:
            do(partner, step)
        assert opened.restore(json.loads(taken))["repeatsAreCompared"]
        assert text_of(opened.snapshot()) == taken
        assert ([do(partner, step) for step in after], shown(opened)) == first


# snapshot and restore


def test_a_snapshot_moves_between_stores(make: Callable[..., Sandbox]) -> None:
    here, there = make(), make()
    busy(here)
    snapshot = json.loads(text_of(here.snapshot()))
    assert there.restore(snapshot) == {"siteId": "test-00", "repeatsAreCompared": True}
    assert text_of(there.snapshot()) == text_of(snapshot)
    assert shown(there) == shown(here)
    with Partner(there) as partner:
        partner.ok("PUT", "/payments/p-1", {**PAYMENT, "flags": ["BIND_PAYMENT_TOKEN"]})
    assert here.restore(there.snapshot())["repeatsAreCompared"]


def test_with_another_secret_a_repeated_request_is_refused_and_charges_nobody(make: Callable[..., Sandbox]) -> None:
    here, there = make(), make(seed=2)
    busy(here)
    assert there.restore(here.snapshot())["repeatsAreCompared"] is False
    postings = there.postings()
    with Partner(there) as partner:
        repeated = partner.error(400, "PUT", "/payments/p-1", {**PAYMENT, "flags": ["BIND_PAYMENT_TOKEN"]})
        assert "paymentId" in repeated["cause"]
        token = partner.ok("GET", "/payments/p-1")["createdToken"]["token"]
        by_token = {**PAYMENT, "paymentMethod": {"type": "TOKEN", "paymentToken": token}}
        assert there.postings() == postings
        assert partner.ok("PUT", "/payments/p-9", by_token)["status"]["value"] == "COMPLETED"


def test_a_running_clock_runs_on_from_what_it_showed(make: Callable[..., Sandbox]) -> None:
    sandbox = make(clock=Clock())
    snapshot = sandbox.snapshot()
    sandbox.advance(86_400)
    sandbox.set_clock(frozen=True)
    sandbox.restore(snapshot)
    clock = sandbox.get_clock()
    assert not clock["frozen"]
    assert snapshot["clock"]["now"] <= clock["now"] < snapshot["clock"]["now"].replace("T", "U")


def test_what_was_due_is_due_again_after_a_restore(make: Callable[..., Sandbox]) -> None:
    sandbox = make()
    with Partner(sandbox) as partner:
        partner.payment()
        snapshot = sandbox.snapshot()
        for _ in range(2):
            sandbox.advance(72 * 3600)
            assert partner.ok("GET", "/payments/p-1")["capturedAmount"]["value"] == "150.00"
            sandbox.restore(snapshot)
            assert partner.ok("GET", "/payments/p-1")["capturedAmount"]["value"] == "0.00"


def test_keys_are_in_no_snapshot_and_stay_in_a_restore(make: Callable[..., Sandbox]) -> None:
    sandbox = make(sites=[Site(key="key-of-test-00", notification_key="notify-key")])
    snapshot = sandbox.snapshot()
    issued = sandbox.issue_key()["key"]
    sandbox.change_site(notification_key="another-key", theme="Dark")
    for secret in ("key-of-test-00", "notify-key"):
        assert secret not in text_of(snapshot)
    sandbox.restore(snapshot)
    assert sandbox.sites["test-00"].theme is None
    assert sandbox.sites["test-00"].notification_key == "another-key"
    with Partner(sandbox) as partner:
        partner.bill(key=issued)


def test_other_sites_are_left_alone(make: Callable[..., Sandbox]) -> None:
    sandbox = make(sites=[SITE, Site("other", key="key-of-other")])
    with Partner(sandbox, "other") as partner:
        partner.payment()
    before = text_of(sandbox.snapshot(site_id="other"))
    busy(sandbox)
    snapshot = sandbox.snapshot()
    sandbox.reset()
    assert text_of(sandbox.snapshot(site_id="other")) == before
    sandbox.restore(snapshot)
    assert text_of(sandbox.snapshot(site_id="other")) == before


_GIVEN: Any = object()


def _set(*path: Any, value: Any = _GIVEN) -> Callable[[dict[str, Any]], None]:
    *way, last, value = (*path, value) if value is not _GIVEN else path

    def change(state: dict[str, Any]) -> None:
        place: Any = state
        for part in way:
            place = place[part]
        place[last] = value

    return change


def _double(kind: str) -> Callable[[dict[str, Any]], None]:
    return lambda state: state["objects"][kind].append(dict(state["objects"][kind][0]))


def _drop(*path: Any) -> Callable[[dict[str, Any]], None]:
    *way, last = path

    def change(state: dict[str, Any]) -> None:
        place: Any = state
        for part in way:
            place = place[part]
        del place[last]

    return change


BROKEN: dict[str, tuple[str, Callable[[dict[str, Any]], None]]] = {
    "another format": ("format", _set("format", "something else")),
    "another version": ("version", _set("version", 1)),
    "another site": ("siteId", _set("siteId", "other")),
    "a stranger": ("extra", _set("extra", 1)),
    "no clock": ("clock", _drop("clock")),
    "a time that is none": ("clock.now", _set("clock", "now", "yesterday")),
    "a time beyond reach": ("clock.now", _set("clock", "now", "9999-12-31T00:00:00Z")),
    "an unknown setting": ("settings.colour", _set("settings", "colour", "red")),
    "a setting that breaks its rule": ("settings.holdTermSeconds", _set("settings", "holdTermSeconds", 0)),
    "a kind that is missing": ("objects.postings", _drop("objects", "postings")),
    "a kind that is unknown": ("objects.secrets", _set("objects", "secrets", [])),
    "a column that is missing": ("objects.payments[0].status", _drop("objects", "payments", 0, "status")),
    "a column that is unknown": ("objects.payments[0].site_id", _set("objects", "payments", 0, "site_id", "x")),
    "a wrong type": ("objects.payments[0].amount", _set("objects", "payments", 0, "amount", "1.00")),
    "a truth for a number": ("objects.payments[0].amount", _set("objects", "payments", 0, "amount", value=True)),
    "a number beyond all": ("objects.payments[0].amount", _set("objects", "payments", 0, "amount", 1 << 63)),
    "a null that may not be": ("objects.payments[0].status", _set("objects", "payments", 0, "status", None)),
    "a text that no store takes": ("objects.bills[0].bill_id", _set("objects", "bills", 0, "bill_id", "b\0")),
    "an unknown status": ("objects.payments[0]", _set("objects", "payments", 0, "status", "LOST")),
    "details that are none": ("objects.bills[0]", _set("objects", "bills", 0, "details", "{")),
    "an id twice": ("objects.bills[2].bill_id", _double("bills")),
    "a term that never ends": ("objects.bills[0].due_at", _set("objects", "bills", 0, "due_at", -1)),
    "a delivery by nobody": (
        "objects.notifications[0].leased_until",
        _set("objects", "notifications", 0, "leased_until", 1),
    ),
    "a capture of nothing": ("objects.captures[0].payment_id", _set("objects", "captures", 0, "payment_id", "x")),
    "a posting of nothing": ("objects.postings[0].payment_id", _set("objects", "postings", 0, "payment_id", "x")),
    "a sum that is too large": ("objects.payments[0].authorised", _set("objects", "postings", 0, "amount", 15001)),
    "a posting too many": ("objects.payments[0].authorised", _double("postings")),
    "a posting too few": ("objects.payments[0].authorised", _drop("objects", "postings", 0)),
    "a posting of no sum": ("objects.postings", _set("objects", "postings", 0, "amount", 0)),
    "a wrong account": ("objects.postings[0].source", _set("objects", "postings", 0, "source", "site")),
    "another currency": ("objects.postings[0].currency", _set("objects", "postings", 0, "currency", "USD")),
    "captured without a posting": ("objects.payments[0].captured", _set("objects", "payments", 0, "captured", 1)),
}


def test_a_broken_state_is_refused_by_field_and_changes_nothing(make: Callable[..., Sandbox]) -> None:
    sandbox = make()
    busy(sandbox)
    good = sandbox.snapshot()
    assert len(good["objects"]["postings"]) == 4
    before = text_of(good)
    found = {}
    for name, (_, breaks) in BROKEN.items():
        state = copy.deepcopy(good)
        breaks(state)
        with pytest.raises(ApiError) as refused:
            sandbox.restore(state)
        found[name] = next(iter(refused.value.cause))
        assert text_of(sandbox.snapshot()) == before
    assert found == {name: field for name, (field, _) in BROKEN.items()}


def test_a_state_comes_and_goes_over_http(make: Callable[..., Sandbox]) -> None:
    sandbox = make()
    busy(sandbox)
    operator = Operator(sandbox)
    snapshot = operator.ok("GET", "/sites/test-00/state")
    operator.ok("POST", "/sites/test-00/reset", status=204)
    assert operator.ok("PUT", "/sites/test-00/state", snapshot)["repeatsAreCompared"]
    assert operator.ok("GET", "/sites/test-00/state") == snapshot


def test_a_state_may_be_larger_than_other_bodies(make: Callable[..., Sandbox]) -> None:
    sandbox = make(host="127.0.0.1")
    with Partner(sandbox) as partner:
        for count in range(30):
            partner.bill(f"b-{count}", customFields={f"field{each}": "x" * 250 for each in range(150)})
    snapshot = sandbox.snapshot()
    text = text_of(snapshot)
    assert len(text) > 1024 * 1024
    sandbox.reset()

    def put(headers: dict[str, str]) -> httpx.Response:
        sent = {"content-type": "application/json", **headers}
        return httpx.put(f"{sandbox.origin}/sandbox/sites/test-00/state", content=text, headers=sent, timeout=60)

    assert put({}).json()["repeatsAreCompared"]
    assert sandbox.snapshot() == snapshot
    for headers in ({"host": "sandbox.example"}, {"authorization": "Bearer wrong"}):
        assert put(headers).status_code == 401


# reset


def test_a_reset_site_is_a_new_one_with_its_settings_and_keys(make: Callable[..., Sandbox]) -> None:
    sandbox = make()
    sandbox.change_site(theme="Dark")
    sandbox.reset()
    new = text_of(sandbox.snapshot())
    issued = sandbox.issue_key()["key"]
    busy(sandbox)
    sandbox.advance(300_000)
    sandbox.reset()
    assert text_of(sandbox.snapshot()) == new
    assert (sandbox.events(), sandbox.notifications(), sandbox.postings()) == ([], [], [])
    assert sandbox.sites["test-00"].theme == "Dark"
    assert not sandbox.get_clock()["now"] > "2024-03-01T12:00:00.001+03:00"
    with Partner(sandbox) as partner:
        partner.bill(key=issued)


class InTheMeantime:
    """Takes every notification, after something else has happened."""

    def __init__(self) -> None:
        self.happens: Callable[[], object] = lambda: None

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002
        self.happens()
        return Outcome(status=200)

    def close(self) -> None:
        pass


def test_a_delivery_that_is_under_way_leaves_nothing_on_a_reset_site(make: Callable[..., Sandbox]) -> None:
    courier = InTheMeantime()
    sandbox = make(courier=courier)
    before = sandbox.snapshot()
    courier.happens = sandbox.reset
    with Partner(sandbox) as partner:
        partner.payment(flags=["SALE"])
        sandbox.advance(1)
    after = sandbox.snapshot()
    assert after["objects"]["attempts"] == after["objects"]["notifications"] == []
    assert {event["type"] for event in after["objects"]["events"]} <= {"clock.moved"}
    assert sandbox.restore(before)["repeatsAreCompared"]


def test_a_notification_that_was_under_way_is_delivered_after_a_restore(make: Callable[..., Sandbox]) -> None:
    courier, taken = InTheMeantime(), []
    sandbox = make(courier=courier)
    with Partner(sandbox) as partner:
        partner.payment(flags=["SALE"])
        courier.happens = lambda: taken.append(sandbox.snapshot())
        sandbox.advance(1)
        courier.happens = lambda: None
        assert sandbox.notifications()[0]["state"] == "delivered"
        sandbox.restore(taken[0])
        assert sandbox.snapshot() == taken[0]
        sandbox.advance(1)
    assert sandbox.notifications()[0]["state"] == "delivered"


def test_the_ledger_holds_whatever_is_written_while_a_state_is_put_back(make: Callable[..., Sandbox]) -> None:
    sandbox = make()
    busy(sandbox)
    snapshot = sandbox.snapshot()

    def pay(worker: int) -> None:
        with Partner(sandbox) as partner:
            for count in range(5):
                path = f"/payments/w-{worker}-{count}"
                partner.send("PUT", path, PAYMENT)
                partner.send("PUT", f"{path}/captures/c-1", {})

    with ThreadPoolExecutor(4) as pool:
        jobs: list[Future[Any]] = [pool.submit(pay, worker) for worker in range(3)]
        jobs += [pool.submit(sandbox.restore, snapshot) for _ in range(3)]
        for job in jobs:
            job.result()
    sandbox.restore(sandbox.snapshot())  # which counts the ledger, and misses nothing that an object names
    assert sum(account_sums(sandbox.postings()).values()) == 0
