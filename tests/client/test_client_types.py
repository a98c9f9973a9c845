"""What type checkers make of the client: `typing/*.py` states types, and mypy and pyright must agree to each."""

import ast
import inspect
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import qiwi_payin
import qiwi_payin_runtime
from qiwi_payin import AsyncPayIn, PayIn

STATED = Path(__file__).parent / "typing"
FOLDERS = [Path(package.__path__[0]) for package in (qiwi_payin, qiwi_payin_runtime)]
REQUESTS = {"BillRequest", "CaptureRequest", "CompleteRequest", "PaymentRequest", "RefundRequest", "TokenDeleteRequest"}
"""Models of bodies, which methods take as arguments."""


def checked(command: list[str], folder: Path, **environment: str) -> None:
    run = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
    assert run.returncode == 0, run.stdout + run.stderr


def check_by_mypy(folder: Path, *files: Path) -> None:
    """Check files as strictly as mypy can, with no settings of this project; `folder` is for its cache."""
    options = ["--strict", "--explicit-package-bases", "--config-file=", "--warn-unreachable", f"--cache-dir={folder}"]
    path = ":".join(str(each.parent) for each in FOLDERS)
    checked(["mypy", *options, *map(str, files)], folder, MYPYPATH=path)


def check_by_pyright(folder: Path, *files: Path) -> None:
    """Check files as strictly as pyright can, with no settings of this project; `folder` is for its own."""
    settings = {
        "include": list(map(str, files)),
        "extraPaths": [str(each.parent) for each in FOLDERS],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
    }
    project = folder / "pyrightconfig.json"
    project.write_text(json.dumps(settings))
    checked(["basedpyright", "--project", str(project), "--pythonpath", sys.executable], folder)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a checker keeps what it knows of the client, from one run to the next."""
    return tmp_path_factory.mktemp("kept")


def test_mypy_agrees_to_each_stated_type_and_finds_the_whole_client_strict(kept: Path) -> None:
    check_by_mypy(kept, *FOLDERS, STATED)


def test_pyright_agrees_to_each_stated_type(kept: Path) -> None:
    check_by_pyright(kept, STATED)


@pytest.mark.parametrize("check", [check_by_mypy, check_by_pyright])
def test_a_type_that_is_stated_wrongly_is_found(
    check: Callable[[Path, Path], None], kept: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from typing import assert_type\n\nfrom qiwi_payin import PayIn, Refund\n\n\n"
        "def call(payin: PayIn) -> None:\n    assert_type(payin.bills.get('1'), Refund)\n"
    )

    with pytest.raises(AssertionError, match="BillDetails"):
        check(kept, wrong)


@pytest.mark.parametrize(("client", "function"), [(PayIn, "sync"), (AsyncPayIn, "asynchronous")])
def test_the_type_of_each_call_is_stated(client: type, function: str) -> None:
    payin = client(key="key")
    resources = [name for name, _ in inspect.getmembers(client, lambda member: hasattr(member, "attrname"))]
    there = {
        f"{resource}.{method}"
        for resource in resources
        for method, _ in inspect.getmembers(type(getattr(payin, resource)), inspect.isfunction)
        if not method.startswith("_")
    }

    assert "payments.create" in there
    assert there <= {call for file in STATED.glob("*.py") for call in calls_in(file, function)}


def test_each_public_name_stands_in_a_stated_type() -> None:
    said = {
        node.id if isinstance(node, ast.Name) else node.attr
        for file in STATED.glob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
    }

    assert set(qiwi_payin.__all__) - REQUESTS - said == set()


def calls_in(file: Path, function: str) -> Iterator[str]:
    """The `resource.method` of each call in `assert_type` in a function of a file."""
    for body in ast.parse(file.read_text(encoding="utf-8")).body:
        for node in ast.walk(body) if getattr(body, "name", "") == function else ():
            match node:
                case ast.Call(
                    func=ast.Name("assert_type"), args=[ast.Await(ast.Call(func=called)) | ast.Call(func=called), _]
                ):
                    yield ast.unparse(called).partition(".")[2]
                case _:
                    pass
