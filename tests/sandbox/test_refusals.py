"""Requests that are refused: with the right status, the error body, and never a word of what must stay secret."""

import json
import re
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qiwi_payin_description import load
from qiwi_payin_sandbox import Sandbox, Site
from qiwi_payin_sandbox.http.message import Request
from qiwi_payin_sandbox.http.routing import DescriptionError, Router
from qiwi_payin_sandbox.operations.table import HANDLERS

from tests.sandbox.partner import CARD, EXPIRES, Partner, rubles

BILL = {"amount": rubles("1.00"), "expirationDateTime": EXPIRES}


def test_an_error_has_the_documented_body(partner: Partner) -> None:
    error = partner.error(400, "PUT", "/bills/b-1", {})
    assert error["serviceName"] == "payin-core"
    assert error["description"] == error["userMessage"] == "Validation error"
    assert error["dateTime"] == "2024-03-01T12:00:00.000000+03:00"
    assert re.fullmatch("[0-9a-f]{16}", error["traceId"])
    assert set(error["cause"]) == {"amount", "expirationDateTime"}


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer wrong", "Basic a2V5", "key-of-test-00", "Bearer é"]
)
def test_without_the_right_key_nothing_is_done(sandbox: Sandbox, authorization: str | None) -> None:
    headers = {} if authorization is None else {"authorization": authorization}
    response = sandbox.handle(Request(method="GET", path="/partner/payin/v1/sites/test-00/bills/b-1", headers=headers))
    assert response.status == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert json.loads(response.body)["errorCode"] == "auth.unauthorized"


def test_the_name_of_the_scheme_is_in_any_case(partner: Partner) -> None:
    partner.ok("PUT", "/bills/b-1", BILL, headers={"Authorization": "bearer key-of-test-00"})


@pytest.mark.parametrize("key", ["a+b/c==", "ключ", "k\u00e9y", "!#$%&'*+-.^_`|~:,;"])
def test_any_text_can_be_a_key(key: str) -> None:
    with Sandbox(sites=[Site(key=key)]) as sandbox:
        headers = {b"Authorization": b"Bearer " + key.encode()}
        for client in (httpx.Client(transport=sandbox.transport), httpx.Client(trust_env=False)):
            with client:
                url = f"{sandbox.base_url}/payin/v1/sites/test-00/bills/b-1"
                assert client.put(url, headers=headers, json=BILL).status_code == 200


@pytest.mark.parametrize("key", ["", " ", "a b", "a\tb", "a\nb", "a\0", "a\u00a0"])
def test_a_key_has_neither_white_space_nor_control_characters(key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        Site(key=key)


def test_a_key_opens_the_sites_that_it_is_for() -> None:
    sites = [Site("one", key="shared"), Site("two", key="shared"), Site("three", key="own")]
    with Sandbox(sites=sites) as sandbox, Partner(sandbox, "two") as two, Partner(sandbox, "three") as three:
        two.ok("PUT", "/bills/b-1", BILL)
        assert three.error(403, "PUT", "/bills/b-1", BILL, key="shared")["errorCode"] == "auth.forbidden"


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({}, "no header Authorization: Bearer KEY"),
        ({"authorization": "key-of-test-00"}, "no header Authorization: Bearer KEY"),
        ({"authorization": "Bearer misspelled"}, "The key is not known"),
    ],
)
def test_what_is_wrong_with_a_key_is_said_and_the_key_is_not(
    sandbox: Sandbox, headers: dict[str, str], words: str
) -> None:
    path = "/partner/payin/v1/sites/test-00/bills/b-1"
    response = sandbox.handle(Request(method="GET", path=path, headers=headers))
    assert response.status == 401
    assert words.encode() in response.body
    assert not any(value.rpartition(" ")[2].encode() in response.body for value in headers.values())


def test_an_unknown_site_is_forbidden(sandbox: Sandbox) -> None:
    headers = {"authorization": "Bearer key-of-test-00"}
    response = sandbox.handle(Request(method="GET", path="/partner/payin/v1/sites/other/bills/b-1", headers=headers))
    assert response.status == 403
    assert b"other" not in response.body


def test_who_may_see_all_sites_is_told_that_there_is_none_of_that_name(sandbox: Sandbox) -> None:
    request = Request(
        method="GET", path="/sandbox/sites/other/clock", headers={"host": "127.0.0.1:8000"}, peer_is_local=True
    )
    response = sandbox.handle(request)
    assert response.status == 403
    assert b'"There is no site other"' in response.body


def test_an_unknown_path_is_not_found(sandbox: Sandbox) -> None:
    for path in (
        "/partner",
        "/partner/payin/v1",
        "/partner/payin/v1/sites/test-00/bills",
        "/payin/v1/sites/test-00/bills/1",
    ):
        assert sandbox.handle(Request(method="GET", path=path, headers={})).status == 404


def test_a_base_url_without_its_path_is_told_so(sandbox: Sandbox) -> None:
    response = sandbox.handle(Request(method="GET", path="/payin/v1/sites/test-00/bills/b-1", headers={}))
    assert b'"Paths of the API begin with /partner"' in response.body


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/payments/p-1", "GET, PUT"),
        ("DELETE", "/bills/b-1", "GET, PUT"),
        ("PUT", "/tokens", "DELETE"),
        ("PATCH", "/payments/p-1/complete", "POST"),
    ],
)
def test_a_wrong_method_names_the_right_ones(partner: Partner, method: str, path: str, allowed: str) -> None:
    answer = partner.send(method, path, text="{}")
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)
    assert answer.json()["errorCode"] == "http.method.not.allowed"


@pytest.mark.parametrize(
    ("method", "path", "key", "status"),
    [
        ("POST", "sites/test-00/bills/b-1", None, 401),
        ("POST", "sites/test-00/bills/..", "wrong", 401),
        ("POST", "sites/other/bills/..", "key-of-test-00", 403),
        ("PUT", "sites/other/bills/..", "key-of-test-00", 403),
        ("PUT", "sites/..other/bills/b-1", "key-of-test-00", 400),
        ("PUT", "sites/..other/bills/b-1", None, 401),
        ("POST", "sites/test-00/bills/..", "key-of-test-00", 405),
        ("PUT", "sites/test-00/bills/..", "key-of-test-00", 400),
        ("PUT", "sites/test-00/bills/b-1", "key-of-test-00", 406),
    ],
)
def test_key_and_site_are_checked_before_the_method_and_the_method_before_the_rest(
    sandbox: Sandbox, method: str, path: str, key: str | None, status: int
) -> None:
    headers = {"content-type": "text/plain", **({"authorization": f"Bearer {key}"} if key else {})}
    request = Request(method=method, path=f"/partner/payin/v1/{path}", headers=headers, body=b"{")
    assert sandbox.handle(request).status == status


def test_a_sandbox_that_is_closed_is_unavailable(partner: Partner) -> None:
    partner.sandbox.close()
    assert partner.error(503, "PUT", "/bills/b-1", BILL)["errorCode"] == "internal.error"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_that_is_not_said_to_be_json_is_refused(partner: Partner, content_type: str) -> None:
    answer = partner.send("PUT", "/bills/b-1", text=json.dumps(BILL), headers={"Content-type": content_type})
    assert (answer.status_code, answer.json()["errorCode"]) == (406, "http.media.type.not.supported")


def test_a_charset_beside_the_content_type_is_taken(partner: Partner) -> None:
    headers = {"Content-type": "Application/JSON;charset=UTF-8"}
    partner.ok("PUT", "/bills/b-1", text=json.dumps(BILL), headers=headers)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{'amount': 1}",
        b'{"amount": NaN}',
        b"[]",
        b"null",
        b'{"comment": "\xff"}',
        b'{"comment": "\\ud800"}',
        b'{"amount": 1, "amount": 2}',
        b'{"customFields": {"cf1": "a", "cf1": "a"}}',
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"amount": 1' + b"0" * 10_000 + b"}",
        b'{"amount": 1e999999999999999999999}',
        b" " * 1_100_000,
    ],
    ids=lambda body: repr(body[:12]),
)
def test_a_body_that_is_no_json_is_a_bad_request(partner: Partner, body: bytes) -> None:
    error = partner.error(400, "PUT", "/bills/b-1", text=body)
    assert error["errorCode"] == "http.message.conversion.failed"
    assert error["userMessage"] == "Bad request"
    assert "cause" not in error


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**BILL, "amount": "1.00"}, "amount"),
        ({**BILL, "amount": {"value": "1.00"}}, "amount"),
        ({**BILL, "amount": {"value": True, "currency": "RUB"}}, "amount"),
        ({**BILL, "comment": "x" * 257}, "comment"),
        ({**BILL, "flags": ["OTHER"]}, "flags"),
        ({**BILL, "flags": "SALE"}, "flags"),
        ({**BILL, "customer": {"account": "x" * 65}}, "customer.account"),
        ({**BILL, "customFields": {"cf1": 1}}, "customFields.cf1"),
    ],
)
def test_what_breaks_the_schema_is_refused_by_the_name_of_its_field(partner: Partner, body: Any, field: str) -> None:
    error = partner.error(400, "PUT", "/bills/b-1", text=json.dumps(body))
    assert (error["errorCode"], list(error["cause"])) == ("validation.error", [field])


def test_unknown_fields_are_ignored(partner: Partner) -> None:
    partner.ok("PUT", "/bills/b-1", {**BILL, "something": {"new": 1}})


def test_of_an_unknown_payment_method_the_type_is_to_blame(partner: Partner) -> None:
    body = {"paymentMethod": {"type": "SBP"}, "amount": rubles("1.00")}
    assert list(partner.error(400, "PUT", "/payments/p-1", body)["cause"]) == ["paymentMethod"]


@pytest.mark.parametrize("path_id", ["%20", "a%2Fb", "%D0%B8", "%ff", "%00", ".a", "x" * 201, "a+b", ""])
def test_an_id_has_1_to_200_plain_characters(sandbox: Sandbox, path_id: str) -> None:
    headers = {"authorization": "Bearer key-of-test-00", "content-type": "application/json"}
    request = Request(
        method="PUT",
        path=f"/partner/payin/v1/sites/test-00/bills/{path_id}",
        headers=headers,
        body=json.dumps(BILL).encode(),
    )
    response = sandbox.handle(request)
    assert response.status == 400
    assert list(json.loads(response.body)["cause"]) == ["billId"]


@pytest.mark.parametrize("path_id", ["1234567890", "a.b_c:d~e-f", "x" * 200, "~", "a%2Db"])
def test_every_other_id_is_taken(partner: Partner, path_id: str) -> None:
    partner.ok("PUT", f"/bills/{path_id}", BILL)


def test_nothing_that_is_sent_makes_the_server_fail(partner: Partner) -> None:
    json_values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=6,
    )
    fields = st.sampled_from(
        ["amount", "expirationDateTime", "flags", "customer", "customFields", "paymentMethod", "billId"]
    )
    base = {**BILL, "paymentMethod": CARD}
    ids = st.text("ab.~%\\", max_size=4).map(lambda text: text.replace("%", "%25"))

    @settings(max_examples=150, suppress_health_check=list(HealthCheck))
    @given(fields, json_values, st.sampled_from(["bills", "payments"]), ids)
    def send(field: str, value: Any, kind: str, path_id: str) -> None:
        request = Request(
            method="PUT",
            path=f"/partner/payin/v1/sites/test-00/{kind}/{path_id}",
            headers={"authorization": "Bearer key-of-test-00", "content-type": "application/json"},
            body=json.dumps({**base, field: value}).encode(),
        )
        assert partner.sandbox.handle(request).status in {200, 400}

    send()


def test_free_text_may_hold_any_character(partner: Partner) -> None:
    body = {
        **BILL,
        "comment": "\0 \x7f \u2028 \U0001f600",
        "customer": {"account": "\0"},
        "customFields": {"\0": "\0"},
        "flags": ["BIND_PAYMENT_TOKEN"],
    }
    assert partner.ok("PUT", "/bills/b-1", body)["comment"] == body["comment"]
    assert partner.sandbox.pay_bill("b-1")["createdToken"]
    payment = {"paymentMethod": CARD, "amount": rubles("1.00"), "billId": "\0"}
    partner.ok("PUT", "/payments/p-1", payment)


def test_an_operation_without_a_handler_or_the_other_way_round_stops_the_server_at_start() -> None:
    handlers = dict(HANDLERS)
    create = handlers.pop("billsCreate")
    with pytest.raises(DescriptionError, match="billsCreate"):
        Router(load("sandbox"), handlers)
    with pytest.raises(DescriptionError, match="billsInvent"):
        Router(load("sandbox"), {**HANDLERS, "billsInvent": create})


@pytest.mark.parametrize(
    ("query", "cause"),
    [
        ("limit=0", {"limit": ["Must be 1 at least"]}),
        ("limit=1001", {"limit": ["Must be 1000 at most"]}),
        ("after=4444443616621049x", {"after": ["Must be of type integer"]}),
        ("after=1&after=2", {"after": ["Given more than once"]}),
        ("limit=0&after=-1", {"limit": ["Must be 1 at least"], "after": ["Must be 0 at least"]}),
    ],
)
def test_a_query_is_refused_by_parameter_and_rule_without_what_was_sent(
    sandbox: Sandbox, query: str, cause: dict[str, list[str]]
) -> None:
    answer = sandbox.handle(
        Request(
            method="GET",
            path="/sandbox/sites/test-00/events",
            query=query,
            headers={"host": "127.0.0.1"},
            peer_is_local=True,
        )
    )
    assert answer.status == 400
    assert json.loads(answer.body)["cause"] == cause


def test_control_operations_need_a_key_unless_all_is_on_this_machine(sandbox: Sandbox) -> None:
    def status(*, peer: bool, **headers: str) -> int:
        request = Request(method="GET", path="/sandbox/sites/test-00/clock", headers=headers, peer_is_local=peer)
        return sandbox.handle(request).status

    assert status(peer=True, host="127.0.0.1:8000") == 200
    assert status(peer=True, host="localhost:3000", origin="http://localhost:3000") == 200
    assert status(peer=True, host="localhost", origin="http://localhost:3000") == 401
    assert status(peer=True, host="[::1]:8000") == 200
    assert status(peer=True, host="sandbox.example") == 401
    assert status(peer=True, host="localhost", origin="https://evil.example") == 401
    assert status(peer=True, host="localhost", origin="null") == 401
    assert status(peer=False, host="localhost") == 401
    assert status(peer=False, host="sandbox.example", authorization="Bearer key-of-test-00") == 200
    assert status(peer=True, host="localhost", authorization="Bearer wrong") == 401
