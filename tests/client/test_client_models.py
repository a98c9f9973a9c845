import copy
import json
import pickle
from decimal import Decimal
from typing import Any

import pytest
import qiwi_payin
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import UNSET, BillStatusValue, models
from qiwi_payin_runtime.jsontext import json_text, parse_json
from qiwi_payin_runtime.models import Model

from tests.client.described import DOCUMENT, MODELS, SCHEMAS, values
from tests.client.wires import PAYMENT

CLASS_NAMES = {"Error": "ErrorBody"}

EVERY_MODEL = pytest.mark.parametrize("name", MODELS)


def model_of(name: str) -> type[Model]:
    found: type[Model] = getattr(models, CLASS_NAMES.get(name, name))
    return found


def same(left: Any, right: Any) -> bool:
    """Whether two parsed values are the same JSON: numbers by value, text by character, no text for a number."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return isinstance(left, str) == isinstance(right, str) and left == right


def alike(left: Any, right: Any) -> bool:
    """Whether two parsed values are the same but for numbers with decimals that became text."""
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(alike(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(alike, left, right))
    return left == right or (isinstance(right, Decimal) and left == str(right))


def floats_in(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(floats_in, value.values()))
    return any(map(floats_in, value)) if isinstance(value, list) else isinstance(value, float)


@EVERY_MODEL
@given(data=st.data())
@settings(max_examples=25)
def test_whatever_the_description_allows_is_read_and_written_back_unchanged(name: str, data: st.DataObject) -> None:
    wire = data.draw(values(SCHEMAS[name]))
    text = json_text(wire)

    model = model_of(name).from_json(text)
    written = parse_json(model.to_json())

    assert model_of(name).from_json(model.to_json()) == model
    assert model_of(name).from_dict(model.to_wire()) == model
    if name in {"BillRequest", "PaymentRequest", "RefundRequest"}:
        written, wire = (with_sums_as_text(value) for value in (written, wire))
    assert same(written, parse_json(json_text(wire)))


@EVERY_MODEL
@given(data=st.data())
@settings(max_examples=10)
def test_to_dict_suits_any_json_encoder_and_from_dict_reads_it_back(name: str, data: st.DataObject) -> None:
    model = model_of(name).from_json(json_text(data.draw(values(SCHEMAS[name]))))

    plain = model.to_dict()
    read = model_of(name).from_dict(json.loads(json.dumps(plain)))

    assert not floats_in(plain)
    assert read.to_dict() == plain
    assert alike(read.to_wire(), model.to_wire())


@EVERY_MODEL
@given(data=st.data())
@settings(max_examples=10)
def test_models_pickle_copy_and_compare(name: str, data: st.DataObject) -> None:
    model = model_of(name).from_json(json_text(data.draw(values(SCHEMAS[name]))))

    for twin in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):  # noqa: S301 - our own bytes
        assert twin == model
        assert twin.to_json() == model.to_json()


def with_sums_as_text(value: dict[str, Any]) -> dict[str, Any]:
    """A request whose sums are text, as the client sends them by default."""
    sums = {
        name: {**value[name], "value": str(value[name]["value"])}
        for name in ("amount", "settlementAmount")
        if name in value
    }
    return value | sums


def test_every_schema_of_the_description_is_a_model_or_a_value() -> None:
    named = {CLASS_NAMES.get(name, name) for name in MODELS}

    assert named <= set(models.__all__)
    assert named <= set(qiwi_payin.__all__)


def test_fields_that_must_not_be_shown_are_those_that_the_description_names() -> None:
    secret = {"pan", "expiryDate", "cvv2", "holderName"}

    said = {
        name for name, field in SCHEMAS["CardPaymentMethod"]["properties"].items() if field.get("writeOnly") is True
    }

    assert said == secret
    assert "4444443616621049" not in repr(models.CardPaymentMethod(pan="4444443616621049", expiry_date="12/19"))


def test_an_absent_field_is_unset_and_a_null_is_none() -> None:
    method = models.NotifiedMethod.from_json('{"type": "CARD", "cardHolder": null}')

    assert method.card_holder is None
    assert method.phone is UNSET
    assert method.to_json() == '{"type":"CARD","cardHolder":null}'


def test_a_null_that_nobody_described_is_kept_and_harms_nothing() -> None:
    customer = models.Customer.from_json('{"account": null, "email": "a@example.com"}')

    assert customer.account is UNSET
    assert parse_json(customer.to_json()) == {"account": None, "email": "a@example.com"}


def test_a_new_name_in_a_list_is_a_member_that_says_it_is_new() -> None:
    status = models.BillStatus.from_dict({"value": "FROZEN", "changedDateTime": "2023-02-17T14:50:44+03:00"})

    assert status.value == "FROZEN"
    assert isinstance(status.value, BillStatusValue)
    assert not status.value.is_known
    assert BillStatusValue.PAID.is_known
    assert pickle.loads(pickle.dumps(status.value)) == "FROZEN"  # noqa: S301 - our own bytes


def test_the_tag_tells_variants_apart_and_the_error_names_the_real_problem() -> None:
    sums = {"amount": {"value": "1.00", "currency": "RUB"}}

    with pytest.raises(ValueError, match=r"^paymentMethod\.pan: is missing$"):
        models.PaymentRequest.from_dict({"paymentMethod": {"type": "CARD", "expiryDate": "12/19"}, **sums})
    with pytest.raises(ValueError, match=r"^paymentMethod\.type: must be CARD or TOKEN$"):
        models.PaymentRequest.from_dict({"paymentMethod": {"type": "CASH"}, **sums})


def test_a_payment_method_of_an_unknown_type_is_kept_as_it_came() -> None:
    method = {"type": "SBP", "phone": "0079031232001", "fee": {"value": "1.00"}}
    payment = models.Payment.from_dict({**PAYMENT, "paymentMethod": method})

    assert isinstance(payment.payment_method, models.OtherUsedMethod)
    assert payment.payment_method.additional_properties["phone"] == "0079031232001"
    assert payment.to_dict()["paymentMethod"] == method


@pytest.mark.parametrize(
    "text", [" 1.00", "1_000.00", "\uff11.00", "+1.00", "Infinity", "sNaN", "1,00", ".5", "1.", "0x1"]
)
def test_a_sum_in_text_that_is_not_written_as_a_number_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"^amount\.value: a number is wanted, not text$"):
        models.RefundRequest.from_dict({"amount": {"value": text, "currency": "RUB"}})


def test_a_float_is_refused_with_advice() -> None:
    with pytest.raises(ValueError, match=r"^amount\.value: .*parse_float=decimal\.Decimal"):
        models.RefundRequest.from_dict({"amount": {"value": 1.5, "currency": "RUB"}})


def test_a_mismatch_names_the_place_and_never_the_value() -> None:
    with pytest.raises(ValueError, match=r"^status\.value: text is wanted, not a number$") as caught:
        models.Payment.from_dict({**PAYMENT, "status": {"value": 4111111111111111, "changedDateTime": "x"}})

    assert "4111111111111111" not in repr(caught.value)


def test_the_client_is_made_from_the_description_that_is_installed() -> None:
    assert DOCUMENT["components"]["schemas"]["Amount"]["x-python-type"] == "Money"
