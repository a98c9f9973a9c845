"""What the description rests on: statements of the sources, open questions, and the decisions that answer them.

`openapi/statements/*.yaml` says in our own words what each source says, one checkable sentence under an id.
`openapi/decisions/questions.yaml` lists where the sources contradict themselves or are silent, and
`openapi/decisions/decisions.yaml` what we chose and why. Nothing of it may be left over: every statement is referred to
by `x-statements` in the description or its overlays, or by a decision; every question is answered; every decision
answers a question or is referred to by `x-decision`.

    StatementError (ValueError)    a file is not of its form, an id is there twice, or a reference has no target

Usage: python -m tools.statements        prints a table of counts and what is left over; exit code 1 if anything is
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tools.bundle import BundleError
from tools.documents import DocumentError, read_mapping
from tools.overlay import OverlayError
from tools.project import Description

_STATEMENT_FIELDS: Final = {
    "id": True,
    "text": True,
    "kind": True,
    "place": False,
    "sources": False,
    "untestable": False,
}
_QUESTION_FIELDS: Final = {"id": True, "text": True, "sides": False}
_DECISION_FIELDS: Final = {
    "id": True,
    "title": True,
    "text": True,
    "reason": True,
    "answers": False,
    "statements": False,
    "sources": False,
}


class StatementError(ValueError):
    """The statements, questions and decisions do not fit together."""


@dataclass(frozen=True)
class Foundation:
    """Statements, questions and decisions, each by its id, in the order of their files."""

    statements: Mapping[str, dict[str, Any]]
    questions: Mapping[str, dict[str, Any]]
    decisions: Mapping[str, dict[str, Any]]


@dataclass(frozen=True)
class Leftover:
    """Something that nothing refers to."""

    what: str
    id: str
    text: str


def read_foundation(folder: Path) -> Foundation:
    """Read statements, questions and decisions below the description's folder.

    A statement gets the `source` of its file, unless it names its own `sources`. Where that is a single document, kept
    as a file, each statement says its `place` there: the heading, and the step, row or message below it.

    Raises:
        StatementError: see the tree above.
        DocumentError: a file is missing or malformed.
    """
    statements: dict[str, dict[str, Any]] = {}
    for path in sorted((folder / "statements").glob("*.yaml")):
        content = read_mapping(path)
        listed = content.get("source")
        known = {name for source in _listed(listed) for name in _names_of(source)}
        for statement in _entries(content, "statements", _STATEMENT_FIELDS, path, statements):
            if "place" not in statement and isinstance(listed, dict) and "file" in listed:
                raise StatementError(f"{path}: {statement['id']} has no place in the document")
            unknown = [source for source in statement.get("sources", []) if source not in known]
            if unknown:
                raise StatementError(f"{path}: {statement['id']} names a source that its file does not: {unknown[0]}")
            sources = statement.get("sources") or [name for source in _listed(listed) for name in _names_of(source)[:1]]
            statements[statement["id"]] = {**statement, "sources": sources}
    if not statements:
        raise StatementError(f"{folder / 'statements'}: there are no statements")
    questions: dict[str, dict[str, Any]] = {}
    path = folder / "decisions" / "questions.yaml"
    for question in _entries(read_mapping(path), "questions", _QUESTION_FIELDS, path, questions):
        questions[question["id"]] = question
    decisions: dict[str, dict[str, Any]] = {}
    path = folder / "decisions" / "decisions.yaml"
    for decision in _entries(read_mapping(path), "decisions", _DECISION_FIELDS, path, decisions):
        for field, known_ids in (("answers", questions), ("statements", statements)):
            missing = [name for name in decision.get(field, []) if name not in known_ids]
            if missing:
                raise StatementError(f"{path}: {decision['id']}: {field} names {missing[0]}, which does not exist")
        decisions[decision["id"]] = decision
    return Foundation(statements, questions, decisions)


def _listed(source: Any) -> list[Any]:
    return source if isinstance(source, list) else [source]


def _names_of(source: Any) -> list[str]:
    if isinstance(source, str):
        return [source]
    return [source[key] for key in ("url", "title") if key in source] if isinstance(source, dict) else []


def _entries(
    content: dict[str, Any], key: str, fields: Mapping[str, bool], path: Path, taken: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    entries = content.get(key)
    if not isinstance(entries, list):
        raise StatementError(f"{path}: {key} must be a list")
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise StatementError(f"{path}: {key}/{index} must be an object")
        name = entry.get("id", index)
        absent = [field for field, required in fields.items() if required and field not in entry]
        unknown = [field for field in entry if field not in fields]
        empty = [field for field, value in entry.items() if value in ("", None)]
        for problem, where in (("has no", absent), ("has an unknown field", unknown), ("has an empty", empty)):
            if where:
                raise StatementError(f"{path}: {key}/{name} {problem} {where[0]}")
        if name in taken:
            raise StatementError(f"{path}: {name} is there twice")
        yield entry


def references(value: Any, key: str) -> Iterator[str]:
    """All ids that stand under a key such as `x-statements` or `x-decision`, anywhere in a document."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == key:
                yield from item if isinstance(item, list) else [item]
            else:
                yield from references(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from references(item, key)


def referred_statements(foundation: Foundation, documents: Iterable[dict[str, Any]]) -> set[str]:
    """Ids that the documents or the decisions refer to."""
    inside = {name for document in documents for name in references(document, "x-statements")}
    return inside | {name for decision in foundation.decisions.values() for name in decision.get("statements", [])}


def leftovers(foundation: Foundation, documents: list[dict[str, Any]]) -> list[Leftover]:
    """Statements that nothing refers to, questions without an answer, decisions that nobody needs."""
    referred = referred_statements(foundation, documents)
    answered = {name for decision in foundation.decisions.values() for name in decision.get("answers", [])}
    decided = {name for document in documents for name in references(document, "x-decision")}
    return [
        *(
            Leftover("statement that nothing refers to", name, statement["text"])
            for name, statement in foundation.statements.items()
            if name not in referred
        ),
        *(
            Leftover("question that no decision answers", name, question["text"])
            for name, question in foundation.questions.items()
            if name not in answered
        ),
        *(
            Leftover("decision that answers nothing and that nothing refers to", name, decision["title"])
            for name, decision in foundation.decisions.items()
            if not decision.get("answers") and name not in decided
        ),
    ]


def table(foundation: Foundation, documents: list[dict[str, Any]]) -> str:
    """Counts of statements by their source file's prefix: total, referred to, testable, untestable."""
    referred = referred_statements(foundation, documents)
    columns: list[tuple[str, Callable[[str], bool]]] = [
        ("total", lambda _: True),
        ("referred to", lambda name: name in referred),
        ("testable", lambda name: "untestable" not in foundation.statements[name]),
        ("untestable", lambda name: "untestable" in foundation.statements[name]),
    ]
    prefixes = list(dict.fromkeys(name.partition("-")[0] for name in foundation.statements))
    rows = [["statements", *(title for title, _ in columns)]]
    for label, names in [
        *((prefix, [name for name in foundation.statements if name.startswith(f"{prefix}-")]) for prefix in prefixes),
        ("all", list(foundation.statements)),
    ]:
        rows.append([label, *(str(sum(counts(name) for name in names)) for _, counts in columns)])
    lines = [f"{row[0]:<12}" + "".join(f"{cell:>13}" for cell in row[1:]) for row in rows]
    return "\n".join([*lines, f"questions {len(foundation.questions)}, decisions {len(foundation.decisions)}"])


def main(description: Description) -> int:
    """Print counts and leftovers of a description."""
    try:
        foundation = read_foundation(description.folder)
        documents = list(description.documents().values())
    except (StatementError, DocumentError, BundleError, OverlayError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    left = leftovers(foundation, documents)
    for leftover in left:
        sys.stdout.write(f"{leftover.what}: {leftover.id}: {leftover.text}\n")
    sys.stdout.write(table(foundation, documents) + f"\nleft over: {len(left)}\n")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(Description()))
