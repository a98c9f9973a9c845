import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.documents import parse_yaml, write_json
from tools.lint.__main__ import lint, main
from tools.lint.branches import branches_exclude_each_other
from tools.lint.document import Document
from tools.project import Description
from tools.statements import Foundation

FOUNDATION = Foundation(
    statements={"EN-001": {"text": "t"}, "EN-002": {"text": "t"}}, questions={}, decisions={"zero": {"title": "Zero"}}
)
SHOP: dict[str, Any] = parse_yaml("""
openapi: 3.1.0
info: {title: Shop, version: 1.0.0, x-statements: [EN-002]}
security: [{key: []}]
paths:
  /orders/{orderId}:
    parameters:
      - {$ref: '#/components/parameters/OrderId'}
      - {name: X-Client, in: header, schema: {type: string}, example: shop}
    put:
      operationId: ordersCreate
      tags: [orders]
      x-basis: documented
      x-statements: [EN-001]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/OrderRequest'}}}}
      responses:
        '200':
          description: The order
          headers: {X-Trace: {schema: {$ref: '#/components/schemas/Trace'}}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order'}
              examples: {paid: {value: {id: a, sum: 150.00, method: {type: CARD, pan: '4***'}}}}
          links:
            order:
              operationId: ordersGet
              parameters: {path.orderId: $response.body#/id}
            again:
              operationRef: '#/paths/~1orders~1{orderId}/put'
              parameters: {orderId: $request.path.orderId, X-Client: '{$request.header.x-client}-again'}
              requestBody: {sum: $request.body#/sum, trace: $response.header.x-trace, at: $statusCode}
          x-basis: documented
          x-statements: [EN-001]
        '400': {$ref: '#/components/responses/Error'}
    get:
      operationId: ordersGet
      tags: [orders]
      x-basis: practice
      x-sources: [live answers]
      responses:
        '200':
          description: The order
          content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}
          x-basis: decision
          x-decision: zero
        default: {$ref: '#/components/responses/Error'}
webhooks:
  PAID:
    post:
      x-basis: published
      x-sources: [https://example.com]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'200': {description: Taken, x-basis: published, x-sources: [https://example.com]}}
components:
  parameters:
    OrderId: {name: orderId, in: path, required: true, schema: {type: string, pattern: '^[a-z]+$'}, example: a}
  responses:
    Error:
      description: Refused
      content: {application/json: {schema: {type: object, additionalProperties: {type: string}}}}
      x-basis: documented
      x-statements: [EN-001]
  securitySchemes:
    key: {type: http, scheme: bearer}
  schemas:
    Trace: {type: string, x-basis: decision, x-decision: zero}
    OrderRequest:
      type: object
      additionalProperties: false
      properties:
        sum: {type: number, minimum: 0.01, default: 1.00, example: 4.35}
        state: {enum: [NEW, new-ish]}
      x-basis: documented
      x-statements: [EN-001]
    Order:
      type: object
      required: [id, sum]
      properties:
        id: {type: string, x-basis: decision, x-decision: zero}
        sum: {oneOf: [{type: number, maximum: 99999999.99}, {type: string, pattern: '^[0-9]+[.][0-9]{2}$'}]}
        method: {$ref: '#/components/schemas/Method'}
      examples: [{id: a, sum: '1.00'}]
      x-basis: documented
      x-statements: [EN-001]
    Method:
      oneOf:
        - {$ref: '#/components/schemas/Card'}
        - {$ref: '#/components/schemas/Token'}
        - {$ref: '#/components/schemas/Other'}
      discriminator: {propertyName: type, mapping: {CARD: '#/components/schemas/Card', TOKEN: Token}}
      x-basis: documented
      x-statements: [EN-001]
    Card:
      allOf:
        - {$ref: '#/components/schemas/Masked'}
        - {type: object, required: [type], properties: {type: {const: CARD}}}
      x-basis: documented
      x-statements: [EN-001]
    Masked: {type: object, properties: {pan: {type: string}}, x-basis: documented, x-statements: [EN-001]}
    Token:
      type: object
      required: [type]
      properties: {type: {enum: [TOKEN]}}
      x-basis: documented
      x-statements: [EN-001]
    Other:
      type: object
      required: [type]
      properties: {type: {type: string, not: {enum: [CARD, TOKEN]}}}
      x-basis: documented
      x-statements: [EN-001]
""")


def codes(document: dict[str, Any]) -> list[tuple[str, str]]:
    return [(finding.code, finding.pointer) for finding in lint(document, FOUNDATION)]


def test_a_good_description_has_no_findings() -> None:
    assert [str(finding) for finding in lint(SHOP, FOUNDATION)] == []


Change = Callable[[dict[str, Any]], object]
PUT = "#/paths/~1orders~1{orderId}/put"
GET = "#/paths/~1orders~1{orderId}/get"
SCHEMAS = "#/components/schemas"


def put(document: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = document["paths"]["/orders/{orderId}"]["put"]
    return operation


def answer(document: dict[str, Any]) -> dict[str, Any]:
    response: dict[str, Any] = put(document)["responses"]["200"]
    return response


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = document["components"]["schemas"][name]
    return found


def link_parameter(expression: str) -> Change:
    return lambda d: answer(d)["links"]["order"]["parameters"].update({"path.orderId": expression})


LINK = f"{PUT}/responses/200/links/order"
DEFECTS: list[tuple[str, str, str, Change]] = [
    ("no title", "openapi", "#/info", lambda d: d["info"].pop("title")),
    (
        "a reference out of the document",
        "reference",
        f"{SCHEMAS}/Trace",
        lambda d: schema(d, "Trace").update({"$ref": "other.yaml"}),
    ),
    (
        "a reference to nothing",
        "reference",
        f"{SCHEMAS}/Order/properties/x",
        lambda d: schema(d, "Order")["properties"].update(x={"$ref": "#/no"}),
    ),
    ("an operation without a tag", "operation-tag", PUT, lambda d: put(d).pop("tags")),
    ("an operation with two tags", "operation-tag", PUT, lambda d: put(d)["tags"].append("more")),
    ("an operationId without its tag", "operation-id", PUT, lambda d: put(d).update(operationId="createOrder")),
    ("an operationId that is its tag", "operation-id", PUT, lambda d: put(d).update(operationId="orders")),
    ("no security at all", "operation-security", GET, lambda d: d.pop("security")),
    ("security switched off", "operation-security", PUT, lambda d: put(d).update(security=[])),
    (
        "an empty description",
        "response-description",
        f"{PUT}/responses/200",
        lambda d: answer(d).update(description=" "),
    ),
    (
        "an error without a schema",
        "error-schema",
        f"{GET}/responses/default",
        lambda d: d["components"]["responses"]["Error"].pop("content"),
    ),
    (
        "a header that is a number",
        "header-string",
        f"{PUT}/responses/200/headers/X-Trace",
        lambda d: schema(d, "Trace").update(type="integer"),
    ),
    (
        "a header without a schema",
        "header-string",
        f"{PUT}/responses/200/headers/Y",
        lambda d: answer(d)["headers"].update(Y={"content": {"text/plain": {}}}),
    ),
    (
        "a header parameter that is a number",
        "header-string",
        "#/paths/~1orders~1{orderId}/parameters/1",
        lambda d: d["paths"]["/orders/{orderId}"]["parameters"][1].update(schema={"type": "integer"}, example=1),
    ),
    (
        "an answer that allows no more properties",
        "answer-closed",
        f"{SCHEMAS}/Masked",
        lambda d: schema(d, "Masked").update(additionalProperties=False),
    ),
    (
        "an answer that evaluates all properties",
        "answer-closed",
        f"{SCHEMAS}/Order",
        lambda d: schema(d, "Order").update(unevaluatedProperties=False),
    ),
    (
        "a link to nothing",
        "link-operation",
        LINK,
        lambda d: answer(d)["links"]["order"].update(operationId="ordersFind"),
    ),
    (
        "a link by reference to nothing",
        "link-operation",
        f"{PUT}/responses/200/links/again",
        lambda d: answer(d)["links"]["again"].update(operationRef="#/paths/~1orders~1{orderId}"),
    ),
    (
        "a link with a parameter that its target lacks",
        "link-parameter",
        LINK,
        lambda d: answer(d)["links"]["order"]["parameters"].update(billId="x"),
    ),
    (
        "a link with a parameter in the wrong place",
        "link-parameter",
        LINK,
        lambda d: answer(d)["links"]["order"]["parameters"].update({"query.orderId": "x"}),
    ),
    (
        "a link with a body for an operation without one",
        "link-body",
        LINK,
        lambda d: answer(d)["links"]["order"].update(requestBody="x"),
    ),
    ("an expression of no form", "link-expression", LINK, link_parameter("$response.body.id")),
    ("an expression with an unknown side", "link-expression", LINK, link_parameter("$answer.body#/id")),
    ("an expression for a missing property", "link-expression", LINK, link_parameter("$response.body#/billId")),
    ("an expression too deep", "link-expression", LINK, link_parameter("$response.body#/id/value")),
    ("an expression for a missing header", "link-expression", LINK, link_parameter("$response.header.X-None")),
    ("an expression for a missing parameter", "link-expression", LINK, link_parameter("$request.path.billId")),
    ("an expression for a parameter elsewhere", "link-expression", LINK, link_parameter("$request.query.orderId")),
    ("an embedded expression for nothing", "link-expression", LINK, link_parameter("id-{$request.path.id}")),
    ("an expression for a path of a response", "link-expression", LINK, link_parameter("$response.path.orderId")),
    (
        "an expression in a body for nothing",
        "link-expression",
        f"{PUT}/responses/200/links/again",
        lambda d: answer(d)["links"]["again"]["requestBody"].update(sum=["$request.body#/total"]),
    ),
    (
        "an invalid example of a body",
        "example",
        f"{PUT}/responses/200/content/application~1json/examples/paid/value/method",
        lambda d: answer(d)["content"]["application/json"]["examples"]["paid"]["value"].update(
            method={"type": "CARD", "pan": 4}
        ),
    ),
    (
        "an invalid example of a parameter",
        "example",
        "#/components/parameters/OrderId/example",
        lambda d: d["components"]["parameters"]["OrderId"].update(example="A1"),
    ),
    (
        "an example of a schema that is below the least sum",
        "example",
        f"{SCHEMAS}/OrderRequest/properties/sum/example",
        lambda d: schema(d, "OrderRequest")["properties"].update(
            parse_yaml("sum: {type: number, minimum: 0.01, example: 0.009}")
        ),
    ),
    (
        "an example of a schema without a required property",
        "example",
        f"{SCHEMAS}/Order/examples/0",
        lambda d: schema(d, "Order")["examples"][0].pop("id"),
    ),
    (
        "a default of another type",
        "default",
        f"{SCHEMAS}/OrderRequest/properties/sum/default",
        lambda d: schema(d, "OrderRequest")["properties"]["sum"].update(default="1.00"),
    ),
    (
        "an example without a schema",
        "example-schema",
        f"{PUT}/requestBody/content/application~1json",
        lambda d: put(d)["requestBody"]["content"].update({"application/json": {"example": 1}}),
    ),
    (
        "a broken pattern",
        "pattern",
        f"{SCHEMAS}/Masked/properties/pan",
        lambda d: schema(d, "Masked")["properties"]["pan"].update(pattern="[0-9"),
    ),
    (
        "branches of one type",
        "one-of-overlap",
        f"{SCHEMAS}/Order/properties/sum/oneOf/1",
        lambda d: schema(d, "Order")["properties"]["sum"]["oneOf"][1].update(type="integer"),
    ),
    (
        "branches with one constant",
        "one-of-overlap",
        f"{SCHEMAS}/Method/oneOf/1",
        lambda d: schema(d, "Token")["properties"]["type"].update(enum=["TOKEN", "CARD"]),
    ),
    (
        "branches whose constants are optional",
        "discriminator-required",
        f"{SCHEMAS}/Method/oneOf/1",
        lambda d: schema(d, "Token").pop("required"),
    ),
    (
        "an open branch that lets known values in",
        "one-of-overlap",
        f"{SCHEMAS}/Method/oneOf/2",
        lambda d: schema(d, "Other")["properties"]["type"]["not"].update(enum=["CARD"]),
    ),
    (
        "a branch without a constant before the last",
        "discriminator-const",
        f"{SCHEMAS}/Method/oneOf/1",
        lambda d: schema(d, "Token")["properties"]["type"].pop("enum"),
    ),
    (
        "a mapping to nothing",
        "discriminator-mapping",
        f"{SCHEMAS}/Method",
        lambda d: schema(d, "Method")["discriminator"]["mapping"].update(X="Nobody"),
    ),
    (
        "a mapping to another branch",
        "discriminator-mapping",
        f"{SCHEMAS}/Method",
        lambda d: schema(d, "Method")["discriminator"]["mapping"].update(CARD="Token"),
    ),
    (
        "a required property that nobody declares",
        "required-property",
        f"{SCHEMAS}/Order",
        lambda d: schema(d, "Order")["required"].append("total"),
    ),
    (
        "a required property of a branch that nobody declares",
        "required-property",
        f"{SCHEMAS}/OrderRequest/then",
        lambda d: schema(d, "OrderRequest").update({"if": {"required": ["sum"]}, "then": {"required": ["sums"]}}),
    ),
    (
        "an inline object without a title",
        "object-title",
        f"{SCHEMAS}/Masked/properties/issuer",
        lambda d: schema(d, "Masked")["properties"].update(
            issuer={"type": "object", "properties": {"name": {"type": "string"}}}
        ),
    ),
    (
        "money in steps",
        "money-step",
        f"{SCHEMAS}/OrderRequest/properties/sum",
        lambda d: schema(d, "OrderRequest")["properties"]["sum"].update(parse_yaml("multipleOf: 0.01")),
    ),
    (
        "a property that hides a method",
        "property-name",
        f"{SCHEMAS}/Order",
        lambda d: schema(d, "Order")["properties"].update(toDict={"type": "string"}),
    ),
    (
        "values that become one constant",
        "enum-name",
        f"{SCHEMAS}/OrderRequest/properties/state",
        lambda d: schema(d, "OrderRequest")["properties"]["state"].update(enum=["NEW-ISH", "new_ish"]),
    ),
    (
        "an outcome of a value that is not there",
        "outcome-value",
        f"{SCHEMAS}/OrderRequest/properties/state",
        lambda d: schema(d, "OrderRequest")["properties"]["state"].update({"x-outcomes": {"OLD": "success"}}),
    ),
    (
        "an outcome of another kind",
        "outcome-name",
        f"{SCHEMAS}/OrderRequest/properties/state",
        lambda d: schema(d, "OrderRequest")["properties"]["state"].update({"x-outcomes": {"NEW": "maybe"}}),
    ),
    (
        "a sum at a place that may be empty",
        "sum-place",
        f"{SCHEMAS}/Order",
        lambda d: schema(d, "Order").update({"x-sums": {"captured": "lines.sum"}}),
    ),
    ("no basis of an operation", "basis", PUT, lambda d: put(d).pop("x-basis")),
    ("no basis of a response", "basis", f"{PUT}/responses/200", lambda d: answer(d).pop("x-basis")),
    ("no basis of a schema", "basis", f"{SCHEMAS}/Token", lambda d: schema(d, "Token").pop("x-basis")),
    ("no basis of a webhook", "basis", "#/webhooks/PAID/post", lambda d: d["webhooks"]["PAID"]["post"].pop("x-basis")),
    ("an unknown basis", "basis", f"{SCHEMAS}/Token", lambda d: schema(d, "Token").update({"x-basis": "guessed"})),
    ("documented by nothing", "basis-ground", PUT, lambda d: put(d).update({"x-statements": []})),
    (
        "practice of nobody",
        "basis-ground",
        GET,
        lambda d: d["paths"]["/orders/{orderId}"]["get"].pop("x-sources"),
    ),
    (
        "published nowhere",
        "basis-ground",
        "#/webhooks/PAID/post",
        lambda d: d["webhooks"]["PAID"]["post"].pop("x-sources"),
    ),
    (
        "a decision that is not named",
        "basis-ground",
        f"{SCHEMAS}/Order/properties/id",
        lambda d: schema(d, "Order")["properties"]["id"].pop("x-decision"),
    ),
    ("an unknown statement", "basis-statement", "#/info", lambda d: d["info"].update({"x-statements": ["EN-999"]})),
    (
        "an unknown decision",
        "basis-decision",
        f"{SCHEMAS}/Order/properties/id",
        lambda d: schema(d, "Order")["properties"]["id"].update({"x-decision": "none"}),
    ),
]


@pytest.mark.parametrize(("code", "place", "change"), [pytest.param(*rest, id=name) for name, *rest in DEFECTS])
def test_a_defect_is_found_at_its_place(code: str, place: str, change: Change) -> None:
    document = copy.deepcopy(SHOP)
    change(document)
    assert (code, place) in codes(document)


DISTINCT = [
    "[{type: string}, {type: object}]",
    "[{type: integer}, {type: [string, 'null']}]",
    "[{const: a}, {enum: [b, c]}]",
    "[{const: 1.0}, {const: '1.0'}]",
    "[{type: object, required: [k], properties: {k: {const: a}}}, {type: object, properties: {k: {const: b}}}]",
    "[{type: object, required: [k]}, {type: object, properties: {k: false}}]",
    "[{type: object, not: {required: [k]}}, {type: object, required: [k]}]",
    "[{type: object, not: {anyOf: [{required: [j]}, {required: [k]}]}}, {type: object, required: [k]}]",
    "[{oneOf: [{type: string}, {type: 'null'}]}, {type: object}]",
    "[{allOf: [{type: string}]}, {type: object}]",
]
ALIKE = [
    "[{type: integer}, {type: number}]",
    "[{type: string, pattern: a}, {type: string, pattern: b}]",
    "[{}, {type: object}]",
    "[{const: a}, {enum: [a, b]}]",
    "[{type: object, properties: {k: {const: a}}}, {type: object, properties: {k: {const: b}}}]",
    "[{required: [k], properties: {k: {const: a}}}, {required: [k], properties: {k: {const: b}}}]",
    "[{type: object, required: [j]}, {type: object, required: [k]}]",
    "[{type: object, not: {required: [j, k]}}, {type: object, required: [k]}]",
    "[{anyOf: [{type: string}, {type: object}]}, {type: object}]",
]


@pytest.mark.parametrize(("branches", "count"), [*((text, 0) for text in DISTINCT), *((text, 1) for text in ALIKE)])
def test_branches_must_be_told_apart_by_type_constant_or_presence(branches: str, count: int) -> None:
    document = Document({"components": {"schemas": {"A": {"oneOf": parse_yaml(branches)}}}})
    assert len(list(branches_exclude_each_other(document))) == count


def test_schemas_that_contain_themselves_are_followed_once() -> None:
    text = "{components: {schemas: {A: {oneOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}}}}"
    assert len(list(branches_exclude_each_other(Document(parse_yaml(text))))) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"not": {"anyOf": [{"required": ["pan"]}]}},
        {"if": {"required": ["sum"]}, "then": {"required": ["state"]}},
        {"anyOf": [{"required": ["sum"]}, {"required": ["state"]}]},
        {"dependentSchemas": {"sum": {"required": ["state"]}}},
    ],
)
def test_a_schema_around_may_declare_what_is_required(more: dict[str, Any]) -> None:
    document = copy.deepcopy(SHOP)
    schema(document, "OrderRequest").update(more)
    assert codes(document) == []


@settings(max_examples=20)
@given(st.sampled_from(["enum", "x-extensible-enum"]), st.sets(st.from_regex(r"\A[A-Z]{1,8}\Z"), min_size=1))
def test_upper_case_words_are_constants_as_they_are(keyword: str, words: set[str]) -> None:
    document = copy.deepcopy(SHOP)
    schema(document, "OrderRequest")["properties"]["state"] = {"type": "string", keyword: sorted(words)}
    assert codes(document) == []


def test_the_command_prints_findings_once_and_fails_on_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    description = Description(tmp_path / "openapi", tmp_path / "overlays")
    sources: dict[str, Any] = {
        "openapi": SHOP,
        "statements/seed": {
            "source": "seed.txt",
            "statements": [{"id": name, "text": "t", "kind": "rule"} for name in FOUNDATION.statements],
        },
        "decisions/questions": {"questions": []},
        "decisions/decisions": {"decisions": [{"id": "zero", "title": "t", "text": "t", "reason": "r"}]},
        "workflows/workflows": {"sourceDescriptions": [], "workflows": [], "components": {}},
    }
    for name, content in sources.items():
        path = description.folder / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, content)
    assert main(description) == 0
    assert capsys.readouterr().out == "2 documents, 0 findings\n"

    bad = copy.deepcopy(SHOP)
    put(bad)["operationId"] = "create"
    write_json(description.folder / "openapi.yaml", bad)
    description.overlays.mkdir()
    write_json(
        description.overlays / "client.overlay.yaml",
        {
            "overlay": "1.1.0",
            "info": {"title": "t", "version": "1"},
            "actions": [{"target": "$.components.schemas.Token['x-basis']", "remove": True}],
        },
    )
    assert main(description) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"openapi{PUT}: operation-id: 'create' is not the tag 'orders' and a verb",
        f"client{SCHEMAS}/Token: basis: there is no x-basis",
        "3 documents, 2 findings",
    ]

    write_json(description.overlays / "client.overlay.yaml", {"overlay": "1.1.0"})
    assert main(description) == 2
    assert "client.overlay.yaml: info must be an object" in capsys.readouterr().err
