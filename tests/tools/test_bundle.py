import copy
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.bundle import BundleError, MissingTargetError, NameClashError, ReferenceCycleError, bundle, main
from tools.documents import DocumentError, json_text, parse_json, parse_yaml, write_json
from tools.objects import Node, at, walk

SHOP = parse_yaml("""
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
paths:
  /orders/{orderId}:
    parameters: [{$ref: '#/components/parameters/OrderId'}]
    put:
      operationId: ordersCreate
      requestBody: {$ref: '#/components/requestBodies/Order'}
      responses:
        '200':
          description: The order
          headers: {X-Trace: {$ref: '#/components/headers/Trace'}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Order', description: As it stands now}
              examples: {printed: {$ref: '#/components/examples/Order'}}
          links: {self: {$ref: '#/components/links/Self'}}
        '400': {$ref: '#/components/responses/Refused'}
webhooks:
  PAID:
    post:
      requestBody: {$ref: '#/components/requestBodies/Order'}
      responses: {'200': {description: Taken}}
components:
  schemas:
    Card:
      type: object
      required: [type]
      properties: {type: {const: CARD}, $ref: {type: string}}
    Method:
      oneOf: [{$ref: '#/components/schemas/Card'}, {$ref: '#/components/schemas/Token'}]
      discriminator:
        propertyName: type
        mapping: {CARD: '#/components/schemas/Card', TOKEN: '#/components/schemas/Token'}
    Order:
      type: object
      properties:
        method: {$ref: '#/components/schemas/Method'}
        parts: {type: array, items: {$ref: '#/components/schemas/Order'}}
      example: {$ref: 'data, not a reference', sum: 150.00}
    Token:
      type: object
      required: [type]
      properties: {type: {const: TOKEN}}
    a/b~c: {type: string}
    uses: {anyOf: [{$ref: '#/components/schemas/a~1b~0c'}, {type: 'null'}]}
  responses:
    Refused: {description: Refused}
  parameters:
    OrderId: {name: orderId, in: path, required: true, schema: {type: string}}
  examples:
    Order: {summary: Printed, value: {sum: 4.350}}
  requestBodies:
    Order: {content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
  headers:
    Trace: {schema: {type: string}}
  securitySchemes:
    key: {type: http, scheme: bearer}
  links:
    Self: {operationId: ordersCreate}
""")
UNREFERRED = [("schemas", "uses"), ("securitySchemes", "key")]
COMPONENTS = [(section, name) for section, named in SHOP["components"].items() for name in named]
MOVABLE = [component for component in COMPONENTS if component not in UNREFERRED]


def split(document: dict[str, Any], folder: Path, homes: dict[tuple[str, str], str]) -> Path:
    """Move components to the files that `homes` names, and point every reference to where its target went."""
    document = copy.deepcopy(document)

    def location(reference: str, referrer: str) -> str:
        _, _, section, name = reference.split("/", 3)
        home = homes.get((section, name.replace("~1", "/").replace("~0", "~")))
        if home is None:
            return reference if not referrer else os.path.relpath("openapi.json", Path(referrer).parent) + reference
        return f"{os.path.relpath(home, Path(referrer).parent)}#/{name}" if home != referrer else f"#/{name}"

    def referrer(node: Node) -> str:
        return homes.get((node.tokens[1], node.tokens[2]), "") if node.tokens[:1] == ("components",) else ""

    for node in list(walk(Node("openapi", document))):
        if "$ref" in node.value:
            node.value["$ref"] = location(node.value["$ref"], referrer(node))
        mapping = node.value.get("discriminator", {}).get("mapping", {}) if node.kind == "schema" else {}
        for value, target in mapping.items():
            mapping[value] = location(target, referrer(node))
    files: dict[str, dict[str, Any]] = {}
    for (section, name), home in homes.items():
        files.setdefault(home, {})[name] = document["components"][section].pop(name)
    for home, content in files.items():
        (folder / home).parent.mkdir(parents=True, exist_ok=True)
        write_json(folder / home, content)
    write_json(folder / "openapi.json", document)
    return folder / "openapi.json"


@settings(max_examples=40)
@given(st.dictionaries(st.sampled_from(MOVABLE), st.sampled_from(["one", "deep/two", "deep/er/three"])))
def test_a_document_split_into_files_is_joined_to_the_same_document(
    tmp_path_factory: pytest.TempPathFactory, homes: dict[tuple[str, str], str]
) -> None:
    joined = bundle(
        split(SHOP, tmp_path_factory.mktemp("split"), {key: f"{home}-{key[0]}.json" for key, home in homes.items()})
    )
    assert joined == SHOP
    assert [list(named) for named in joined["components"].values()] == [
        sorted(named) for named in SHOP["components"].values()
    ]


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "openapi.yaml"


def test_path_items_and_webhooks_are_put_in_place(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        openapi="paths: {/a: {$ref: 'paths/a.yaml'}}\nwebhooks: {PAID: {$ref: 'paths/a.yaml#/hook', summary: Paid}}",
        paths__a="""
            get: {responses: {'200': {description: ok, content: {a/b: {schema: {$ref: '../schemas/x.yaml#/X'}}}}}}
            hook: {post: {operationId: paid}}
        """,
        schemas__x="X: {type: string}",
    )
    joined = bundle(root)
    reference = {"$ref": "#/components/schemas/X"}
    assert joined["paths"]["/a"]["get"]["responses"]["200"]["content"]["a/b"]["schema"] == reference
    assert joined["webhooks"]["PAID"] == {"post": {"operationId": "paid"}, "summary": "Paid"}
    assert joined["components"] == {"schemas": {"X": {"type": "string"}}}


def test_a_file_of_an_example_becomes_its_value_with_every_digit(tmp_path: Path) -> None:
    root = write(tmp_path, openapi="components: {examples: {x: {summary: s, externalValue: 'bodies/b.json', x-a: 1}}}")
    (tmp_path / "bodies").mkdir()
    (tmp_path / "bodies/b.json").write_text('{"value": 150.00}')
    joined = bundle(root)
    assert list(joined["components"]["examples"]["x"]) == ["summary", "value", "x-a"]
    assert '"value": 150.00' in json_text(joined)


def test_an_external_value_on_the_network_stays_as_it_is(tmp_path: Path) -> None:
    root = write(tmp_path, openapi="components: {examples: {x: {externalValue: 'https://example.com/b.json'}}}")
    assert bundle(root)["components"]["examples"]["x"] == {"externalValue": "https://example.com/b.json"}


def test_a_component_of_the_root_names_the_file_that_it_refers_to(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        openapi="""
            components:
              schemas:
                Bill: {$ref: 'b.yaml#/bill'}
                Bills: {type: array, items: {$ref: 'b.yaml#/bill'}}
        """,
        b="bill: {type: object}",
    )
    assert bundle(root)["components"]["schemas"] == {
        "Bill": {"type": "object"},
        "Bills": {"type": "array", "items": {"$ref": "#/components/schemas/Bill"}},
    }


def test_a_reference_to_a_whole_file_is_named_by_the_file(tmp_path: Path) -> None:
    root = write(tmp_path, openapi="components: {schemas: {A: {not: {$ref: Bill.yaml}}}}", Bill="type: object")
    assert bundle(root)["components"]["schemas"]["A"] == {"not": {"$ref": "#/components/schemas/Bill"}}


def test_a_place_that_only_refers_further_is_passed_by(tmp_path: Path) -> None:
    root = write(
        tmp_path,
        openapi="components: {schemas: {A: {not: {$ref: 'index.yaml#/Bill'}}}}",
        index="Bill: {$ref: 'bill.yaml#/Bill'}",
        bill="Bill: {type: object}",
    )
    assert bundle(root)["components"]["schemas"]["Bill"] == {"type": "object"}


def test_schemas_may_refer_to_themselves(tmp_path: Path) -> None:
    root = write(
        tmp_path, openapi="components: {schemas: {A: {not: {$ref: 't.yaml#/T'}}}}", t="T: {items: {$ref: '#/T'}}"
    )
    assert bundle(root)["components"]["schemas"]["T"] == {"items": {"$ref": "#/components/schemas/T"}}


def test_no_two_places_of_the_result_are_one_object(tmp_path: Path) -> None:
    root = write(tmp_path, openapi="paths: {/a: {$ref: a.yaml}, /b: {$ref: a.yaml}}", a="get: {tags: [x]}")
    joined = bundle(root)
    joined["paths"]["/a"]["get"]["tags"].append("y")
    assert joined["paths"]["/b"]["get"]["tags"] == ["x"]


SCHEMA_A = "components: {schemas: {A: {not: {$ref: '%s'}}}}"


@pytest.mark.parametrize(
    ("files", "error", "message"),
    [
        (
            {"openapi": SCHEMA_A % "b.yaml#/B"},
            MissingTargetError,
            r"openapi.yaml#/components/schemas/A/not: .*b.yaml: no such",
        ),
        (
            {"openapi": SCHEMA_A % "b.yaml#/B", "b": "C: {}"},
            MissingTargetError,
            r"schemas/A/not: in .*b.yaml: nothing at /B",
        ),
        ({"openapi": SCHEMA_A % "#/components/schemas/B"}, MissingTargetError, "nothing at /components/schemas/B"),
        ({"openapi": SCHEMA_A % "b.yaml#B", "b": "B: {}"}, MissingTargetError, "'B' is not a JSON pointer"),
        ({"openapi": SCHEMA_A % "b.yaml#/B", "b": "B: 1"}, MissingTargetError, "is not an object"),
        ({"openapi": SCHEMA_A % "https://example.com/b.yaml#/B"}, BundleError, "not a file of this description"),
        (
            {"openapi": SCHEMA_A % "b.yaml#/B", "b": "B: {$ref: '#/C'}\nC: {$ref: '#/B'}"},
            ReferenceCycleError,
            "leads back to",
        ),
        (
            {
                "openapi": "components: {schemas: {A: {anyOf: [{$ref: 'b.yaml#/B'}, {$ref: 'c.yaml#/B'}]}}}",
                "b": "B: {}",
                "c": "B: {}",
            },
            NameClashError,
            r"A/anyOf/1: components/schemas/B would be both .*b.yaml#/B and .*c.yaml#/B",
        ),
        (
            {"openapi": "components: {schemas: {B: {not: {$ref: 'b.yaml#/B'}}}}", "b": "B: {}"},
            NameClashError,
            r"would be both .*openapi.yaml#/components/schemas/B and .*b.yaml#/B",
        ),
        (
            {"openapi": "paths: {/a: {$ref: a.yaml}}", "a": "post: {callbacks: {x: {'{$url}': {$ref: a.yaml}}}}"},
            ReferenceCycleError,
            "the path item contains itself",
        ),
        (
            {"openapi": "paths: {/a: {$ref: a.yaml, summary: one}}", "a": "summary: two"},
            BundleError,
            "summary stands both beside the reference",
        ),
        (
            {"openapi": "components: {schemas: {A: {discriminator: {propertyName: t, mapping: {X: Nobody}}}}}"},
            MissingTargetError,
            "maps to Nobody",
        ),
        (
            {"openapi": "components: {schemas: {A: {discriminator: {propertyName: t, mapping: {X: './b.yaml#/B'}}}}}"},
            MissingTargetError,
            "no such file",
        ),
        (
            {"openapi": "components: {examples: {x: {externalValue: b.json}}}"},
            MissingTargetError,
            r"examples/x: .*b.json: no such",
        ),
        ({"openapi": "components: {links: {x: {operationRef: 'b.yaml#/x'}}}"}, BundleError, "name the operationId"),
    ],
)
def test_what_cannot_be_joined_is_refused_with_file_and_pointer(
    tmp_path: Path, files: dict[str, str], error: type[BundleError], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        bundle(write(tmp_path, **files))
    assert type(caught.value) is error


def test_the_root_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="no such file"):
        bundle(tmp_path / "openapi.yaml")


def test_the_command_prints_the_document_or_says_what_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = write(tmp_path, openapi="info: {x-sum: 1.50}")
    assert main([str(root)]) == 0
    assert parse_json(capsys.readouterr().out) == {"info": {"x-sum": Decimal("1.50")}}
    assert main([str(tmp_path / "none.yaml")]) == 1
    assert "no such file" in capsys.readouterr().err
    assert main([]) == 2


def test_the_source_of_a_joined_document_is_addressed_by_pointers() -> None:
    assert at(SHOP, ("components", "schemas", "a/b~c")) == {"type": "string"}
    with pytest.raises(LookupError, match="nothing at /components/none"):
        at(SHOP, ("components", "none", "more"))
