"""The request log: what came and what was answered, never what is secret."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qiwi_payin_description import load
from qiwi_payin_sandbox import Sandbox, Site, masking
from qiwi_payin_sandbox.masking import Masks

from tests.sandbox.partner import CARD, Partner, check_answer, rubles

TOKEN = "66aebf5f-098e-4e36-922a-a4107b349a96"
KEY = "5c4b25cc93aa435d9cb8cd17480356f9"
CVV = "8419731"
PAN = "5199999999999991"
SECRETS = (TOKEN, KEY, CVV, PAN)


def entry(sandbox: Sandbox) -> Any:
    return sandbox.requests()[-1]


def test_a_request_is_listed_with_its_answer(partner: Partner) -> None:
    answered = partner.bill("b-1")
    logged = entry(partner.sandbox)
    assert (logged["method"], logged["operationId"], logged["status"]) == ("PUT", "billsCreate", 200)
    assert logged["path"] == "/partner/payin/v1/sites/test-00/bills/b-1"
    assert logged["at"] == "2024-03-01T12:00:00+03:00"
    assert logged["request"]["body"]["amount"] == rubles("150.00")
    assert logged["response"]["body"] == answered
    assert logged["response"]["size"] == len(json.dumps(answered, ensure_ascii=False, separators=(",", ":")).encode())


def test_the_description_knows_the_list(partner: Partner) -> None:
    partner.payment()
    partner.error(404, "GET", "/payments/none")
    partner.send("PUT", "/bills/b", text=b"\xff", headers={"Content-type": "application/json"})
    with httpx.Client(transport=partner.sandbox.transport) as client:
        answer = client.get("http://127.0.0.1/sandbox/sites/test-00/requests?limit=2&after=1")
    check_answer(answer)
    assert [each["sequence"] for each in answer.json()] == [2, 3]


def test_a_refusal_is_listed_with_its_trace_id(partner: Partner) -> None:
    refused = partner.error(404, "GET", "/payments/none")
    assert entry(partner.sandbox)["traceId"] == refused["traceId"]


def test_a_card_is_masked_and_its_security_code_hidden(partner: Partner) -> None:
    partner.payment()
    method = entry(partner.sandbox)["request"]["body"]["paymentMethod"]
    assert method == {
        "type": "CARD",
        "pan": "444444******1049",
        "expiryDate": "***",
        "cvv2": "***",
        "holderName": "***",
    }


def test_tokens_are_told_apart_by_their_ends(partner: Partner) -> None:
    paid = partner.payment(flags=["BIND_PAYMENT_TOKEN", "SALE"], customer={"account": "a"})
    token = paid["createdToken"]["token"]
    assert entry(partner.sandbox)["response"]["body"]["createdToken"]["token"] == f"***{token[-4:]}"
    means = {"type": "TOKEN", "paymentToken": token}
    partner.ok("PUT", "/payments/p-2", {"paymentMethod": means, "amount": rubles("1.00"), "customer": {"account": "a"}})
    assert token not in str(partner.sandbox.requests())


def test_what_the_description_does_not_know_is_named_but_not_shown(partner: Partner) -> None:
    partner.bill("b-1", cvv="123", nested={"pan": PAN})
    body = entry(partner.sandbox)["request"]["body"]
    assert body["cvv"] == "(text, not described)"
    assert body["nested"] == "(object, not described)"


@pytest.mark.parametrize("text", [b"{", b"\xff\xfe", b"pan=4444443616621049&cvv2=123", b"[" * 200_000, b'{"a":NaN}'])
def test_of_a_body_that_is_no_json_only_the_size_is_kept(partner: Partner, text: bytes) -> None:
    partner.send("PUT", "/bills/b-1", text=text)
    assert entry(partner.sandbox)["request"] == {"size": len(text)}


def test_sums_are_shown_as_they_were_written(partner: Partner) -> None:
    partner.send("PUT", "/bills/b", text='{"amount":{"value":150.00,"currency":"RUB"},"expirationDateTime":"x"}')
    with httpx.Client(transport=partner.sandbox.transport) as client:
        assert '"value":150.00' in client.get("http://127.0.0.1/sandbox/sites/test-00/requests").text


def test_only_the_latest_are_kept() -> None:
    with Sandbox(kept_requests=3) as sandbox, Partner(sandbox) as partner:
        for number in range(5):
            partner.send("GET", f"/bills/{number}/details")
        assert [each["sequence"] for each in sandbox.requests()] == [3, 4, 5]


def test_none_is_kept_where_none_is_wanted() -> None:
    with Sandbox(kept_requests=0) as sandbox, Partner(sandbox) as partner:
        partner.bill()
        assert sandbox.requests() == []


def test_each_site_lists_its_own_and_those_that_named_none() -> None:
    with Sandbox(sites=[Site("one"), Site("two")]) as sandbox:
        with Partner(sandbox, "one") as one, Partner(sandbox, "two") as two:
            one.bill()
            two.bill()
        with httpx.Client(transport=sandbox.transport) as client:
            client.get("http://127.0.0.1/nowhere")
        assert [each["sequence"] for each in sandbox.requests(site_id="one")] == [1, 3]
        assert [each["sequence"] for each in sandbox.requests(site_id="two")] == [2, 3]


def test_a_reset_forgets_them(partner: Partner) -> None:
    partner.bill()
    partner.sandbox.reset()
    assert partner.sandbox.requests() == []


def test_a_connection_that_was_cut_is_told(partner: Partner) -> None:
    with (
        partner.sandbox.fault("lost_answer", operation="billsCreate", times=1),
        pytest.raises(httpx.TransportError),
    ):
        partner.bill()
    logged = partner.sandbox.requests()[0]
    assert (logged["operationId"], logged["status"], logged["cut"]) == ("billsCreate", 200, "lost")


def test_keys_that_are_given_or_issued_are_not_kept(sandbox: Sandbox) -> None:
    base = "http://127.0.0.1/sandbox/sites"
    with httpx.Client(transport=sandbox.transport) as client:
        assert client.put(f"{base}/new", json={"notificationKey": TOKEN}).status_code == 201
        issued = client.post(f"{base}/new/keys", json={})
        state = client.get(f"{base}/new/state")
        assert client.put(f"{base}/new/state", json=state.json()).status_code == 200
    kept = str(sandbox.requests(site_id="new", limit=1000))
    assert "sandboxIssueKey" in kept
    assert TOKEN not in kept
    assert issued.json()["key"] not in kept


plain = st.none() | st.booleans() | st.integers(-100, 10**9) | st.text(max_size=8)
planted = st.sampled_from(SECRETS)
cards = st.fixed_dictionaries(
    {"type": st.sampled_from(["CARD", "TOKEN", "", 3])},
    optional={
        "pan": planted,
        "cvv2": planted | st.integers().map(lambda _: int(CVV)),
        "cvc": planted,
        "paymentToken": planted,
        "key": planted,
        "holderName": planted,
        "expiryDate": planted,
    },
)
undescribed = st.recursive(plain | planted, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
bodies = st.fixed_dictionaries(
    {},
    optional={
        "paymentMethod": cards | undescribed | st.lists(cards),
        "threeDS": st.fixed_dictionaries({"pares": planted}) | planted.map(lambda secret: [secret]),
        "receiverData": st.fixed_dictionaries({"pan": st.just(PAN)}),
        "token": planted,
        "comment": st.sampled_from([PAN, f"card {PAN}.", f"{PAN[:4]} {PAN[4:8]} {PAN[8:12]} {PAN[12:]} 12", "Tea"]),
        "customFields": st.just({"cf1": f"({PAN})", "json": json.dumps({"cvv2": CVV})}),
        "secret": undescribed,
    },
)
paths = st.sampled_from(
    [
        "/bills/b",
        "/payments/p",
        "/payments/p/complete",
        f"/payments/{PAN}",
        "/tokens",
        f"/tokens/{TOKEN}",
        f"/cards/{PAN}/{KEY}",
        f"/payments/p?key={KEY}&pan={PAN}",
    ]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(method=st.sampled_from(["PUT", "POST", "DELETE"]), path=paths, body=bodies | undescribed)
def test_no_secret_that_is_sent_is_kept(sandbox: Sandbox, method: str, path: str, body: Any) -> None:
    base = f"{sandbox.local_base_url}/payin/v1/sites/{sandbox.site_id}"
    with httpx.Client(transport=sandbox.transport) as client:
        client.request(method, base + path, json=body, headers={"Authorization": f"Bearer {KEY}"})
        client.request(method, base + path, json=body, headers={"Authorization": f"Bearer {sandbox.key}"})
    kept = json.dumps([each["request"] | {"path": each["path"]} for each in sandbox.requests(limit=1000)], default=str)
    assert [secret for secret in SECRETS if secret in kept] == []
    assert sandbox.key not in kept


@given(st.integers(10**11, 10**17 - 1), st.text("abc, .-", min_size=1, max_size=4))
def test_card_numbers_are_masked_in_any_text(number: int, around: str) -> None:
    digits = f"4{number}"
    doubled = (int(digit) * (1 + (place + 1) % 2) for place, digit in enumerate(reversed(digits)))
    check = -sum(value - 9 if value > 9 else value for value in doubled) % 10
    pan = f"{digits}{check}"
    shown = masking.shown_text(f"{around} {pan} {around}")
    assert pan not in shown
    assert pan[:6] in shown
    assert shown.endswith(f"{pan[-4:]} {around}")


def test_every_field_that_the_description_calls_secret_is_hidden() -> None:
    description = load("sandbox")
    masks = Masks(description)
    hidden = 0
    for name, schema in description["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            if described.get("writeOnly") or described.get("x-secret"):
                hidden += 1
                assert PAN not in str(masks.of_schema(name).masked({field: PAN}))
    assert hidden >= 10


def test_the_card_of_the_examples_is_not_in_the_repr_of_what_is_kept(partner: Partner) -> None:
    partner.payment()
    log = partner.sandbox._services.request_log  # noqa: SLF001 - what is kept is meant, not what is answered
    assert CARD["pan"] not in repr(log.after("test-00", 0, 10))
