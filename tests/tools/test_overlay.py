import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.documents import json_text, parse_json, parse_yaml
from tools.objects import at, tokens_of
from tools.overlay import IncompatibleError, NoMatchError, OverlayError, OverlayFormatError, apply, main

SHOP: dict[str, Any] = parse_yaml("""
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
servers: [{url: 'https://a.example'}, {url: 'https://b.example'}]
paths:
  /orders:
    get:
      summary: List
      tags: [orders, list]
      x-traits: [paged]
      parameters: [{name: page, in: query}, {name: dummy, in: query}]
      responses: {'200': {description: ok}, '404': {description: none}}
    post: {summary: Make, responses: {'200': {description: ok}, '500': {description: broken}}}
  /orders/{id}: {get: {summary: One, responses: {'200': {description: ok}}}}
components:
  schemas:
    Sum: {type: number, minimum: 0.01, example: 150.00}
    Country: {enum: [NO, SE], default: null}
""")


def overlay(*actions: dict[str, Any], version: str = "1.1.0") -> dict[str, Any]:
    return {"overlay": version, "info": {"title": "Test", "version": "1"}, "actions": list(actions)}


def changed(*changes: tuple[str, Any]) -> dict[str, Any]:
    """The shop with values put at (or, for `...`, taken from) the places that JSON pointers name."""
    document = copy.deepcopy(SHOP)
    for place, value in changes:
        *above, last = tokens_of("/" + place)
        container = at(document, tuple(above))
        key: Any = int(last) if isinstance(container, list) else last
        if value is ...:
            del container[key]
        else:
            container[key] = value
    return document


GET = "paths/~1orders/get"
APPLIED = [
    pytest.param({"target": "$", "update": {"info": {"x-new": 1}}}, [("info/x-new", 1)], id="the root"),
    pytest.param(
        {"target": "$.info", "update": {"license": {"name": "MIT"}}},
        [("info/license", {"name": "MIT"})],
        id="an object",
    ),
    pytest.param({"target": "$.info", "update": {"title": "T"}}, [("info/title", "T")], id="a primitive property"),
    pytest.param({"target": "$.info.title", "update": "T"}, [("info/title", "T")], id="a primitive itself"),
    pytest.param({"target": "$.info.title", "update": None}, [("info/title", None)], id="a primitive becomes null"),
    pytest.param(
        {"target": "$.components.schemas.Country", "update": {"default": "NO"}},
        [("components/schemas/Country/default", "NO")],
        id="null is a primitive",
    ),
    pytest.param(
        {"target": "$.paths['/orders'].get", "update": {"tags": ["more"]}},
        [(f"{GET}/tags", ["orders", "list", "more"])],
        id="an array property is concatenated",
    ),
    pytest.param(
        {"target": "$.servers", "update": {"url": "http://127.0.0.1"}},
        [("servers", [*SHOP["servers"], {"url": "http://127.0.0.1"}])],
        id="an object is appended to an array",
    ),
    pytest.param(
        {"target": "$.paths['/orders'].get.tags", "update": "more"},
        [(f"{GET}/tags", ["orders", "list", "more"])],
        id="a primitive is appended to an array",
    ),
    pytest.param(
        {"target": "$.paths['/orders'].get.tags", "update": ["more", "most"]},
        [(f"{GET}/tags", ["orders", "list", "more", "most"])],
        id="an array is concatenated with an array",
    ),
    pytest.param(
        {"target": "$.paths.*.get", "update": {"x-safe": True}},
        [(f"{GET}/x-safe", True), ("paths/~1orders~1{id}/get/x-safe", True)],
        id="a wildcard changes each match",
    ),
    pytest.param(
        {"target": "$..parameters[?@.name == 'page' && @.in == 'query']", "update": {"schema": {"type": "integer"}}},
        [(f"{GET}/parameters/0/schema", {"type": "integer"})],
        id="a filter",
    ),
    pytest.param(
        {"target": "$.paths[?@.get['x-traits'][?@ == 'paged']].get", "update": {"parameters": [{"name": "top"}]}},
        [(f"{GET}/parameters", [{"name": "page", "in": "query"}, {"name": "dummy", "in": "query"}, {"name": "top"}])],
        id="a trait, by a filter in a filter",
    ),
    pytest.param(
        {"target": "$..[?match(@.summary, 'L.*t')]", "update": {"x": 1}}, [(f"{GET}/x", 1)], id="the function match"
    ),
    pytest.param(
        {"target": "$..[?search(@.summary, 'ak')]", "update": {"x": 1}},
        [("paths/~1orders/post/x", 1)],
        id="the function search",
    ),
    pytest.param(
        {"target": "$.paths.*[?count(@.responses.*) == 1]", "update": {"x": 1}},
        [("paths/~1orders~1{id}/get/x", 1)],
        id="the function count",
    ),
    pytest.param(
        {"target": "$.paths.*[?length(@.tags) == 2]", "update": {"x": 1}}, [(f"{GET}/x", 1)], id="the function length"
    ),
    pytest.param(
        {"target": "$.components.schemas[?value(@.minimum) < 1]", "update": {"x": 1}},
        [("components/schemas/Sum/x", 1)],
        id="a number with a fraction is compared",
    ),
    pytest.param(
        {"target": "$.servers['0', 0, 0, -2]", "update": {"x": ["once"]}},
        [("servers/0/x", ["once"])],
        id="a node selected twice changes once",
    ),
    pytest.param({"target": "$.paths['/orders'].get.summary", "remove": True}, [(f"{GET}/summary", ...)], id="remove"),
    pytest.param({"target": "$.servers[*]", "remove": True}, [("servers", [])], id="all elements are removed"),
    pytest.param({"target": "$.servers[0]", "remove": True}, [("servers/0", ...)], id="one element is removed"),
    pytest.param(
        {"target": "$..parameters[?@.name == 'dummy']", "remove": True},
        [(f"{GET}/parameters/1", ...)],
        id="an element is removed by filter",
    ),
    pytest.param(
        {"target": "$.paths.*.get.tags[?@ == 'list']", "remove": True},
        [(f"{GET}/tags/1", ...)],
        id="a primitive element is removed",
    ),
    pytest.param(
        {"target": "$.paths.*.*.responses[?@.description != 'ok']", "remove": True},
        [(f"{GET}/responses/404", ...), ("paths/~1orders/post/responses/500", ...)],
        id="matching members are removed",
    ),
    pytest.param(
        {"target": "$.paths['/orders']..*", "remove": True},
        [("paths/~1orders", {})],
        id="what lies within what is removed",
    ),
    pytest.param({"target": "$.info", "remove": False}, [], id="remove: false removes nothing"),
    pytest.param(
        {"target": "$.info", "remove": False, "update": {"x": 1}}, [("info/x", 1)], id="remove: false beside an update"
    ),
    pytest.param(
        {"target": "$.paths['/orders/{id}']", "copy": "$.paths['/orders']"},
        [
            (
                "paths/~1orders~1{id}",
                {
                    "get": {
                        **SHOP["paths"]["/orders"]["get"],
                        "responses": {"200": {"description": "ok"}, "404": {"description": "none"}},
                    },
                    "post": SHOP["paths"]["/orders"]["post"],
                },
            )
        ],
        id="copy merges",
    ),
    pytest.param(
        {"target": "$.servers", "copy": "$.info"}, [("servers", [*SHOP["servers"], SHOP["info"]])], id="copy appends"
    ),
    pytest.param(
        {"target": "$.servers[*].url", "copy": "$.info.title"},
        [("servers/0/url", "Shop"), ("servers/1/url", "Shop")],
        id="copy of a primitive",
    ),
    pytest.param(
        {"target": "$.servers", "copy": "$.servers"},
        [("servers", SHOP["servers"] * 2)],
        id="copy of an array onto itself",
    ),
    pytest.param(
        {"target": "$.info", "update": {"x-a": 1}, "description": "d", "x-note": "n"},
        [("info/x-a", 1)],
        id="a description and extensions change nothing",
    ),
]


@pytest.mark.parametrize(("action", "changes"), APPLIED)
def test_an_action_changes_exactly_what_it_says(action: dict[str, Any], changes: list[tuple[str, Any]]) -> None:
    before = copy.deepcopy(SHOP)
    assert apply(overlay(action), SHOP) == changed(*changes)
    assert before == SHOP


REFUSED = [
    pytest.param({"target": "$.nothing", "update": {}}, NoMatchError, "matches nothing", id="no match"),
    pytest.param({"target": "$.nothing", "remove": True}, NoMatchError, "matches nothing", id="no match to remove"),
    pytest.param({"target": "$.nothing", "remove": False}, NoMatchError, "matches nothing", id="no match, no effect"),
    pytest.param({"target": "$.info", "copy": "$.nothing"}, NoMatchError, "selects 0", id="nothing to copy"),
    pytest.param({"target": "$.info", "copy": "$.servers[*]"}, IncompatibleError, "selects 2", id="two to copy"),
    pytest.param(
        {"target": "$.info", "copy": "$.servers"}, IncompatibleError, "is an array", id="copy array on object"
    ),
    pytest.param(
        {"target": "$.info", "update": "x"}, IncompatibleError, "update is a primitive", id="string on object"
    ),
    pytest.param({"target": "$.info", "update": None}, IncompatibleError, "update is a primitive", id="null on object"),
    pytest.param({"target": "$.info", "update": [1]}, IncompatibleError, "update is an array", id="array on object"),
    pytest.param({"target": "$.info.title", "update": {}}, IncompatibleError, "is a primitive", id="object on string"),
    pytest.param({"target": "$.info.title", "update": []}, IncompatibleError, "is a primitive", id="array on string"),
    pytest.param({"target": "$", "update": {"info": []}}, IncompatibleError, "/info is an object", id="inner clash"),
    pytest.param(
        {"target": "$", "update": {"servers": {}}}, IncompatibleError, "/servers is an array", id="clash array"
    ),
    pytest.param(
        {"target": "$.paths", "update": {"/orders": {"get": None}}},
        IncompatibleError,
        "/get is an object, the update is a primitive",
        id="null does not delete",
    ),
    pytest.param({"target": "$.*", "update": {}}, IncompatibleError, "different types", id="targets of several types"),
    pytest.param({"target": "$", "remove": True}, IncompatibleError, "whole document", id="removing everything"),
    pytest.param({"target": "info", "update": {}}, OverlayFormatError, "RFC 9535", id="no root sign"),
    pytest.param({"target": "$.info | $.paths", "update": {}}, OverlayFormatError, "RFC 9535", id="a union of queries"),
    pytest.param(
        {"target": "$.info[?nothing(@)]", "update": {}}, OverlayFormatError, "RFC 9535", id="unknown function"
    ),
    pytest.param({"target": "$.paths.~", "update": {}}, OverlayFormatError, "RFC 9535", id="a selector of keys"),
    pytest.param({"target": 1, "update": {}}, OverlayFormatError, "target must be", id="target no string"),
    pytest.param({"update": {}}, OverlayFormatError, "target must be", id="no target"),
    pytest.param({"target": "$"}, OverlayFormatError, "must update, copy or remove", id="nothing to do"),
    pytest.param({"target": "$", "remove": "true"}, OverlayFormatError, "remove must be", id="remove no boolean"),
    pytest.param({"target": "$", "copy": 1}, OverlayFormatError, "copy must be", id="copy no string"),
    pytest.param({"target": "$", "update": {}, "description": 1}, OverlayFormatError, "description", id="description"),
    pytest.param({"target": "$", "update": {}, "where": 1}, OverlayFormatError, "unknown field: where", id="unknown"),
    pytest.param({"target": "$", "update": {}, "copy": "$"}, OverlayFormatError, "copy and update", id="copy, update"),
    pytest.param({"target": "$", "remove": True, "update": {}}, OverlayFormatError, "remove and update", id="both"),
]


@pytest.mark.parametrize(("action", "error", "message"), REFUSED)
def test_an_action_that_cannot_be_meant_is_refused(
    action: dict[str, Any], error: type[OverlayError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        apply(overlay({"target": "$.info", "update": {"x": 1}}, action), SHOP)
    assert type(caught.value) is error
    assert str(caught.value).startswith("action 1 (")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {**overlay({"target": "$", "update": {}}), "overlay": "2.0.0"},
        {**overlay({"target": "$", "update": {}}), "overlay": "1.0"},
        {**overlay({"target": "$", "update": {}}), "overlay": 1},
        {**overlay({"target": "$", "update": {}}), "info": {"title": "no version"}},
        {**overlay({"target": "$", "update": {}}), "info": {"title": 1, "version": "1"}},
        {**overlay({"target": "$", "update": {}}), "extends": 1},
        {**overlay({"target": "$", "update": {}}), "action": []},
        overlay(),
        {**overlay(), "actions": {"target": "$", "update": {}}},
        {**overlay(), "actions": ["$"]},
        overlay({"target": "$", "update": {}}, {"target": "$", "update": {}}),
    ],
)
def test_a_malformed_overlay_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(OverlayFormatError):
        apply(document, SHOP)


def test_actions_apply_to_the_result_of_the_one_before() -> None:
    moved = overlay(
        {"target": "$.paths", "update": {"/new": {}}},
        {"target": "$.paths['/new']", "copy": "$.paths['/orders/{id}']"},
        {"target": "$.paths['/orders/{id}']", "remove": True},
        {"target": "$.paths['/new'].get", "update": {"summary": "New"}},
    )
    result = apply(moved, SHOP)
    assert list(result["paths"]) == ["/orders", "/new"]
    assert result["paths"]["/new"]["get"] == {**SHOP["paths"]["/orders/{id}"]["get"], "summary": "New"}


def test_version_1_0_lets_remove_win_and_knows_no_copy() -> None:
    both = {"target": "$.servers", "remove": True, "update": {"url": "x"}}
    assert "servers" not in apply(overlay(both, version="1.0.0"), SHOP)
    refused: list[tuple[dict[str, Any], str]] = [
        ({"target": "$.info", "copy": "$.info"}, "unknown field: copy"),
        ({"target": "$.info.title", "update": "T"}, "only be updated by an overlay of version 1.1"),
        ({"target": "$.servers", "update": [{}]}, "means two things"),
    ]
    for action, message in refused:
        with pytest.raises(OverlayError, match=message):
            apply(overlay(action, version="1.0.1"), SHOP)


def test_keys_keep_their_order_and_new_ones_come_last() -> None:
    result = apply(overlay({"target": "$.info", "update": {"a": 1, "version": "2", "title": "T"}}), SHOP)
    assert list(result["info"]) == ["title", "version", "a"]
    assert list(result) == list(SHOP)


def test_sums_keep_their_digits() -> None:
    action = {"target": "$.components.schemas.Sum", "update": {"maximum": Decimal("99999999.90")}}
    text = json_text(apply(overlay(action), SHOP))
    assert '"example": 150.00' in text
    assert '"maximum": 99999999.90' in text


def test_what_is_merged_in_is_a_copy() -> None:
    update = {"x-list": ["a"]}
    result = apply(
        overlay(
            {"target": "$.paths.*.get", "update": update}, {"target": "$.paths['/orders'].get['x-list']", "update": "b"}
        ),
        SHOP,
    )
    assert result["paths"]["/orders"]["get"]["x-list"] == ["a", "b"]
    assert result["paths"]["/orders/{id}"]["get"]["x-list"] == ["a"]
    assert update == {"x-list": ["a"]}


NAMES = st.text(st.characters(min_codepoint=0x20, exclude_categories=["Cs"]), min_size=1, max_size=6)
TREES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)
OBJECTS = st.dictionaries(NAMES, TREES, max_size=4)


def query(*keys: str) -> str:
    return "$" + "".join(f"[{json.dumps(key, ensure_ascii=False)}]" for key in keys)


@settings(max_examples=60)
@given(OBJECTS, NAMES, TREES)
def test_what_an_update_adds_a_remove_takes_away_again(document: dict[str, Any], name: str, value: Any) -> None:
    document = {key: item for key, item in document.items() if key != name}
    added = apply(overlay({"target": "$", "update": {name: value}}), document)
    assert added == {**document, name: value}
    removed = apply(overlay({"target": query(name), "remove": True}), added)
    assert list(removed.items()) == list(document.items())


@settings(max_examples=60)
@given(OBJECTS)
def test_updating_with_nothing_changes_nothing(document: dict[str, Any]) -> None:
    assert apply(overlay({"target": "$", "update": {}}), document) == document


@settings(max_examples=60)
@given(OBJECTS, TREES, NAMES, NAMES)
def test_a_copy_is_an_update_with_what_stands_there(document: dict[str, Any], value: Any, one: str, two: str) -> None:
    document = {**document, one: [value], two: []}
    copied = apply(overlay({"target": query(two), "copy": query(one)}), document)
    assert copied == apply(overlay({"target": query(two), "update": document[one]}), document)


def test_the_command_prints_the_result_or_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.json").write_text(json_text(SHOP))
    (tmp_path / "good.json").write_text(json_text(overlay({"target": "$.info", "update": {"x": 1}})))
    (tmp_path / "bad.json").write_text(json_text(overlay({"target": "$.nothing", "remove": True})))
    assert main([str(tmp_path / "good.json"), str(tmp_path / "shop.json")]) == 0
    assert parse_json(capsys.readouterr().out)["info"]["x"] == 1
    assert main([str(tmp_path / "bad.json"), str(tmp_path / "shop.json")]) == 1
    assert capsys.readouterr().err == "action 0 ($.nothing): the target matches nothing\n"
    assert main([]) == 2
