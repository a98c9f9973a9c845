from pathlib import Path
from typing import Any

import pytest

from tools.documents import write_json
from tools.project import Description
from tools.statements import StatementError, leftovers, main, read_foundation, referred_statements, table


def folder_with(tmp_path: Path, **changes: dict[str, Any]) -> Path:
    """A folder of statements in which nothing is left over, but for what `changes` replaces."""
    files: dict[str, dict[str, Any]] = {
        "statements/seed": {
            "source": "seed.txt",
            "statements": [
                {"id": "EN-001", "text": "A bill has a sum.", "kind": "field"},
                {"id": "EN-002", "text": "Keys come from the account.", "kind": "rule", "untestable": "no API for it"},
            ],
        },
        "statements/published": {
            "source": [{"title": "docs", "url": "https://example.com/docs"}, {"title": "live answers"}],
            "statements": [{"id": "PUB-001", "text": "RUB only.", "kind": "rule", "sources": ["live answers"]}],
        },
        "decisions/questions": {"questions": [{"id": "C-01", "text": "Which host?"}]},
        "decisions/decisions": {
            "decisions": [
                {"id": "host", "title": "Host", "text": "Both.", "reason": "Both answer.", "answers": ["C-01"]},
                {"id": "zero", "title": "Zero", "text": "No.", "reason": "No use.", "statements": ["EN-002"]},
            ]
        },
    }
    for name, content in (files | {key.replace("__", "/"): value for key, value in changes.items()}).items():
        path = tmp_path / "openapi" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json(path, content)
    return tmp_path / "openapi"


OPENAPI = {
    "openapi": "3.1.0",
    "info": {"x-statements": ["EN-001"]},
    "components": {"schemas": {"A": {"x-statements": ["PUB-001"], "x-decision": "zero"}}},
}


def test_nothing_is_left_over_where_everything_is_referred_to(tmp_path: Path) -> None:
    assert leftovers(read_foundation(folder_with(tmp_path)), [OPENAPI]) == []


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([{}], [("statement", "PUB-001"), ("statement", "EN-001"), ("decision", "zero")]),
        ([{"x-statements": ["PUB-001"]}, {"a": [{"x-decision": "zero"}]}], [("statement", "EN-001")]),
    ],
)
def test_what_nothing_refers_to_is_left_over(
    tmp_path: Path, documents: list[dict[str, Any]], expected: list[tuple[str, str]]
) -> None:
    left = leftovers(read_foundation(folder_with(tmp_path)), documents)
    assert [(leftover.what.partition(" ")[0], leftover.id) for leftover in left] == expected


def test_a_question_without_an_answer_is_left_over(tmp_path: Path) -> None:
    questions = {"questions": [{"id": "C-01", "text": "Which host?"}, {"id": "S-01", "text": "What then?"}]}
    left = leftovers(read_foundation(folder_with(tmp_path, decisions__questions=questions)), [OPENAPI])
    assert [(leftover.id, leftover.text) for leftover in left] == [("S-01", "What then?")]


def test_a_statement_has_the_source_of_its_file_unless_it_names_its_own(tmp_path: Path) -> None:
    statements = read_foundation(folder_with(tmp_path)).statements
    assert statements["EN-001"]["sources"] == ["seed.txt"]
    assert statements["PUB-001"]["sources"] == ["live answers"]


STATEMENT = {"id": "EN-001", "text": "t", "kind": "rule"}
DECISION = {"id": "host", "title": "t", "text": "t", "reason": "r", "answers": ["C-01"]}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"statements__seed": {"source": "s", "statements": [STATEMENT, STATEMENT]}}, "EN-001 is there twice"),
        ({"statements__other": {"source": "s", "statements": [STATEMENT]}}, "EN-001 is there twice"),
        ({"statements__seed": {"source": "s", "statements": [{"id": "EN-001", "kind": "rule"}]}}, "EN-001 has no text"),
        ({"statements__seed": {"source": "s", "statements": [{**STATEMENT, "untestible": "x"}]}}, "field untestible"),
        ({"statements__seed": {"source": "s", "statements": [{**STATEMENT, "untestable": ""}]}}, "an empty untestable"),
        ({"statements__seed": {"source": "s", "statements": ["EN-001"]}}, "statements/0 must be an object"),
        ({"statements__seed": {"source": "s", "statements": {}}}, "statements must be a list"),
        ({"statements__seed": {"source": "s", "statements": [{**STATEMENT, "sources": ["x"]}]}}, "names a source"),
        ({"decisions__questions": {}}, "questions must be a list"),
        ({"decisions__decisions": {"decisions": [{**DECISION, "answers": ["C-99"]}]}}, "answers names C-99"),
        ({"decisions__decisions": {"decisions": [{**DECISION, "statements": ["X-1"]}]}}, "statements names X-1"),
        ({"decisions__decisions": {"decisions": [DECISION, DECISION]}}, "host is there twice"),
        ({"decisions__decisions": {"decisions": [{**DECISION, "reason": ""}]}}, "an empty reason"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    tmp_path: Path, changes: dict[str, dict[str, Any]], message: str
) -> None:
    with pytest.raises(StatementError, match=message):
        read_foundation(folder_with(tmp_path, **changes))


def test_a_folder_without_statements_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StatementError, match="there are no statements"):
        read_foundation(tmp_path)


def test_statements_are_counted_by_source(tmp_path: Path) -> None:
    foundation = read_foundation(folder_with(tmp_path))
    assert referred_statements(foundation, [OPENAPI]) == {"EN-001", "EN-002", "PUB-001"}
    assert [line.split() for line in table(foundation, [{}]).splitlines()[1:]] == [
        ["PUB", "1", "0", "1", "0"],
        ["EN", "2", "1", "1", "1"],
        ["all", "3", "1", "2", "1"],
        ["questions", "1,", "decisions", "2"],
    ]


def test_the_command_fails_on_leftovers_and_names_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    description = Description(folder_with(tmp_path), tmp_path / "overlays")
    write_json(description.folder / "openapi.yaml", OPENAPI)
    assert main(description) == 0
    assert capsys.readouterr().out.endswith("left over: 0\n")
    write_json(description.folder / "openapi.yaml", {**OPENAPI, "info": {}})
    assert main(description) == 1
    assert "statement that nothing refers to: EN-001: A bill has a sum." in capsys.readouterr().out
    write_json(description.folder / "openapi.yaml", {"paths": {"/a": {"$ref": "a.yaml"}}})
    assert main(description) == 2
    assert "no such file" in capsys.readouterr().err


def test_a_statement_of_a_document_says_where_it_stands(tmp_path: Path) -> None:
    seed = {"source": {"title": "Seed", "file": "seed.txt"}}
    placed = {"id": "EN-001", "text": "A bill has a sum.", "kind": "field", "place": "Bills, step 1"}
    folder = folder_with(
        tmp_path, statements__seed=seed | {"statements": [placed]}, decisions__decisions={"decisions": []}
    )
    assert read_foundation(folder).statements["EN-001"]["place"] == "Bills, step 1"
    del placed["place"]
    with pytest.raises(StatementError, match="EN-001 has no place in the document"):
        read_foundation(folder_with(tmp_path, statements__seed=seed | {"statements": [placed]}))
