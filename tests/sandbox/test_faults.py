"""Faults on demand: what a shop sees of each, and that money is where it would be without them."""

import email.utils
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import CardPaymentMethod, PayIn
from qiwi_payin.errors import (
    AnswerInvalid,
    AnswerLost,
    CallError,
    OutcomeUnknown,
    ServerError,
    TooManyRequests,
)
from qiwi_payin_description import load
from qiwi_payin_sandbox import ApiError, Clock, Sandbox, Site
from qiwi_payin_sandbox.faults import register
from qiwi_payin_sandbox.faults.catalogue import ANSWERS, KINDS
from qiwi_payin_sandbox.faults.fault import Fault
from qiwi_payin_sandbox.ids import Ids

from tests.sandbox.conftest import NOW
from tests.sandbox.partner import CARD, Partner, check_answer, rubles

SALE = {"paymentMethod": CARD, "amount": rubles("150.00"), "flags": ["SALE"]}
BROKEN_OFF = (httpx.TransportError,)
TROUBLES = {429, 500, 502, 503}


class Shop:
    """A partner over one of the ways in, who takes what comes."""

    def __init__(self, sandbox: Sandbox, base_url: str, transport: httpx.BaseTransport | None) -> None:
        self.sandbox = sandbox
        self.client = httpx.Client(
            base_url=f"{base_url}/payin/v1/sites/test-00",
            headers={"Authorization": f"Bearer {sandbox.key}"},
            transport=transport,
            trust_env=False,
        )
        self.payin = PayIn(base_url, sandbox.key, "test-00", transport=transport, retries=0)

    def pay(self, payment_id: str = "p-1", **more: Any) -> httpx.Response:
        return self.client.put(f"/payments/{payment_id}", json=SALE, **more)

    def close(self) -> None:
        self.client.close()
        self.payin.close()


@pytest.fixture(params=["socket", "transport"])
def shop(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[Shop]:
    by_socket = request.param == "socket"
    shop = Shop(
        sandbox,
        sandbox.base_url if by_socket else sandbox.local_base_url,
        None if by_socket else sandbox.transport,
    )
    yield shop
    shop.close()


def struck(sandbox: Sandbox) -> list[str]:
    return [event["type"] for event in sandbox.events() if event["type"].startswith("fault.")]


# what a shop sees


@pytest.mark.parametrize(
    ("kind", "chosen", "status", "code"),
    [
        ("error_500", {}, 500, "internal.error"),
        ("error_500_empty", {}, 500, None),
        ("error_502", {}, 502, "internal.error"),
        ("error_503", {}, 503, "internal.error"),
        ("error_429", {}, 429, "http.too.many.requests"),
        ("error_502", {"page": True}, 502, "html"),
        ("error_503", {"page": True}, 503, "html"),
        ("error_429", {"page": True}, 429, "html"),
    ],
)
def test_an_error_is_answered_in_place_of_the_operation(
    shop: Shop, kind: str, chosen: Any, status: int, code: str | None
) -> None:
    with shop.sandbox.fault(kind, operation="paymentsCreate", **chosen):
        answer = shop.pay()
    assert answer.status_code == status
    if code is None:
        assert (answer.content, "content-type" in answer.headers) == (b"", False)
    elif code == "html":
        assert answer.headers["content-type"] == "text/html"
        assert str(status) in answer.text
    else:
        check_answer(answer)
        assert answer.json()["errorCode"] == code
    assert shop.sandbox.postings() == []
    assert shop.pay().status_code == 200


@pytest.mark.parametrize("kind", ["error_500", "error_500_empty", "error_502", "error_503"])
def test_an_error_may_be_answered_after_the_operation_was_carried_out(shop: Shop, kind: str) -> None:
    with shop.sandbox.fault(kind, after_commit=True):
        assert shop.pay().status_code in TROUBLES
    assert len(shop.sandbox.postings()) == 2
    assert shop.pay().json()["status"]["value"] == "COMPLETED"
    assert len(shop.sandbox.postings()) == 2


@pytest.mark.parametrize(
    ("kind", "error", "postings"),
    [
        ("reset", httpx.ReadError, 0),
        ("lost_answer", httpx.RemoteProtocolError, 2),
        ("cut_answer", httpx.RemoteProtocolError, 2),
    ],
)
def test_a_connection_ends_without_a_whole_answer(shop: Shop, kind: str, error: type[Exception], postings: int) -> None:
    with shop.sandbox.fault(kind), pytest.raises(error):
        shop.pay()
    assert len(shop.sandbox.postings()) == postings
    assert shop.pay().json()["status"]["value"] == "COMPLETED"
    assert len(shop.sandbox.postings()) == 2


@pytest.mark.parametrize("kind", ["latency", "slow_answer"])
def test_a_late_answer_comes_too_late_for_who_does_not_wait(shop: Shop, kind: str) -> None:
    with shop.sandbox.fault(kind, milliseconds=60_000), pytest.raises(httpx.ReadTimeout):
        shop.pay(timeout=0.02)
    with shop.sandbox.fault(kind, milliseconds=0, up_to_milliseconds=20):
        assert shop.pay().json()["status"]["value"] == "COMPLETED"
    assert len(shop.sandbox.postings()) == 2


@pytest.mark.parametrize(
    ("chosen", "said"), [({}, "1"), ({"retry_after_seconds": 7}, "7"), ({"retry_after_seconds": 7, "page": True}, "7")]
)
def test_too_many_requests_say_when_to_come_back(shop: Shop, chosen: Any, said: str) -> None:
    with shop.sandbox.fault("error_429", **chosen):
        assert shop.pay().headers["retry-after"] == said


def test_when_to_come_back_may_be_a_date() -> None:
    world = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
    with Sandbox(clock=Clock(world=lambda: world)) as sandbox:
        shop = Shop(sandbox, sandbox.local_base_url, sandbox.transport)
        with sandbox.fault("error_503", retry_after_seconds=90, retry_after_date=True):
            said = shop.pay().headers["retry-after"]
        shop.close()
    assert said == "Fri, 01 Mar 2024 09:01:30 GMT"
    assert email.utils.parsedate_to_datetime(said) > world


# what the project's client makes of it


@pytest.mark.parametrize(
    ("kind", "chosen", "to_a_change", "to_a_question"),
    [
        ("error_500", {}, (OutcomeUnknown, ServerError), ServerError),
        ("error_500_empty", {"after_commit": True}, (OutcomeUnknown, ServerError), ServerError),
        ("error_502", {"after_commit": True}, (OutcomeUnknown, ServerError), ServerError),
        ("error_502", {"page": True}, (OutcomeUnknown, ServerError), ServerError),
        ("error_503", {}, (OutcomeUnknown, ServerError), ServerError),
        ("error_429", {"retry_after_seconds": 3}, (TooManyRequests, None), TooManyRequests),
        ("error_429", {"retry_after_seconds": 3, "page": True}, (TooManyRequests, None), TooManyRequests),
        ("reset", {}, (OutcomeUnknown, AnswerLost), AnswerLost),
        ("lost_answer", {}, (OutcomeUnknown, AnswerLost), AnswerLost),
        ("cut_answer", {}, (OutcomeUnknown, AnswerLost), AnswerLost),
        ("latency", {"milliseconds": 60_000}, (OutcomeUnknown, AnswerLost), AnswerLost),
        ("slow_answer", {"milliseconds": 60_000}, (OutcomeUnknown, AnswerLost), AnswerLost),
    ],
)
def test_the_client_tells_what_may_have_happened(
    shop: Shop, kind: str, chosen: Any, to_a_change: tuple[Any, Any], to_a_question: type[CallError]
) -> None:
    patience = 0.1 if "milliseconds" in chosen else 10.0

    def pay(timeout: float = 10.0) -> Any:
        card = CardPaymentMethod(pan=CARD["pan"], expiry_date=CARD["expiryDate"], cvv2="123")
        return shop.payin.payments.create("p-1", payment_method=card, amount="150.00", flags=["SALE"], timeout=timeout)

    with shop.sandbox.fault(kind, **chosen):
        with pytest.raises(to_a_change[0]) as changing:
            pay(patience)
        with pytest.raises(to_a_question):
            shop.payin.payments.get("p-1", timeout=patience)
    if to_a_change[1] is not None:
        assert isinstance(changing.value, OutcomeUnknown)
        assert isinstance(changing.value.reason, to_a_change[1])
        assert not isinstance(changing.value.reason, AnswerInvalid)
    if kind == "error_429":
        assert changing.value.retry_after == "3"
    assert pay().payment_id == "p-1"
    assert len(shop.sandbox.postings()) == 2


# which requests are struck


def test_it_strikes_so_many_times_and_is_used_up(shop: Shop) -> None:
    fault = shop.sandbox.inject("error_500", operation="paymentsCreate", times=2)
    assert [shop.pay().status_code for _ in range(4)] == [500, 500, 200, 200]
    (used,) = shop.sandbox.faults()
    assert (used["faultId"], used["fired"], used["considered"], used["active"]) == (fault["faultId"], 2, 2, False)


def test_it_strikes_its_operation_on_its_site_alone() -> None:
    with Sandbox(sites=[Site("test-00", key="one"), Site("test-01", key="two")]) as sandbox:
        sandbox.inject("error_500", operation="paymentsCreate")
        with Partner(sandbox) as one, Partner(sandbox, "test-01") as two:
            one.bill()
            assert one.send("PUT", "/payments/p-1", SALE).status_code == 500
            two.payment()
        assert sandbox.faults(site_id="test-01") == []


def test_control_operations_are_never_struck(shop: Shop) -> None:
    shop.sandbox.inject("reset")
    for path in ("/sandbox/sites/test-00/faults", "/sandbox/sites/test-00/clock"):
        answer = shop.client.get(shop.client.base_url.copy_with(path=path))
        assert answer.status_code == 200


def test_who_has_no_key_uses_none_up(shop: Shop) -> None:
    shop.sandbox.inject("error_503", times=1)
    assert shop.pay(headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert shop.client.put("/payments/.bad", json=SALE).status_code == 400
    assert shop.client.patch("/payments/p-1", json=SALE).status_code == 405
    assert shop.sandbox.faults()[0]["considered"] == 0
    assert shop.pay().status_code == 503


def test_delays_add_up_and_the_first_that_ends_decides(sandbox: Sandbox) -> None:
    shop = Shop(sandbox, sandbox.local_base_url, sandbox.transport)
    sandbox.inject("error_503", operation="paymentsGet", times=1)
    sandbox.inject("latency", milliseconds=1, times=1)
    sandbox.inject("lost_answer", times=1)
    sandbox.inject("latency", milliseconds=2, times=2)
    with pytest.raises(httpx.RemoteProtocolError):
        shop.pay()
    assert struck(sandbox) == ["fault.latency", "fault.lost_answer", "fault.latency"]
    assert shop.client.get("/payments/p-1").status_code == 503
    assert shop.client.get("/payments/p-1").status_code == 200
    assert [fault["fired"] for fault in sandbox.faults()] == [1, 1, 1, 2]
    shop.close()


def outcomes(sandbox_seed: int, **chosen: Any) -> list[int]:
    with Sandbox(seed=sandbox_seed, clock=Clock.frozen(NOW)) as sandbox:
        shop = Shop(sandbox, sandbox.local_base_url, sandbox.transport)
        sandbox.inject("error_500", rate=0.5, **chosen)
        drawn = [shop.pay(f"p-{number}").status_code for number in range(24)]
        shop.close()
    return drawn


def test_the_same_seed_and_the_same_requests_give_the_same_faults() -> None:
    assert outcomes(1) == outcomes(1)
    assert outcomes(1) != outcomes(2)
    assert outcomes(1, seed=5) == outcomes(2, seed=5)
    assert outcomes(1, seed=5) != outcomes(1, seed=6)
    assert set(outcomes(1)) == {200, 500}


@given(rate=st.sampled_from(["0", "0.1", "0.25", "0.5", "0.9", "1"]), seed=st.integers(0, 1000))
@settings(max_examples=30)
def test_a_rate_is_the_share_that_is_struck(rate: str, seed: int) -> None:
    fault = Fault(number=1, kind="reset", rate=Decimal(rate), seed=seed)
    for _ in range(400):
        fault, chance = fault.considering(Ids(b"any"), "test-00")
        assert chance is None or 3 <= chance.between(3, 5) <= 5
    assert fault.considered == 400
    assert abs(fault.fired - 400 * float(rate)) <= 60 * (0 < float(rate) < 1)


# how they are kept


def test_they_are_kept_and_hold_across_processes(store: str, tmp_path: Path) -> None:
    def opened() -> Sandbox:
        return Sandbox(store=store, seed=1, clock=Clock.frozen(NOW))

    with opened() as one, opened() as other:
        with Partner(other) as partner:
            partner.bill()  # the other has seen the site without faults
        fault = one.inject("error_500", times=3)
        shop = Shop(other, other.local_base_url, other.transport)
        assert shop.pay().status_code == 500
        shop.close()
        shop = Shop(one, one.local_base_url, one.transport)
        assert shop.pay().status_code == 500
        shop.close()
    with opened() as again:
        (kept,) = again.faults()
        assert (kept["faultId"], kept["fired"]) == (fault["faultId"], 2)
        shop = Shop(again, again.local_base_url, again.transport)
        assert [shop.pay().status_code for _ in range(2)] == [500, 200]
        shop.close()


def test_of_many_at_once_it_strikes_as_many_as_were_asked_for(store: str) -> None:
    with Sandbox(store=store, seed=1, clock=Clock.frozen(NOW)) as one, Sandbox(store=store, seed=1) as other:
        one.inject("error_503", times=5)
        for _ in range(9):
            one.inject("error_503", times=1)
        shops = [Shop(each, each.local_base_url, each.transport) for each in (one, other)]
        with ThreadPoolExecutor(8) as threads:
            asked = [threads.submit(shops[number % 2].pay, f"p-{number}") for number in range(24)]
        statuses = Counter(each.result().status_code for each in asked)
        for shop in shops:
            shop.close()
        assert statuses == {503: 14, 200: 10}
        assert [fault["fired"] for fault in other.faults()] == [5] + [1] * 9


def test_a_site_without_faults_asks_the_store_nothing_about_them(sandbox: Sandbox, partner: Partner) -> None:
    asked: list[str] = []
    partner.payment("p-1")
    sandbox.remove_fault(sandbox.inject("reset")["faultId"])
    partner.payment("p-2")
    used_up = sandbox.inject("error_503", times=1)
    assert partner.send("PUT", "/payments/p-3", SALE).status_code == 503
    partner.payment("p-3")
    assert sandbox.faults()[0]["faultId"] == used_up["faultId"]
    connection = sandbox._store._connection  # type: ignore[attr-defined]  # noqa: SLF001 - nothing else sees statements
    connection.set_trace_callback(asked.append)
    partner.payment("p-4")
    partner.refund("p-4")
    sandbox.advance(0)
    connection.set_trace_callback(None)
    assert any("payin_payments" in statement for statement in asked)
    assert not [statement for statement in asked if "payin_faults" in statement or "payin_held" in statement]


def test_reset_and_snapshot_take_faults_along(sandbox: Sandbox) -> None:
    shop = Shop(sandbox, sandbox.local_base_url, sandbox.transport)
    sandbox.inject("error_503", times=2)
    assert shop.pay().status_code == 503
    snapshot = sandbox.snapshot()
    sandbox.reset()
    assert sandbox.faults() == []
    assert shop.pay().status_code == 200
    sandbox.restore(snapshot)
    assert [shop.pay().status_code for _ in range(2)] == [503, 200]
    shop.close()


def test_a_number_is_given_once(sandbox: Sandbox) -> None:
    first = sandbox.inject("reset")
    sandbox.remove_faults()
    second = sandbox.inject("reset")
    assert first["faultId"] != second["faultId"]
    with pytest.raises(ApiError) as refused:
        sandbox.remove_fault(first["faultId"])
    assert refused.value.status == 404
    sandbox.remove_fault(second["faultId"])
    assert sandbox.faults() == []


def test_each_strike_is_an_event(partner: Partner) -> None:
    partner.payment()
    partner.sandbox.inject("error_500", operation="capturesCreate", times=1)
    assert partner.send("PUT", "/payments/p-1/captures/c-1").status_code == 500
    event = partner.sandbox.events()[-1]
    assert event["type"] == "fault.error_500"
    assert (event["operation"], event["paymentId"], event["captureId"]) == ("capturesCreate", "p-1", "c-1")


def test_the_request_log_tells_which_answers_did_not_get_through(shop: Shop) -> None:
    for kind in ("reset", "lost_answer", "cut_answer"):
        with shop.sandbox.fault(kind), pytest.raises(httpx.TransportError):
            shop.pay()
    assert shop.pay().status_code == 200
    asked = [each for each in shop.sandbox.requests() if each["operationId"] == "paymentsCreate"]
    assert [each.get("cut") for each in asked] == ["reset", "lost", "broken", None]


@pytest.mark.parametrize(
    ("order", "field", "says"),
    [
        ({"kind": "earthquake"}, "kind", "one of"),
        ({"kind": "reset", "operation": "payments"}, "operation", "paymentsCreate"),
        ({"kind": "reset", "operation": "PAYMENT"}, "operation", "paymentsCreate"),
        ({"kind": "reset", "operation": "sandboxGetClock"}, "operation", "one of"),
        ({"kind": "notification_dropped", "operation": "paymentsCreate"}, "operation", "CAPTURE"),
        ({"kind": "reset", "rate": 1.5}, "rate", "1 at most"),
        ({"kind": "reset", "times": 0}, "times", "1 at least"),
        ({"kind": "latency"}, "milliseconds", "required for latency"),
        ({"kind": "latency", "milliseconds": 60_001}, "milliseconds", "60000 at most"),
        ({"kind": "latency", "milliseconds": 5, "upToMilliseconds": 4}, "upToMilliseconds", "milliseconds at least"),
        ({"kind": "reset", "afterCommit": True}, "afterCommit", "nothing for reset"),
        ({"kind": "notification_late"}, "seconds", "required for notification_late"),
    ],
)
def test_an_order_that_means_nothing_is_refused_by_name(
    shop: Shop, order: dict[str, Any], field: str, says: str
) -> None:
    url = shop.client.base_url.copy_with(path="/sandbox/sites/test-00/faults")
    answer = shop.client.post(url, json=order)
    assert answer.status_code == 400
    assert says in answer.json()["cause"][field][0]
    assert shop.sandbox.faults() == []


def test_a_site_takes_no_more_faults_than_it_can_look_through(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "MOST_FAULTS", 2)
    for _ in range(2):
        sandbox.inject("reset", times=1)
    with pytest.raises(ApiError) as refused:
        sandbox.inject("reset")
    assert "2 faults at most" in refused.value.cause["kind"][0]
    sandbox.remove_faults()
    sandbox.inject("reset")


def test_the_description_and_the_catalogue_name_the_same_faults() -> None:
    order = load("sandbox")["components"]["schemas"]["SandboxFaultOrder"]["properties"]
    assert set(order["kind"]["enum"]) == set(KINDS)
    for rules in KINDS.values():
        assert rules.needs | rules.takes <= set(order)


# money

Step = tuple[str, str, dict[str, Any] | None]

PROGRAM: list[Step] = [
    ("PUT", "/payments/p-1", SALE),
    ("PUT", "/payments/p-2", {"paymentMethod": CARD, "amount": rubles("90.00")}),
    ("PUT", "/payments/p-3", {"paymentMethod": {**CARD, "cvv2": "849"}, "amount": rubles("70.00")}),
    ("PUT", "/payments/p-1/refunds/r-1", {"amount": rubles("50.00")}),
    ("PUT", "/payments/p-2/refunds/r-1", {"amount": rubles("30.00")}),
    ("PUT", "/payments/p-2/captures/c-1", None),
    ("PUT", "/payments/p-2/refunds/r-2", {"amount": rubles("60.00")}),
    ("PUT", "/payments/p-1/refunds/r-2", {"amount": rubles("150.00")}),
    ("PUT", "/payments/p-4", {"paymentMethod": {**CARD, "expiryDate": "02/30"}, "amount": rubles("1.00")}),
]


def until_answered(send: Callable[[], httpx.Response]) -> httpx.Response:
    for _ in range(300):
        try:
            answer = send()
        except BROKEN_OFF:
            continue
        if answer.status_code not in TROUBLES:
            return answer
    raise AssertionError("it was never answered")


def finally_there(faults: list[dict[str, Any]]) -> tuple[Any, ...]:
    """Return all that is stored after the program was carried through, each request until it was answered."""
    with Sandbox(seed=1, clock=Clock.frozen(NOW)) as sandbox:
        shop = Shop(sandbox, sandbox.local_base_url, sandbox.transport)
        for fault in faults:
            sandbox.inject(**fault)
        answers = [
            until_answered(partial(shop.client.request, method, path, json=body)).json()
            for method, path, body in PROGRAM
        ]
        events = [event for event in sandbox.events() if not event["type"].startswith("fault.")]
        sandbox.remove_faults()
        found = [shop.client.get(path).json() for _, path, _ in PROGRAM]
        shop.close()
        told = [(each["type"], each["objectId"], each["body"]) for each in sandbox.notifications()]
        happened = [{name: value for name, value in event.items() if name != "sequence"} for event in events]
        return answers, found, sandbox.postings(), happened, told


def _orders() -> st.SearchStrategy[dict[str, Any]]:
    def chosen(kind: str) -> st.SearchStrategy[dict[str, Any]]:
        rules = ANSWERS[kind]
        options: dict[str, st.SearchStrategy[Any]] = {
            "times": st.integers(1, 4),
            "rate": st.sampled_from([0.2, 0.5, 1.0]),
            "operation": st.sampled_from(["*", "paymentsCreate", "refundsCreate", "capturesCreate"]),
        }
        needed: dict[str, st.SearchStrategy[Any]] = {"kind": st.just(kind), "seed": st.integers(0, 99)}
        if "milliseconds" in rules.needs:
            needed["milliseconds"] = st.integers(0, 1)
        if "afterCommit" in rules.takes:
            needed["after_commit"] = st.booleans()
        if "page" in rules.takes:
            needed["page"] = st.booleans()
        endless = st.fixed_dictionaries({**needed, "rate": st.sampled_from([0.2, 0.5])})
        return endless | st.fixed_dictionaries({**needed, "times": options.pop("times")}, optional=options)

    return st.sampled_from(sorted(ANSWERS)).flatmap(chosen)


@given(faults=st.lists(_orders(), min_size=1, max_size=4))
@settings(max_examples=25)
def test_whoever_repeats_until_there_is_an_answer_ends_where_they_would_have_without_faults(
    faults: list[dict[str, Any]],
) -> None:
    assert finally_there(faults) == finally_there([])


def test_many_shops_at_once_on_a_bad_network_each_debit_once(store: str) -> None:
    numbers = range(40)
    with Sandbox(store=store, seed=1, clock=Clock.frozen(NOW)) as sandbox:
        for kind in ("lost_answer", "reset", "cut_answer"):
            sandbox.inject(kind, rate=0.3)
        sandbox.inject("error_502", rate=0.3, after_commit=True)
        shops = [Shop(sandbox, sandbox.base_url, None) for _ in range(8)]
        with ThreadPoolExecutor(len(shops)) as threads:
            asked = [
                threads.submit(until_answered, partial(shops[number % 8].pay, f"p-{number}")) for number in numbers
            ]
        assert {each.result().json()["status"]["value"] for each in asked} == {"COMPLETED"}
        for shop in shops:
            shop.close()
        moved = Counter(posting.payment_id for posting in sandbox.postings())
        assert moved == {f"p-{number}": 2 for number in numbers}
        assert {"fault.lost_answer", "fault.reset", "fault.cut_answer", "fault.error_502"} <= set(struck(sandbox))
