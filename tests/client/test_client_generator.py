import ast
import filecmp
import inspect
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_overloads

import pytest
import qiwi_payin
from qiwi_payin import CardPaymentMethod, TokenPaymentMethod
from qiwi_payin.raw.payments import AsyncRawPayments, RawPayments
from qiwi_payin.resources.payments import AsyncPayments, Payments
from qiwi_payin_description import load

from tools import client_generator
from tools.client_generator import ClientGeneratorError, generate
from tools.documents import read_mapping, write_json

RUN = "import sys, pathlib; from tools.client_generator import generate; generate(*map(pathlib.Path, sys.argv[1:]))"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    path = tmp_path / "client.json"
    write_json(path, load("client"))
    return path


def files_of(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.suffix in {".py", ".typed"})


def put(document: Path, pointer: str, value: Any) -> None:
    """Put a value into the schemas of the document."""
    data = read_mapping(document)
    inner = data["components"]["schemas"]
    *names, last = pointer.split("/")
    for name in names:
        inner = inner[name]
    inner[last] = value
    write_json(document, data)


def test_two_runs_give_the_same_bytes_whatever_the_hash_seed_and_the_folder(document: Path, tmp_path: Path) -> None:
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", RUN, str(document), str(tmp_path / seed)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=tmp_path / seed,
            check=True,
        )

    first, second = tmp_path / "1" / "qiwi_payin", tmp_path / "2" / "qiwi_payin"
    assert files_of(first) == files_of(second) == files_of(Path(qiwi_payin.__path__[0]))
    assert filecmp.cmpfiles(first, second, files_of(first), shallow=False)[0] == files_of(first)


def test_what_was_there_is_replaced_and_stays_where_generating_fails(document: Path, tmp_path: Path) -> None:
    old = tmp_path / "qiwi_payin" / "old.py"
    old.parent.mkdir()
    old.touch()
    put(document, "Fault", {"type": "array", "title": "Fault"})

    with pytest.raises(ClientGeneratorError, match="items"):
        generate(document, tmp_path)
    assert old.exists()

    write_json(document, load("client"))
    generate(document, tmp_path)
    assert not old.exists()


def test_what_the_generator_would_only_warn_of_stops_the_run(document: Path, tmp_path: Path) -> None:
    put(document, "Customer/properties/friend", {"$ref": "https://example.com/other.json#/Schema"})

    with pytest.raises(ClientGeneratorError):
        generate(document, tmp_path)


def test_another_version_of_a_tool_is_refused(document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_generator, "version", lambda _: "0.0.1")

    with pytest.raises(ClientGeneratorError, match=r"openapi-python-client 0\.0\.1 is installed"):
        generate(document, tmp_path)


def test_a_new_name_of_a_list_and_a_new_number_reach_the_client(document: Path, tmp_path: Path) -> None:
    put(document, "Reason/x-extensible-enum", ["NEW_REASON"])
    put(document, "Customer/properties/score", {"type": "number"})

    generate(document, tmp_path)

    made = tmp_path / "qiwi_payin" / "models"
    assert 'NEW_REASON = "NEW_REASON"' in (made / "reason.py").read_text(encoding="utf-8")
    assert "score: Decimal | Unset" in (made / "customer.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("payments", [Payments, AsyncPayments, RawPayments, AsyncRawPayments])
def test_a_method_with_kinds_has_a_signature_for_each_which_differs_in_what_the_kind_needs(payments: type) -> None:
    whole = inspect.signature(payments.create)  # type: ignore[attr-defined]
    card, token = map(inspect.signature, get_overloads(payments.create))  # type: ignore[attr-defined]

    for kind in (card, token):
        assert kind.parameters.keys() == whole.parameters.keys()
        assert kind.return_annotation == whole.return_annotation
    assert card.parameters["payment_method"].annotation is CardPaymentMethod
    assert token.parameters["payment_method"].annotation is TokenPaymentMethod
    assert card.parameters["customer"] == whole.parameters["customer"]
    assert token.parameters["customer"].default is inspect.Parameter.empty


def test_a_kind_cannot_need_what_the_request_does_not_have(document: Path, tmp_path: Path) -> None:
    put(document, "TokenPaymentMethod/x-needs", ["payer"])

    with pytest.raises(ValueError, match="x-needs names what the request does not have: payer"):
        generate(document, tmp_path)


def test_a_sum_is_documented_with_its_unit_and_its_bounds() -> None:
    text = " ".join((qiwi_payin.PayIn(key="k").refunds.create.__doc__ or "").split())

    assert "In units of the currency, from 0.01 to 99999999.99, with at most two decimals" in text


def test_every_method_documents_its_arguments_its_errors_and_its_basis() -> None:
    for file in (Path(qiwi_payin.__path__[0]) / "resources").glob("[a-z]*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
                if [ast.unparse(decorator) for decorator in node.decorator_list] == ["overload"]:
                    continue  # what it overloads tells all
                if node.name == "raw":  # a property, which leads to twins of the methods
                    continue
                text = ast.get_docstring(node) or ""
                for argument in [*node.args.args[1:], *node.args.kwonlyargs]:
                    assert f"\n    {argument.arg}: " in text
                assert "Raises:\n    ValueError: " in text
                assert "\nBasis: " in text
