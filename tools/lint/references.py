"""The rule that every reference arrives."""

from collections.abc import Iterator

from tools.lint.document import Document, Finding


def references_arrive(document: Document) -> Iterator[Finding]:
    """Every reference is local and points to an object that is there."""
    for node in document.nodes:
        reference = node.value.get("$ref")
        if reference is None:
            continue
        if not isinstance(reference, str) or not reference.startswith("#/"):
            yield Finding(node.pointer, "reference", f"{reference!r} does not point into this document")
        elif document.target(reference) is None:
            yield Finding(node.pointer, "reference", f"nothing is at {reference}")


RULES = (references_arrive,)
