"""Draft the CHANGELOG entry from what changed in the description.

Usage: python -m tools.changelog [--since REF]       the latest tag where no ref is named

Each description is read as a list of facts: operations with their parameters and answers, and the fields of each schema
in requests, in answers (notifications are answers too), or in both. What differs is told in the words of the changelog.
Breaking is what a user of the client has to change code for: a request that must say more or may say less, an answer
that says less or otherwise. New values of a list break nothing, as all our lists may grow.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from textwrap import fill
from typing import Any, Final

from tools.bundle import bundle
from tools.objects import METHODS, tokens_of
from tools.project import Description
from tools.revisions import RevisionError, folders_at, latest

REQUEST: Final = "requests"
ANSWER: Final = "answers"
_LIMITS: Final = ("minLength", "maxLength", "pattern", "minimum", "maximum", "minItems", "maxItems")
_WIDTH: Final = 128


@dataclass(frozen=True)
class Fact:
    """What a description says of a field, a parameter or a value.

    Attributes:
        kind: what it is, such as `string date-time` or the name of a schema.
        required: whether it must be there.
        names: the values that are listed for it.
        limits: the bounds of its length or size.
    """

    kind: str
    required: bool = False
    names: tuple[str, ...] = ()
    limits: tuple[tuple[str, str], ...] = ()


@dataclass
class Facts:
    """A description as facts.

    Attributes:
        operations: method and path by operation.
        answers: by operation, the statuses that it is answered with.
        fields: by schema (or operation, for its parameters), facts by place; the place of the schema itself is empty.
        roles: by schema, whether it stands in requests, in answers or in both.
    """

    operations: dict[str, str] = field(default_factory=dict)
    answers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    fields: dict[str, dict[str, Fact]] = field(default_factory=dict)
    roles: dict[str, set[str]] = field(default_factory=dict)


def read(document: Mapping[str, Any]) -> Facts:
    """The facts of a bundled description."""
    return _Reader(document).facts


class _Reader:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self.facts = Facts()
        for path, item in document.get("paths", {}).items():
            for method in METHODS:
                if method in item:
                    self._operation(f"{method.upper()} {path}", item, item[method])
        for name, item in document.get("webhooks", {}).items():
            for method in METHODS:
                if method in item:
                    self.facts.operations[f"notification {name}"] = ""
                    self._content(item[method].get("requestBody", {}), "body", ANSWER, f"notification {name}")

    def _operation(self, line: str, item: Mapping[str, Any], operation: Mapping[str, Any]) -> None:
        name = operation["operationId"]
        self.facts.operations[name] = line
        self.facts.answers[name] = tuple(operation.get("responses", {}))
        for given in (*item.get("parameters", ()), *operation.get("parameters", ())):
            parameter = self._resolved(given)
            is_required = parameter.get("required", False)
            self._field(parameter["name"], parameter.get("schema", {}), REQUEST, name, is_required=is_required)
        self._content(operation.get("requestBody", {}), "body", REQUEST, name)
        for status, response in operation.get("responses", {}).items():
            self._content(response, f"answer {status}", ANSWER, name)

    def _content(self, holder: Mapping[str, Any], place: str, role: str, owner: str) -> None:
        for media in self._resolved(holder).get("content", {}).values():
            self._field(place, media.get("schema", {}), role, owner, is_required=True)

    def _field(self, place: str, schema: Any, role: str, owner: str, *, is_required: bool) -> None:
        fact = self._fact(place, schema, role, owner, required=is_required)
        self.facts.fields.setdefault(owner, {})[place] = fact
        self.facts.roles.setdefault(owner, set()).add(role)

    def _fact(self, place: str, schema: Any, role: str, owner: str, *, required: bool) -> Fact:
        kind = self._kind(place, schema, role, owner)
        if not isinstance(schema, dict) or "$ref" in schema:
            return Fact(kind, required)
        merged = self._merged(schema)
        holders = (merged, merged.get("items", {}))
        names = next((each[key] for each in holders for key in ("enum", "x-extensible-enum") if key in each), ())
        limits = tuple((key, str(merged[key])) for key in _LIMITS if key in merged)
        return Fact(kind, required, tuple(map(str, names)), limits)

    def _kind(self, place: str, schema: Any, role: str, owner: str) -> str:
        if not isinstance(schema, dict):
            return "anything"
        if "$ref" in schema:
            name = tokens_of(schema["$ref"].removeprefix("#"))[-1]
            self._named(name, schema, role)
            return name
        merged = self._merged(schema)
        several = merged.get("oneOf") or merged.get("anyOf")
        if several and "properties" not in merged:
            return " or ".join(self._kind(place, each, role, owner) for each in several)
        for name, inner in merged.get("properties", {}).items():
            where = f"{place}.{name}" if place else name
            self._field(where, inner, role, owner, is_required=name in merged.get("required", ()))
        if "items" in merged:
            return f"list of {self._kind(place, merged['items'], role, owner)}"
        if "const" in merged:
            return f"constant {merged['const']}"
        kinds = merged.get("type", "anything")
        kind = kinds if isinstance(kinds, str) else " or ".join(kinds)
        return f"{kind} {merged['format']}" if "format" in merged else kind

    def _named(self, name: str, schema: Mapping[str, Any], role: str) -> None:
        if role not in self.facts.roles.setdefault(name, set()):
            self.facts.roles[name].add(role)
            self._field("", self._resolved(schema), role, name, is_required=False)

    def _merged(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """The schema with the parts of its `allOf` laid into it."""
        merged: dict[str, Any] = {}
        for part in (*(self._merged(self._resolved(each)) for each in schema.get("allOf", ())), schema):
            merged = {
                **merged,
                **part,
                "properties": {**merged.get("properties", {}), **part.get("properties", {})},
                "required": [*merged.get("required", ()), *part.get("required", ())],
            }
        return {key: value for key, value in merged.items() if value or key not in {"properties", "required"}}

    def _resolved(self, value: Any) -> Any:
        while isinstance(value, dict) and "$ref" in value:
            found: Any = self._document
            for token in tokens_of(value["$ref"].removeprefix("#")):
                found = found[token]
            value = found
        return value


@dataclass(frozen=True)
class Change:
    """A line of the changelog, before those of one subject are put together."""

    section: str
    subject: str
    text: str
    breaking: bool = False


def changes(old: Facts, new: Facts) -> Iterator[Change]:
    """What became of the facts."""
    for name in {**new.operations, **old.operations}:
        line = new.operations.get(name) or old.operations.get(name)
        told = f"`{line}`" if line else "a type of notification"
        if name not in old.operations:
            yield Change("Added", name, told)
        elif name not in new.operations:
            yield Change("Removed", name, told, breaking=True)
        else:
            if old.operations[name] != new.operations[name]:
                yield Change("Changed", name, f"`{old.operations[name]}` became `{line}`")
            yield from _statuses(name, old.answers.get(name, ()), new.answers.get(name, ()))
    # A schema that only one of them has came or went with the field or operation that speaks of it.
    lasting = {**new.operations, **new.fields}.keys() & {**old.operations, **old.fields}.keys()
    for owner in {**new.fields, **old.fields}:
        if owner in lasting:
            roles = old.roles.get(owner, set()) | new.roles.get(owner, set())
            yield from _fields(owner, roles, old.fields.get(owner, {}), new.fields.get(owner, {}))


def _statuses(name: str, old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    for section, some in (("Added", set(new) - set(old)), ("Removed", set(old) - set(new))):
        yield from (Change(section, name, f"status {status}") for status in sorted(some))


def _fields(owner: str, roles: set[str], old: Mapping[str, Fact], new: Mapping[str, Fact]) -> Iterator[Change]:
    for place in {**new, **old}:
        if place.startswith("answer ") and (place in old) != (place in new):
            continue  # a status that came or went
        told = f"`{place}`" if place else "it"
        if place not in old:
            yield Change("Added", owner, told, breaking=new[place].required and REQUEST in roles)
        elif place not in new:
            yield Change("Removed", owner, told, breaking=True)
        else:
            yield from _field(owner, told, roles, old[place], new[place])


def _field(owner: str, told: str, roles: set[str], old: Fact, new: Fact) -> Iterator[Change]:
    if old.kind != new.kind:
        yield Change("Changed", owner, f"{told} is {new.kind}, was {old.kind}", breaking=True)
    if old.required != new.required:
        now = "required" if new.required else "optional"
        breaks = REQUEST in roles if new.required else ANSWER in roles
        yield Change("Changed", owner, f"{told} is {now}", breaking=breaks)
    for section, some in (("Added", _less(new.names, old.names)), ("Removed", _less(old.names, new.names))):
        values = ", ".join(f"`{name}`" for name in some)
        place = "" if told == "it" else f" of {told}"
        if some:
            yield Change(section, owner, f"value{'s' * (len(some) > 1)} {values}{place}", breaking=section == "Removed")
    if old.limits != new.limits:
        was, now = (", ".join(f"{key} {value}" for key, value in fact.limits) or "no limits" for fact in (old, new))
        yield Change("Changed", owner, f"{told} has {now}, had {was}", breaking=REQUEST in roles)


def _less(some: Sequence[str], others: Sequence[str]) -> list[str]:
    return [name for name in some if name not in others]


def entry(found: Sequence[Change]) -> str:
    """The changelog's entry: sections as the changelog has them, one line for each subject, breaking ones first."""
    pieces = []
    for section in ("Added", "Changed", "Removed"):
        grouped: dict[tuple[bool, str], list[str]] = {}
        for change in found:
            if change.section == section:
                grouped.setdefault((not change.breaking, change.subject), []).append(change.text)
        lines = []
        for (is_harmless, subject), texts in sorted(grouped.items()):
            mark = "" if is_harmless else " (breaking)"
            line = f"- **Client: {subject}**{mark}: {'; '.join(dict.fromkeys(texts))}."
            lines.append(fill(line, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))
        if lines:
            pieces.append("\n".join([f"### {section}", "", *lines]))
    return "\n\n".join(pieces) + "\n" if pieces else "The description did not change.\n"


def main(arguments: Sequence[str]) -> int:
    """Print the entry."""
    parser = argparse.ArgumentParser(prog="nox -s changelog --", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--since", metavar="REF", help="git ref to compare with (default: latest tag)")
    since = parser.parse_args(arguments).since or latest()
    try:
        with folders_at(since, "openapi") as folder:
            old = read(bundle(folder / "openapi" / "openapi.yaml"))
    except RevisionError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    new = read(bundle(Description().folder / "openapi.yaml"))
    sys.stdout.write(entry(list(changes(old, new))))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
