import hashlib
import hmac
import json
import pickle
import re
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Network, ip_network
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import (
    Money,
    NotificationForged,
    NotificationMalformed,
    NotificationUnknown,
    PaymentNotification,
    notifications,
)
from qiwi_payin_runtime.jsontext import json_text

from tests.client.described import DOCUMENT, SCHEMAS, values

KEY = "notification-key"
BODY = (
    b'{"payment": {"type": "PAYMENT", "paymentId": "A22170834426031500000733E625FCB3", "createdDateTime": '
    b'"2022-08-05T11:34:42+03:00", "amount": {"value": 5.00, "currency": "RUB"}, "status": {"value": "SUCCESS", '
    b'"changedDateTime": "2022-08-05T11:34:44+03:00"}, "paymentMethod": {"type": "CARD", "paymentToken": "t-1"}, '
    b'"merchantSiteUid": "test-01", "new": 1.50}, "type": "PAYMENT", "version": "1"}'
)
SIGNED = b"A22170834426031500000733E625FCB3|2022-08-05T11:34:42+03:00|5.00"
SIGNATURE = hmac.new(KEY.encode(), SIGNED, hashlib.sha256).hexdigest()


def test_a_signed_notification_is_read() -> None:
    notification = notifications.verify(BODY, SIGNATURE, KEY)

    assert isinstance(notification, PaymentNotification)
    assert notification.payment.amount == Money("5.00")
    assert notification.payment.status.value == "SUCCESS"
    assert notification.payment.additional_properties.keys() == {"new"}
    assert "t-1" not in repr(notification)


@pytest.mark.parametrize("signature", [SIGNATURE.upper(), f" {SIGNATURE}\n"])
def test_the_case_of_the_digits_and_blanks_around_them_do_not_matter(signature: str) -> None:
    assert notifications.verify(BODY, signature, KEY)


@pytest.mark.parametrize("signature", [None, "", "0" * 64, SIGNATURE[:-1], "подпись", "\ud800"])
def test_another_signature_is_forged(signature: str | None) -> None:
    with pytest.raises(NotificationForged):
        notifications.verify(BODY, signature, KEY)


@pytest.mark.parametrize(
    ("old", "new"), [(b"5.00", b"5.01"), (b"5.00", b"50.0"), (b"E625FCB3", b"E625FCB4"), (b"11:34:42+", b"11:34:43+")]
)
def test_a_body_whose_signed_values_were_changed_is_forged(old: bytes, new: bytes) -> None:
    with pytest.raises(NotificationForged):
        notifications.verify(BODY.replace(old, new), SIGNATURE, KEY)


@pytest.mark.parametrize("lost", [b"5.0", b"5"])
def test_decimals_that_a_proxy_dropped_are_put_back(lost: bytes) -> None:
    assert notifications.verify(BODY.replace(b"5.00", lost), SIGNATURE, KEY)


def test_several_keys_are_tried_while_one_replaces_another() -> None:
    assert notifications.verify(BODY, SIGNATURE, ["new-key", KEY])
    with pytest.raises(NotificationForged):
        notifications.verify(BODY, SIGNATURE, ["new-key", b"other-key"])


@pytest.mark.parametrize("key", ["", [], ["a", ""], None])
def test_an_empty_key_checks_nothing_and_is_refused(key: Any) -> None:
    with pytest.raises(ValueError, match=r"^key: "):
        notifications.verify(BODY, SIGNATURE, key)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"type": 5}',
        b'{"type": "PAYMENT"}',
        b'{"type": "PAYMENT", "payment": []}',
        b'{"type": "PAYMENT", "type": "PAYMENT"}',
        BODY.replace(b"5.00", b"null"),
        BODY[:-1],
    ],
)
def test_a_body_that_is_no_notification_is_malformed(body: bytes) -> None:
    with pytest.raises(NotificationMalformed):
        notifications.verify(body, SIGNATURE, KEY)


def test_a_signed_body_that_is_not_as_described_is_malformed() -> None:
    body = BODY.replace(b'"merchantSiteUid": "test-01", ', b"")

    with pytest.raises(NotificationMalformed, match=r"^payment\.merchantSiteUid: is missing$"):
        notifications.verify(body, notifications.sign(body, KEY), KEY)


def test_a_type_that_nobody_described_cannot_be_checked() -> None:
    for use in (notifications.parse, lambda body: notifications.verify(body, SIGNATURE, KEY)):
        with pytest.raises(NotificationUnknown):
            use(b'{"type": "TOKEN", "token": {}}')


@pytest.mark.parametrize("type_", DOCUMENT["webhooks"])
@given(data=st.data())
@settings(max_examples=25)
def test_what_is_signed_is_what_the_description_says_and_a_signed_body_verifies(
    type_: str, data: st.DataObject
) -> None:
    operation = DOCUMENT["webhooks"][type_]["post"]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    wire = data.draw(values(SCHEMAS[schema["$ref"].rpartition("/")[2]]))
    body = json_text(wire)
    rule = operation["x-signature"]
    signed = []
    for place in rule["fields"]:
        value = wire
        for name in place.split("."):
            value = value[name]
        signed.append(str(value))
    expected = hmac.new(KEY.encode(), rule["separator"].join(signed).encode(), hashlib.sha256).hexdigest()

    assert notifications.sign(body, KEY) == expected
    assert type(notifications.verify(body.encode(), expected, KEY)) is type(notifications.parse(body))
    assert rule["header"] == notifications.SIGNATURE_HEADER
    with pytest.raises(NotificationForged):
        notifications.verify(body, expected, "another key")


@pytest.mark.parametrize("signature", [None, "", " "])
@pytest.mark.parametrize("body", [b"", b"{}", b"not JSON", b'{"type": "NEWS"}'])
def test_what_nobody_signed_is_forged_whatever_it_says(body: bytes, signature: str | None) -> None:
    with pytest.raises(NotificationForged):
        notifications.verify(body, signature, "key")


@given(name=st.text().filter(lambda name: name not in DOCUMENT["webhooks"]), key=st.text(min_size=1))
def test_what_cannot_be_checked_is_never_taken_for_checked_whatever_its_signature(name: str, key: str) -> None:
    body = json_text({**json.loads(BODY), "type": name} | {"payment": None})
    for signature in (SIGNATURE, hmac.new(key.encode("utf-8", "replace"), SIGNED, hashlib.sha256).hexdigest()):
        with pytest.raises(NotificationUnknown) as caught:
            notifications.verify(body, signature, KEY)
        assert caught.value.type_ == name
        assert pickle.loads(pickle.dumps(caught.value)).type_ == name  # noqa: S301 - our own
    with pytest.raises(NotificationUnknown):
        notifications.sign(body, KEY)


@pytest.mark.parametrize("type_", DOCUMENT["webhooks"])
@given(data=st.data())
@settings(max_examples=25)
def test_a_repeat_has_the_key_of_the_first_and_what_tells_something_else_has_another(
    type_: str, data: st.DataObject
) -> None:
    operation = DOCUMENT["webhooks"][type_]["post"]
    schema = SCHEMAS[operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]]
    first, second = (data.draw(values(schema)) for _ in range(2))

    def identity(wire: Any) -> list[str]:
        found = [wire]
        for place in operation["x-identity"]:
            value = wire
            for name in place.split("."):
                value = value[name]
            found.append(value)
        return found[1:]

    keys = [notifications.key_of(notifications.parse(json_text(wire))) for wire in (first, second)]
    rewritten = json_text({"unheardOf": 1} | dict(reversed(first.items())))

    assert re.fullmatch("[0-9a-f]{64}", keys[0])
    assert notifications.key_of(notifications.parse(rewritten)) == keys[0]
    assert (keys[0] == keys[1]) is (identity(first) == identity(second))


def test_notifications_of_different_types_on_one_operation_have_different_keys() -> None:
    about: dict[str, Any] = json.loads(BODY)["payment"] | {"captureId": "1", "refundId": "1"}
    bodies = [
        json.dumps({"type": kind, kind.lower(): about | {"type": kind}, "version": "1"})
        for kind in DOCUMENT["webhooks"]
    ]

    assert len({notifications.key_of(notifications.parse(body)) for body in bodies}) == 3


def test_a_key_is_new_once() -> None:
    seen = notifications.Seen()

    assert "a" not in seen
    assert [seen.add("a"), seen.add("a"), seen.add("b")] == [True, False, True]
    assert "a" in seen


def test_of_too_many_keys_the_oldest_are_forgotten() -> None:
    seen = notifications.Seen(most=2)

    assert all(seen.add(key) for key in "abc")
    assert not seen.add("c")
    assert seen.add("a")


def test_of_many_threads_with_one_key_one_finds_it_new() -> None:
    seen = notifications.Seen()
    with ThreadPoolExecutor(8) as pool:
        for key in map(str, range(50)):
            assert sum(pool.map(seen.add, [key] * 8)) == 1


@pytest.mark.parametrize("network", list(map(ip_network, DOCUMENT["x-senders"]["networks"])), ids=str)
def test_an_address_is_qiwis_from_the_first_to_the_last_of_each_network(network: IPv4Network) -> None:
    for inside in (network[0], network[-1]):
        assert notifications.is_from_qiwi(inside)
        assert notifications.is_from_qiwi(str(inside))
        assert notifications.is_from_qiwi(f"::ffff:{inside}")
    for outside in (network[0] - 1, network[-1] + 1):
        assert notifications.is_from_qiwi(str(outside)) is any(
            outside in ip_network(other) for other in notifications.NETWORKS
        )
    assert str(network) in notifications.NETWORKS


@pytest.mark.parametrize("address", ["", "127.0.0.1", "::1", "unix:", "79.142.16.1, 10.0.0.1", "79.142.16.1:443"])
def test_what_is_another_address_or_none_is_not_qiwis(address: str) -> None:
    assert not notifications.is_from_qiwi(address)
