"""The description as the suite reads it."""

from decimal import Decimal

import pytest
from qiwi_payin_contract.description import description
from qiwi_payin_contract.statements import of_answers, of_requests, statements

PAYMENT = {
    "paymentId": "1",
    "createdDateTime": "2024-03-01T17:10:31.284+03:00",
    "amount": {"currency": "RUB", "value": "200.00"},
    "capturedAmount": {"currency": "RUB", "value": "0.00"},
    "refundedAmount": {"currency": "RUB", "value": "0.00"},
    "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049"},
    "status": {"value": "WAITING", "changedDateTime": "2024-03-01T17:10:32.607+03:00"},
    "paymentCardInfo": {},
}


def wrong(**changes: object) -> list[str]:
    schema = description().answer_schema("paymentsGet", 200)
    assert schema is not None
    changed = {name: value for name, value in {**PAYMENT, **changes}.items() if value is not None}
    return list(description().errors(schema, changed))


def test_a_payment_as_described_has_no_error() -> None:
    assert wrong() == []


def test_an_error_names_place_and_statements_and_never_the_value() -> None:
    (told,) = wrong(amount={"currency": "RUB", "value": Decimal(5555555555554444)})
    assert told.startswith("amount/value: ")
    assert "EN-083" in told
    assert "5555555555554444" not in told


def test_a_missing_field_names_the_statements_on_it() -> None:
    (told,) = wrong(capturedAmount=None)
    assert "capturedAmount" in told
    assert "RU-095" in told


@pytest.mark.parametrize(
    ("method", "path", "operation_id", "ids"),
    [
        ("PUT", "/payin/v1/sites/a/bills/b", "billsCreate", {"siteId": "a", "billId": "b"}),
        ("GET", "/payin/v1/sites/a/bills/b%2Fc/details", "billsGet", {"siteId": "a", "billId": "b/c"}),
        ("PATCH", "/payin/v1/sites/a/bills/b", None, {"siteId": "a", "billId": "b"}),
        ("GET", "/elsewhere", None, {}),
    ],
)
def test_a_request_is_told_by_method_and_path(
    method: str, path: str, operation_id: str | None, ids: dict[str, str]
) -> None:
    operation, found = description().match(method, path)
    assert (operation.id if operation else None) == operation_id
    assert found == ids


def test_a_path_is_filled_with_encoded_ids() -> None:
    operation = description().operations["billsGet"]
    path = operation.path({"siteId": "a", "billId": "b/c ?"})
    assert path == "/payin/v1/sites/a/bills/b%2Fc%20%3F/details"
    assert operation.ids_in(path) == {"siteId": "a", "billId": "b/c ?"}


def test_statements_on_forms_are_on_fields_and_can_be_broken() -> None:
    for name in (*of_answers(), *of_requests()):
        assert statements()[name].kind in {"field", "enum", "error"}
        assert statements()[name].untestable is None
    assert "RU-095" in of_answers()
    assert "PRA-018" in of_requests()
    assert "PUB-257" not in of_answers()
