import hashlib
import hmac
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
@settings(max_examples=25, deadline=None)
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
