"""Draw the workflows as sequence diagrams, in the page of the docs behind its mark.

Usage: python -m tools.diagrams [--check]        exit code 1 when the page is not what the workflows make
"""

import argparse
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from qiwi_payin_contract.workflows.documents import Step, Workflow

from tools.project import ROOT, Description
from tools.workflows import joined

PAGE: Final = ROOT / "docs" / "contract" / "workflows.md"
MARK: Final = "<!-- From here on made by python -m tools.diagrams from openapi/workflows: not for editing. -->\n"

_HEAD: Final = """\
%%{init: {"sequence": {"wrap": true, "width": 240}}}%%
sequenceDiagram
    participant C as Payer
    participant P as Partner
    participant Q as QIWI
    participant B as Issuing bank"""
_PAYER_AND: Final = {"sandboxPayBill": "Q", "sandboxAnswerThreeDS": "B"}
"""Whom the payer turns to, by control operation; the other ones are time."""


def made(page: str, description: Description) -> str:
    """The page with diagrams and tables anew.

    Raises:
        ValueError: the page has no mark, or a workflow cannot be read.
    """
    kept, mark, _ = page.partition(MARK)
    if not mark:
        raise ValueError(f"the page has no line {MARK.strip()}")
    root = joined(description.folder / "workflows")
    summaries = _summaries(description.documents()["openapi"])
    drawn = [
        "\n".join(_section(node, Workflow.read(node, root["components"]), summaries)) for node in root["workflows"]
    ]
    return kept + mark + "\n" + "\n\n".join(drawn) + "\n"


def _section(node: Mapping[str, Any], workflow: Workflow, summaries: Mapping[str, str]) -> Iterator[str]:
    yield f"## {workflow.summary}\n"
    yield f"{workflow.description}\n"
    yield "```mermaid"
    yield _HEAD
    for step in workflow.steps:
        yield from (f"    {line}" for line in (_played(step) if step.control else _called(step, summaries)))
    yield "```\n"
    yield f"Workflow `{workflow.id}`:\n"
    yield "| step | operation | rule | it rests on |"
    yield "|---|---|---|---|"
    for written, step in zip(node["steps"], workflow.steps, strict=True):
        rests_on = ", ".join(written.get("x-statements", ()))
        basis = f"{written['x-basis']}: {rests_on}" if "x-basis" in written else ""
        yield f"| `{step.id}` | `{step.operation}` | {step.rule or ''} | {basis} |"


def _called(step: Step, summaries: Mapping[str, str]) -> Iterator[str]:
    yield f"P->>Q: {_text(summaries[step.operation])}"
    if step.bank:
        yield from _asked(step.bank)
    yield f"Q-->>P: {_text(step.description)}"


def _played(step: Step) -> Iterator[str]:
    whom = _PAYER_AND.get(step.operation)
    yield f"C->>{whom}: {_text(step.description)}" if whom else f"Note over C,B: {_text(step.description)}"
    if step.bank and whom == "B":
        yield f"Note over B: {_text(step.bank)}"
    elif step.bank:
        yield from _asked(step.bank)
    if "pares" in step.outputs:
        yield "B-->>P: pares, by the payer's browser"


def _asked(bank: str) -> Iterator[str]:
    yield f"Q->>B: {_text(bank)}"
    yield "B-->>Q: done"


def _summaries(document: Mapping[str, Any]) -> dict[str, str]:
    operations = [each for item in document["paths"].values() for each in item.values() if isinstance(each, dict)]
    return {operation["operationId"]: operation["summary"] for operation in operations}


def _text(text: str) -> str:
    """A text that Mermaid takes as it is: there a semicolon ends a line, and a number sign begins an entity."""
    return re.sub("[#;]", lambda found: f"#{ord(found.group())};", text)


def main(arguments: list[str], page: Path = PAGE) -> int:
    """Draw, or see whether what is drawn is up to date."""
    parser = argparse.ArgumentParser(prog="python -m tools.diagrams", description="Draw the workflows.")
    parser.add_argument("--check", action="store_true", help="change nothing, and fail where something would change")
    check = parser.parse_args(arguments).check
    present = page.read_text(encoding="utf-8")
    try:
        wanted = made(present, Description())
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if check and wanted != present:
        sys.stdout.write(f"differs: {page}\nrun nox -s generate\n")
        return 1
    if not check:
        page.write_bytes(wanted.encode())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
