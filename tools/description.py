"""The data package `qiwi_payin_description`: what sandbox, suite and users read of the description.

openapi.json       the description, joined
<overlay>.json     the description under an overlay, one for each
statements.json    {"statements": [...]}: what the sources say
decisions.json     {"questions": [...], "decisions": [...]}: what we chose where they are silent
exchanges.json     {"exchanges": [...]}: requests and answers that the sources print; a body is its exact text
workflows.json     the sources' stories, an Arazzo document
"""

from pathlib import Path
from typing import Any, Final

from tools.documents import read_mapping, write_json
from tools.project import Description
from tools.statements import Foundation, StatementError, read_foundation
from tools.workflows import joined

PACKAGE: Final = "qiwi_payin_description"

_MODULE: Final = '''"""The QIWI payment acceptance API, described as data. Made by nox -s generate: not for editing."""

import json
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["NAMES", "load"]

NAMES = ({names})


def load(name: str) -> dict[str, Any]:
    """Load a document by name, anew at each call: what the caller changes in it stays with the caller.

    Numbers with a fraction are `decimal.Decimal` with every digit that is written; no float is ever made.

    Args:
        name: one of `NAMES`.

    Raises:
        ValueError: there is no such document.
    """
    document: dict[str, Any] = json.loads(_text(name), parse_float=Decimal)
    return document


@cache
def _text(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"there is no document {{name!r}}; there are {{', '.join(NAMES)}}")
    return files(__name__).joinpath(f"{{name}}.json").read_text(encoding="utf-8")
'''


def write(description: Description, package: Path) -> None:
    """Write the package into a folder, which must not exist yet.

    Raises:
        StatementError: statements, decisions or exchanges do not fit together.
        WorkflowsError: the workflows cannot be joined.
        BundleError, OverlayError, DocumentError: the description cannot be read.
    """
    foundation = read_foundation(description.folder)
    documents: dict[str, Any] = {
        **description.documents(),
        "statements": {"statements": list(foundation.statements.values())},
        "decisions": {
            "questions": list(foundation.questions.values()),
            "decisions": list(foundation.decisions.values()),
        },
        "exchanges": {"exchanges": exchanges(description.folder / "examples" / "exchanges.yaml", foundation)},
        "workflows": joined(description.folder / "workflows"),
    }
    package.mkdir(parents=True)
    for name, document in documents.items():
        write_json(package / f"{name}.json", document)
    names = ", ".join(f'"{name}"' for name in sorted(documents))
    (package / "__init__.py").write_bytes(_MODULE.format(names=names).encode())
    (package / "py.typed").write_bytes(b"")


def exchanges(path: Path, foundation: Foundation) -> list[dict[str, Any]]:
    """The printed exchanges, with the text of each body in place of the file that holds it.

    Raises:
        StatementError: an id is there twice, a statement does not exist, or a body is no UTF-8 text.
        DocumentError: the file is missing or malformed.
    """
    found: list[dict[str, Any]] = []
    for exchange in read_mapping(path)["exchanges"]:
        name = exchange["id"]
        if any(name == other["id"] for other in found):
            raise StatementError(f"{path}: {name} is there twice")
        unknown = [statement for statement in exchange["statements"] if statement not in foundation.statements]
        if unknown:
            raise StatementError(f"{path}: {name}: there is no statement {unknown[0]}")
        found.append(
            {key: _message(value, path) if key in {"request", "answer"} else value for key, value in exchange.items()}
        )
    return found


def _message(message: dict[str, Any], path: Path) -> dict[str, Any]:
    if "body" not in message:
        return message
    body = path.parent / message["body"]
    try:
        return {**message, "body": body.read_bytes().decode("utf-8")}
    except (OSError, UnicodeDecodeError) as error:
        raise StatementError(f"{path}: the body {message['body']} cannot be read: {error}") from error
