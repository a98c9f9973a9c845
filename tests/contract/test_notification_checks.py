"""The checks of notifications see what is wrong with one, and say which mistake it is where that can be told."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import attrs
import httpx
import pytest
from qiwi_payin_contract.agreement import disagreements
from qiwi_payin_contract.command import BROKEN, KEPT, main
from qiwi_payin_contract.drivers import SentNotification
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Broken, Findings, Policy
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.notifications import digest
from qiwi_payin_contract.receiver import Arrived
from qiwi_payin_contract.serving import own_sites
from qiwi_payin_contract.signatures import mistake
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.suite.notified import CVV, PAN, expect_right
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.witnesses import Post, Seen
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite
from qiwi_payin_sandbox.notifications.delivery import Outcome

SITE = Site("test-00", "the-key-of-the-api", "the-key-of-notifications")
OTHER = Site("test-01", "another-key-of-the-api", "another-key-of-notifications")
PAYMENT: Mapping[str, Any] = {
    "paymentId": "1",
    "billId": "order-1",
    "createdDateTime": "2024-03-01T17:10:31.284+03:00",
    "amount": {"currency": "RUB", "value": "200.00"},
    "capturedAmount": {"currency": "RUB", "value": "0.00"},
    "refundedAmount": {"currency": "RUB", "value": "0.00"},
    "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049", "rrn": "123", "authCode": "181218"},
    "status": {"value": "COMPLETED", "changedDateTime": "2024-03-01T17:10:32.607+03:00"},
    "paymentCardInfo": {"issuingCountry": "643", "paymentSystem": "VISA"},
    "customer": {"account": "token234", "phone": "+79161112233"},
    "customFields": {"cf1": "Some data"},
    "flags": ["TEST"],
}
TOLD: Mapping[str, Any] = {
    "type": "PAYMENT",
    "paymentId": "1",
    "billId": "order-1",
    "createdDateTime": "2024-03-01T17:10:31+03:00",
    "amount": {"currency": "RUB", "value": Decimal("200.00")},
    "status": {"value": "SUCCESS", "changedDateTime": "2024-03-01T17:10:32+03:00"},
    "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049", "rrn": 123, "authCode": None},
    "paymentCardInfo": {"issuingCountry": "RUS", "paymentSystem": "VISA"},
    "customer": {"account": "token234", "phone": "0", "ip": "127.0.0.1"},
    "customFields": {"cf1": "Some data", "auto_capture": "true"},
    "flags": ["AUTH", "TEST"],
    "merchantSiteUid": "test-00",
}


def told(**changes: Any) -> SentNotification:
    about = {name: value for name, value in {**TOLD, **changes}.items() if value is not None}
    return signed(dumps({"payment": about, "type": "PAYMENT", "version": "1"}))


def signed(body: str) -> SentNotification:
    sent = SentNotification("PAYMENT", "1", body, "")
    return attrs.evolve(sent, signature=digest(sent, SITE.notification_key or "")[0])


def answered(answer: Mapping[str, Any] = PAYMENT, status: int = 200) -> Exchange:
    return Exchange(
        "paymentsGet",
        "test-00",
        "GET",
        "/payin/v1/sites/test-00/payments/1",
        "http://127.0.0.1:1/partner/payin/v1/sites/test-00/payments/1",
        {},
        b"",
        status,
        {"content-type": "application/json"},
        dumps(answer).encode(),
        key=SITE.key,
    )


def found(sent: SentNotification, arrived: Arrived | None = None) -> str:
    """Code and message of what the checks find first; empty if all is well."""
    with Target("http://127.0.0.1:1/partner", (SITE, OTHER)) as target, Post(target) as post:
        try:
            expect_right(Findings(Policy(decisions=True)), post.watch(SITE), [Seen(sent, arrived)], answered())
        except Broken as broken:
            return f"{broken.finding.rule.code} {broken.finding.message}"
    return ""


def test_a_right_notification_is_right() -> None:
    assert found(told()) == ""


def test_a_notification_and_an_answer_that_agree_in_other_words_agree() -> None:
    assert list(disagreements("PAYMENT", TOLD, PAYMENT, PAYMENT, "test-00")) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": {"currency": "RUB", "value": Decimal("200.01")}}, "amount.value is another"),
        ({"amount": {"currency": "USD", "value": Decimal("200.00")}}, "amount.currency is another"),
        ({"createdDateTime": "2024-03-01T17:10:33+03:00"}, "createdDateTime is another"),
        ({"createdDateTime": "2024-03-01T17:10:31+04:00"}, "createdDateTime is another"),
        ({"billId": "order-2"}, "billId is another"),
        ({"merchantSiteUid": "test-01"}, "merchantSiteUid is not test-00"),
        ({"status": {"value": "DECLINE", "changedDateTime": "2024-03-01T17:10:32+03:00"}}, "status.value is DECLINE"),
        ({"status": {"value": "PAID", "changedDateTime": "2024-03-01T17:10:32+03:00"}}, "status.value is PAID"),
        ({"status": {"value": "SUCCESS", "changedDateTime": "2025-03-01T17:10:32+03:00"}}, "changedDateTime is"),
        ({"paymentMethod": {"type": "CARD", "maskedPan": "444444******1050"}}, "paymentMethod.maskedPan is another"),
        ({"paymentMethod": {"type": "TOKEN", "maskedPan": "444444******1049"}}, "paymentMethod.type is another"),
        ({"paymentMethod": {"type": "CARD", "rrn": "124"}}, "paymentMethod.rrn is another"),
        ({"paymentCardInfo": {"issuingCountry": "840"}}, "paymentCardInfo.issuingCountry is another"),
        ({"customer": {"account": "token235"}}, "customer.account is another"),
        ({"customFields": {"cf1": "Other data"}}, "customFields.cf1 is another"),
        ({"flags": ["AFT"]}, "AFT is a flag here"),
    ],
)
def test_whatever_both_show_must_agree(changes: dict[str, Any], words: str) -> None:
    assert words in "; ".join(disagreements("PAYMENT", {**TOLD, **changes}, PAYMENT, PAYMENT, "test-00"))
    if "PAID" not in words:
        assert found(told(**changes)).startswith("QP-NOTE-008 ")


def test_what_a_capture_repeats_of_its_payment_must_agree_with_the_payment() -> None:
    capture = {name: PAYMENT[name] for name in ("amount", "createdDateTime", "status")} | {"captureId": "c"}
    about = {**TOLD, "captureId": "c"}
    assert list(disagreements("CAPTURE", about, capture, PAYMENT, "test-00")) == []
    other = {**about, "paymentId": "2", "customer": {"account": "somebody"}}
    assert list(disagreements("CAPTURE", other, capture, PAYMENT, "test-00")) == [
        "paymentId is another",
        "customer.account is another",
    ]


def test_the_mark_of_a_reversal_must_be_on_both() -> None:
    refund = {name: PAYMENT[name] for name in ("amount", "createdDateTime", "status")} | {"flags": []}
    (words,) = disagreements("REFUND", {**TOLD, "flags": ["REVERSAL"]}, refund, PAYMENT, "test-00")
    assert words == "REVERSAL is a flag in one of both only"


def test_a_token_is_the_one_that_was_issued() -> None:
    issued = {**PAYMENT, "createdToken": {"token": "a"}}
    (words,) = disagreements("PAYMENT", {**TOLD, "tokenData": {"paymentToken": "b"}}, issued, issued, "test-00")
    assert words == "tokenData.paymentToken is not createdToken.token"


TEXT = "1|2024-03-01T17:10:31+03:00|200.00"


def hexed(text: str, key: str | None = SITE.notification_key, kind: Any = hashlib.sha256) -> str:
    return hmac.digest((key or "").encode(), text.encode(), kind).hex()


@pytest.mark.parametrize(
    ("signature", "words"),
    [
        (hexed(TEXT), None),
        (hexed(TEXT).upper(), "in upper-case digits"),
        (base64.b64encode(bytes.fromhex(hexed(TEXT))).decode(), "in Base64"),
        (f" {hexed(TEXT)}", "with white space around it"),
        (f"sha256={hexed(TEXT)}", "with other text before the digits"),
        (hexed(TEXT, SITE.key), "with the API access key in place of the notification key"),
        (hexed(TEXT, OTHER.notification_key), "with the notification key of the site test-01"),
        (hexed("1|2024-03-01T17:10:31+03:00|200"), "over the sum written '200' where the body has '200.00'"),
        (hexed("1|2024-03-01T17:10:31+03:00|200.0"), "over the sum written '200.0' where"),
        (hexed("1|2024-03-01T17:10:31+03:00|20000"), "over the sum written '20000' where"),
        (hexed("2024-03-01T17:10:31+03:00|1|200.00"), "over the values in the order payment.createdDateTime, "),
        (hexed("1,2024-03-01T17:10:31+03:00,200.00"), "over the values joined by a comma"),
        (
            hexed("test-00|2024-03-01T17:10:31+03:00|200.00"),
            "over payment.merchantSiteUid in place of payment.paymentId",
        ),
        (hexed(f"{TEXT}|SUCCESS"), "over payment.status.value besides"),
        (hexed("1|200.00"), "without payment.createdDateTime"),
        (hexed(told().body), "over the whole body"),
        (hexed(TEXT, kind=hashlib.sha1), "by HMAC-SHA1"),
        (hashlib.sha256(TEXT.encode()).hexdigest(), "by SHA-256 without a key"),
        (hexed("1|2024-03-01T17:10:31+03:00|200", SITE.key).upper(), "with the API access key"),
        ("", "there is none"),
        ("0" * 64, None),
    ],
)
def test_the_mistake_that_a_signature_was_made_with_is_told(signature: str, words: str | None) -> None:
    told_of = mistake(attrs.evolve(told(), signature=signature), SITE, (SITE, OTHER))
    assert told_of is None if words is None else words in str(told_of)
    if signature != hexed(TEXT):
        assert found(attrs.evolve(told(), signature=signature)).startswith(("QP-NOTE-005 ", "QP-NOTE-006 "))


def without_decimals(sent: SentNotification) -> SentNotification:
    return signed(sent.body.replace("200.00", "200"))


def as_text(sent: SentNotification) -> SentNotification:
    return signed(sent.body.replace("200.00", '"200.00"'))


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (without_decimals(told()), "QP-NOTE-007 "),
        (as_text(told()), "QP-NOTE-004 "),
        (attrs.evolve(told(), body="no JSON"), "QP-NOTE-004 "),
        (told(merchantSiteUid=None), "QP-NOTE-004 "),
        (told(gatewayData={"card": PAN}), "QP-NOTE-009 it holds a card number"),
        (told(gatewayData={"card": "4444 4436 1662 1049"}), "QP-NOTE-009 it holds a card number"),
        (told(gatewayData={"code": CVV}), "QP-NOTE-009 it holds a CVV"),
        (told(gatewayData={"auth": f"Bearer {SITE.key}"}), "QP-NOTE-009 it holds the API access key"),
    ],
)
def test_form_decimals_and_secrets_are_looked_at(sent: SentNotification, code: str) -> None:
    assert found(sent).startswith(code)


def test_a_notification_that_comes_before_its_state_is_found() -> None:
    early = Arrived("POST", {}, b"", shown=answered({**PAYMENT, "status": {"value": "WAITING"}}))
    assert found(told(), early).startswith("QP-NOTE-018 when it arrived the API answered 200 with status.value WAITING")
    unknown = Arrived("POST", {}, b"", shown=answered({"errorCode": "payin.resource.not.found"}, 404))
    assert found(told(), unknown).startswith("QP-NOTE-018 when it arrived the API answered 404")
    assert found(told(), Arrived("POST", {}, b"", shown=answered())) == ""


def test_headers_are_searched_for_secrets_too() -> None:
    leaking = Arrived("POST", {"x-debug": f"pan={PAN}"}, b"", shown=answered())
    assert found(told(), leaking).startswith("QP-NOTE-009 it holds a card number")


class Courier:
    """Posts each notification after a change."""

    at_once = 4

    def __init__(self, change: Callable[[Any], Any], key: str) -> None:
        self._change = change
        self._key = key
        self._client = httpx.Client(trust_env=False, timeout=4)

    def deliver(self, url: str, body: str, signature: str) -> Outcome:  # noqa: ARG002 - it signs what it changed
        data = loads(body)
        sent = SentNotification(data["type"], "", dumps(self._change(data)), "")
        headers = {"Signature": digest(sent, self._key)[0], "Accept": "application/json"}
        try:
            answer = self._client.post(
                url, content=sent.body.encode(), headers=headers | {"Content-type": "application/json"}
            )
        except httpx.HTTPError as error:
            return Outcome(error=type(error).__name__)
        return Outcome(status=answer.status_code)

    def close(self) -> None:
        self._client.close()


def other_payer(data: Any) -> Any:
    about = data[data["type"].lower()]
    return {**data, data["type"].lower(): {**about, "customer": {**about.get("customer", {}), "account": "mallory"}}}


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [(lambda data: data, KEPT, "The contract is kept"), (other_payer, BROKEN, "BROKEN QP-NOTE-008 ")],
    ids=["honest", "another payer"],
)
def test_the_receiver_alone_is_enough(
    change: Callable[[Any], Any], code: int, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (site, *_) = own_sites()
    served = SandboxSite(site.site_id, site.key, site.notification_key)
    with Sandbox(sites=[served], courier=Courier(change, site.notification_key or "")) as sandbox:
        options = ["--base-url", sandbox.base_url, f"--site={site.site_id}:{site.key}:{site.notification_key}"]
        assert main([*options, "--driver", "none", "--only", "notifications", "--effort", "quick"]) == code
    assert word in capsys.readouterr().out
