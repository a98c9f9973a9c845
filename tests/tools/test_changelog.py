from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from qiwi_payin_description import load

from tools.changelog import changes, entry, main, read

SHOP: dict[str, Any] = {
    "paths": {
        "/orders/{orderId}": {
            "parameters": [{"name": "orderId", "in": "path", "required": True, "schema": {"type": "string"}}],
            "put": {
                "operationId": "ordersCreate",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Wanted"}}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}},
                    "400": {"$ref": "#/components/responses/Refused"},
                },
            },
        }
    },
    "webhooks": {
        "SHIPPED": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}}}
            }
        }
    },
    "components": {
        "responses": {"Refused": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}},
        "schemas": {
            "Wanted": {
                "required": ["sum"],
                "properties": {
                    "sum": {"type": "string", "format": "decimal"},
                    "note": {"type": "string", "maxLength": 10},
                    "colours": {"type": "array", "items": {"type": "string", "x-extensible-enum": ["RED", "BLUE"]}},
                    "buyer": {"$ref": "#/components/schemas/Party"},
                },
            },
            "Order": {
                "allOf": [{"$ref": "#/components/schemas/Base"}],
                "required": ["state"],
                "properties": {"state": {"enum": ["OPEN", "SHIPPED"]}, "buyer": {"$ref": "#/components/schemas/Party"}},
            },
            "Base": {"required": ["id"], "properties": {"id": {"type": "string"}, "paid": {"type": "boolean"}}},
            "Party": {"properties": {"name": {"type": "string"}, "parent": {"$ref": "#/components/schemas/Party"}}},
            "Error": {"properties": {"code": {"type": "string"}}},
        },
    },
}


def fields(shop: Any, name: str) -> Any:
    return shop["components"]["schemas"][name]["properties"]


def of(shop: Any, name: str) -> Any:
    return shop["components"]["schemas"][name]


def paths(shop: Any) -> Any:
    return shop["paths"]["/orders/{orderId}"]


def put(shop: Any) -> Any:
    return paths(shop)["put"]


NEW_OPERATION = {"operationId": "ordersGet", "responses": {"200": {}}}
NEW_PARAMETER = {"name": "page", "in": "query", "schema": {"type": "integer"}}
NEEDED = {**NEW_PARAMETER, "required": True}
PLACE = {"type": "object", "properties": {"line": {}}}


@pytest.mark.parametrize(
    ("change", "section", "line"),
    [
        (
            lambda s: paths(s).update(get=NEW_OPERATION),
            "Added",
            "ordersGet**: `GET /orders/{orderId}`.",
        ),
        (lambda s: s["paths"].clear(), "Removed", "ordersCreate** (breaking): `PUT /orders/{orderId}`."),
        (lambda s: s["webhooks"].clear(), "Removed", "notification SHIPPED** (breaking): a type of notification."),
        (lambda s: put(s).update(parameters=[NEW_PARAMETER]), "Added", "ordersCreate**: `page`."),
        (
            lambda s: put(s).update(parameters=[NEEDED]),
            "Added",
            "ordersCreate** (breaking): `page`.",
        ),
        (lambda s: put(s)["responses"].update({"409": {}}), "Added", "ordersCreate**: status 409."),
        (lambda s: put(s)["responses"].pop("400"), "Removed", "ordersCreate**: status 400."),
        (lambda s: fields(s, "Wanted").update(tip={"type": "string"}), "Added", "Wanted**: `tip`."),
        (lambda s: fields(s, "Wanted").pop("note"), "Removed", "Wanted** (breaking): `note`."),
        (lambda s: fields(s, "Order").update(tax={"type": "string"}), "Added", "Order**: `tax`."),
        (lambda s: fields(s, "Base").pop("paid"), "Removed", "Order** (breaking): `paid`."),
        (lambda s: of(s, "Wanted")["required"].append("note"), "Changed", "Wanted** (breaking): `note` is required."),
        (lambda s: of(s, "Wanted").pop("required"), "Changed", "Wanted**: `sum` is optional."),
        (lambda s: of(s, "Order")["required"].append("buyer"), "Changed", "Order**: `buyer` is required."),
        (lambda s: of(s, "Base").pop("required"), "Changed", "Order** (breaking): `id` is optional."),
        (
            lambda s: fields(s, "Base")["id"].update(type="integer"),
            "Changed",
            "Order** (breaking): `id` is integer, was string.",
        ),
        (
            lambda s: fields(s, "Order")["state"]["enum"].append("LOST"),
            "Added",
            "Order**: value `LOST` of `state`.",
        ),
        (
            lambda s: fields(s, "Order")["state"]["enum"].remove("OPEN"),
            "Removed",
            "Order** (breaking): value `OPEN` of `state`.",
        ),
        (
            lambda s: fields(s, "Wanted")["colours"]["items"]["x-extensible-enum"].extend(["PINK", "GREY"]),
            "Added",
            "Wanted**: values `PINK`, `GREY` of `colours`.",
        ),
        (
            lambda s: fields(s, "Wanted")["note"].update(maxLength=5),
            "Changed",
            "Wanted** (breaking): `note` has maxLength 5, had maxLength 10.",
        ),
        (lambda s: fields(s, "Party").update(phone={"type": "string"}), "Added", "Party**: `phone`."),
        (
            lambda s: fields(s, "Error").update(place=PLACE),
            "Added",
            "Error**: `place.line`; `place`.",
        ),
    ],
)
def test_each_change_is_told_once_and_marked_where_it_breaks(
    change: Callable[[Any], object], section: str, line: str
) -> None:
    shop = deepcopy(SHOP)
    change(shop)

    assert entry(list(changes(read(SHOP), read(shop)))) == f"### {section}\n\n- **Client: {line}\n"


def test_what_did_not_change_is_not_told() -> None:
    described = load("openapi")
    assert entry(list(changes(read(described), read(deepcopy(described))))) == "The description did not change.\n"


def test_each_operation_field_and_notification_of_the_description_is_read() -> None:
    facts = read(load("openapi"))

    assert {"billsCreate", "refundsList", "notification CAPTURE"} <= set(facts.operations)
    assert facts.roles["PaymentRequest"] == {"requests"}
    assert facts.roles["Customer"] == {"requests", "answers"}
    assert facts.fields["Payment"]["capturedAmount"].required
    assert facts.fields["BillRequest"]["flags"].kind == "list of BillFlag"
    assert "SALE" in facts.fields["BillFlag"][""].names


def test_sections_lines_and_breaking_ones_stand_in_the_order_of_the_changelog() -> None:
    shop = deepcopy(SHOP)
    fields(shop, "Wanted").update(tip={"type": "string"}, gift={"type": "boolean"})
    fields(shop, "Wanted").pop("note")
    of(shop, "Party")["required"] = ["name"]

    assert entry(list(changes(read(SHOP), read(shop)))).splitlines() == [
        "### Added",
        "",
        "- **Client: Wanted**: `tip`; `gift`.",
        "",
        "### Changed",
        "",
        "- **Client: Party** (breaking): `name` is required.",
        "",
        "### Removed",
        "",
        "- **Client: Wanted** (breaking): `note`.",
    ]


def test_a_ref_that_git_does_not_know_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--since", "no-such-ref"]) == 1
    assert "no-such-ref" in capsys.readouterr().err


def test_the_description_is_compared_with_its_own_files_of_a_ref(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--since", "HEAD"]) == 0
    assert capsys.readouterr().out.startswith(("### ", "The description did not change."))
