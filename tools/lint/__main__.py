"""Lint the description, what each overlay makes of it, and the workflows.

Usage: python -m tools.lint        exit code 1 with findings, 2 where there is nothing to lint
"""

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from openapi_spec_validator import OpenAPIV31SpecValidator

from tools.bundle import BundleError
from tools.documents import DocumentError
from tools.lint import basis, branches, examples, links, operations, references, schemas, workflows
from tools.lint.document import Document, Finding, Rule
from tools.objects import pointer
from tools.overlay import OverlayError
from tools.project import Description
from tools.statements import Foundation, StatementError, read_foundation
from tools.workflows import WorkflowsError, joined


def lint(root: dict[str, Any], foundation: Foundation) -> list[Finding]:
    """The findings in a joined description, in order of place.

    Where references lead nowhere only these are found, and where the document is no OpenAPI only that and what is wrong
    with its examples: the other rules take both for granted.
    """
    document = Document(root)
    dangling = _found(references.RULES, document)
    if dangling:
        return sorted(dangling)
    invalid = _found((is_openapi,), document)
    findings = invalid | _found(examples.RULES, document)
    if not invalid:
        rest = (*operations.RULES, *links.RULES, *schemas.RULES, *branches.RULES, *basis.rules(foundation))
        findings |= _found(rest, document)
    return sorted(findings)


def _found(rules: Iterable[Rule], document: Document) -> set[Finding]:
    return {finding for rule in rules for finding in rule(document)}


def is_openapi(document: Document) -> Iterator[Finding]:
    """The document is valid by openapi-spec-validator."""
    for error in OpenAPIV31SpecValidator(document.root).iter_errors():
        place = pointer(tuple(str(part) for part in error.absolute_path))
        yield Finding(f"#{place}", "openapi", str(error.message).splitlines()[0])


def main(description: Description) -> int:
    """Print the findings; those that an overlay only inherits are printed once."""
    try:
        foundation = read_foundation(description.folder)
        documents = description.documents()
        stories = joined(description.folder / "workflows")
    except (StatementError, DocumentError, BundleError, OverlayError, WorkflowsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    seen: set[Finding] = set()
    for name, root in documents.items():
        findings = [finding for finding in lint(root, foundation) if finding not in seen]
        seen.update(findings)
        sys.stdout.writelines(f"{name}{finding}\n" for finding in findings)
    told = workflows.lint(stories, {name: Document(root) for name, root in documents.items()}, foundation)
    seen.update(told)
    sys.stdout.writelines(f"workflows{finding}\n" for finding in told)
    sys.stdout.write(f"{len(documents) + 1} documents, {len(seen)} findings\n")
    return 1 if seen else 0


if __name__ == "__main__":
    sys.exit(main(Description()))
