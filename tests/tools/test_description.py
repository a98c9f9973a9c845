import importlib.util
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tools.description import exchanges, write
from tools.documents import write_json
from tools.project import Description
from tools.statements import Foundation, StatementError

OVERLAY = {
    "overlay": "1.1.0",
    "info": {"title": "t", "version": "1"},
    "actions": [{"target": "$.info", "update": {"title": "Sandbox"}}],
}
BODY = '{\r\n  "value": 150.00,\t"Сумма": 1e2 }\n\n'
SOURCES: dict[str, Any] = {
    "openapi/openapi": {"openapi": "3.1.0", "info": {"title": "Shop", "x-sum": Decimal("150.00")}},
    "openapi/statements/seed": {"source": "s.txt", "statements": [{"id": "EN-001", "text": "t", "kind": "rule"}]},
    "openapi/decisions/questions": {"questions": [{"id": "C-01", "text": "?"}]},
    "openapi/decisions/decisions": {
        "decisions": [{"id": "one", "title": "t", "text": "t", "reason": "r", "answers": ["C-01"]}]
    },
    "openapi/examples/exchanges": {
        "exchanges": [
            {
                "id": "pay",
                "title": "Pay",
                "source": "s.txt",
                "statements": ["EN-001"],
                "belongs": True,
                "request": {"method": "PUT", "path": "/a", "headers": {}, "body": "pay.request.json"},
                "answer": {"status": 204, "headers": {}},
            }
        ]
    },
    "openapi/workflows/workflows": {
        "arazzo": "1.0.1",
        "sourceDescriptions": [{"name": "payin", "type": "openapi", "url": "../openapi.yaml"}],
        "workflows": [{"$ref": "pay.yaml"}],
        "components": {"inputs": {"shop": {"type": "object"}}},
    },
    "openapi/workflows/pay": {"workflowId": "pay", "inputs": {"$ref": "workflows.yaml#/components/inputs/shop"}},
    "overlays/sandbox.overlay": OVERLAY,
}


@pytest.fixture
def description(tmp_path: Path) -> Description:
    for name, content in SOURCES.items():
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, content)
    (tmp_path / "openapi/examples/pay.request.json").write_bytes(BODY.encode())
    return Description(tmp_path / "openapi", tmp_path / "overlays")


@pytest.fixture
def package(description: Description, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    write(description, tmp_path / "made" / "description_under_test")
    monkeypatch.syspath_prepend(str(tmp_path / "made"))
    spec = importlib.util.find_spec("description_under_test")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_package_has_the_description_and_one_document_for_each_overlay(package: ModuleType) -> None:
    assert package.NAMES == ("decisions", "exchanges", "openapi", "sandbox", "statements", "workflows")
    assert package.load("openapi")["info"]["title"] == "Shop"
    assert package.load("sandbox")["info"]["title"] == "Sandbox"
    assert package.load("statements")["statements"][0]["sources"] == ["s.txt"]
    assert package.load("decisions") == {
        "questions": SOURCES["openapi/decisions/questions"]["questions"],
        "decisions": SOURCES["openapi/decisions/decisions"]["decisions"],
    }


def test_the_workflows_are_one_document_beside_the_descriptions(package: ModuleType) -> None:
    document = package.load("workflows")
    assert document["sourceDescriptions"] == [{"name": "payin", "type": "openapi", "url": "openapi.json"}]
    assert document["workflows"] == [{"workflowId": "pay", "inputs": {"$ref": "#/components/inputs/shop"}}]


def test_sums_are_decimals_with_their_digits(package: ModuleType) -> None:
    assert str(package.load("openapi")["info"]["x-sum"]) == "150.00"


def test_each_call_loads_a_document_of_its_own(package: ModuleType) -> None:
    package.load("openapi")["info"].clear()
    assert package.load("openapi")["info"]["title"] == "Shop"


def test_an_unknown_document_is_refused_by_name(package: ModuleType) -> None:
    with pytest.raises(ValueError, match="there is no document 'clients'; there are decisions, "):
        package.load("clients")


def test_bodies_are_kept_byte_for_byte(package: ModuleType) -> None:
    (exchange,) = package.load("exchanges")["exchanges"]
    assert exchange["request"]["body"] == BODY
    assert "body" not in exchange["answer"]


def test_the_package_is_written_the_same_every_time(description: Description, tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(description, tmp_path / name)
    assert {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([{"id": "a", "statements": []}, {"id": "a", "statements": []}], "a is there twice"),
        ([{"id": "a", "statements": ["EN-404"]}], "a: there is no statement EN-404"),
        ([{"id": "a", "statements": [], "request": {"body": "none.json"}}], "none.json cannot be read"),
    ],
)
def test_an_exchange_with_a_fault_is_refused(tmp_path: Path, changes: list[dict[str, Any]], message: str) -> None:
    write_json(tmp_path / "exchanges.yaml", {"exchanges": changes})
    with pytest.raises(StatementError, match=message):
        exchanges(tmp_path / "exchanges.yaml", Foundation({}, {}, {}))
