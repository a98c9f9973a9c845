"""Rules on what each part of the description rests on."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tools.lint.document import Document, Finding, Rule
from tools.objects import Node, pointer
from tools.statements import Foundation

_GROUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    "documented": ("x-statements",),
    "published": ("x-statements", "x-sources"),
    "practice": ("x-statements", "x-sources"),
    "decision": ("x-decision",),
}


def basis_is_said(document: Document) -> Iterator[Finding]:
    """Operations, component schemas, responses and webhooks bear a basis; what lies in them inherits it."""
    for node in document.nodes:
        if "x-basis" not in node.value and "$ref" not in node.value and _bears_its_own(node):
            yield Finding(node.pointer, "basis", "there is no x-basis")


def basis_has_its_ground(document: Document) -> Iterator[Finding]:
    """Each basis is one of the four, and names what it rests on."""
    for place, value in _objects(document.root, ()):
        basis = value.get("x-basis")
        if basis is None:
            continue
        if basis not in _GROUNDS:
            yield Finding(f"#{pointer(place)}", "basis", f"{basis!r} is none of {', '.join(_GROUNDS)}")
        elif not any(value.get(ground) for ground in _GROUNDS[basis]):
            yield Finding(f"#{pointer(place)}", "basis-ground", f"{basis} needs {' or '.join(_GROUNDS[basis])}")


def references_exist(foundation: Foundation) -> Rule:
    """The rule that every statement and decision which is referred to exists."""

    def rule(document: Document) -> Iterator[Finding]:
        for place, value in _objects(document.root, ()):
            for key, what, known in (
                ("x-statements", "statement", foundation.statements),
                ("x-decision", "decision", foundation.decisions),
            ):
                said = value.get(key, [])
                for name in said if isinstance(said, list) else [said]:
                    if name not in known:
                        yield Finding(f"#{pointer(place)}", f"basis-{what}", f"there is no {what} {name}")

    return rule


def _bears_its_own(node: Node) -> bool:
    if node.kind == "schema":
        return node.parent is not None and node.parent.kind == "components"
    return node.kind in {"operation", "response"}


def _objects(value: Any, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every JSON object of the document: references to statements stand beside tags and contacts too."""
    if isinstance(value, dict):
        yield place, value
        for key, item in value.items():
            yield from _objects(item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _objects(item, (*place, str(index)))


def rules(foundation: Foundation) -> tuple[Rule, ...]:
    """The rules of this module, by the statements and decisions that there are."""
    return (basis_is_said, basis_has_its_ground, references_exist(foundation))
