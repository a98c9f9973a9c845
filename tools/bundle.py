"""Join a description written in several files into one document.

What a reference to another file becomes depends on what stands there. A schema, response, parameter, header, example,
link, request body or security scheme becomes a component, called by the last token of the reference's pointer (or by
the file, where there is no pointer). A path item or webhook is put in place, because generators do not follow
references there. A file that an Example Object names by a relative `externalValue` becomes its `value`, digits and all.

Entries of the root's own `components` that are nothing but a reference to a file give what they refer to their name.
Components come out sorted by name; everything else keeps its order.

    BundleError (ValueError)      the description cannot be joined; the message names file and pointer
      MissingTargetError               a file, or a place in a file, that is referred to is not there
      NameClashError                   two different places would become one component
      ReferenceCycleError              references that lead to nothing but themselves

Usage: python -m tools.bundle openapi/openapi.yaml > openapi.json
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tools.documents import DocumentError, json_text, parse_json, read, read_mapping
from tools.objects import SECTIONS, Node, at, pointer, tokens_of


class BundleError(ValueError):
    """The files do not make one description."""


class MissingTargetError(BundleError):
    """A reference points to a file or a place that is not there."""


class NameClashError(BundleError):
    """Two places claim the same component name."""


class ReferenceCycleError(BundleError):
    """A chain of references, or path items within path items, never arrives."""


@dataclass(frozen=True)
class _Place:
    file: Path
    tokens: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}#{pointer(self.tokens)}"


def bundle(root: Path) -> dict[str, Any]:
    """Read the root document and all that it refers to, and return one document.

    Raises:
        BundleError: see the tree above.
        DocumentError: a file is not a document.
    """
    joined = _Bundler(root.resolve()).run()
    unshared: dict[str, Any] = parse_json(json_text(joined))  # so that no two places of the result are one object
    return unshared


class _Bundler:
    def __init__(self, root: Path) -> None:
        self._root = root
        self._files: dict[Path, Any] = {root: read_mapping(root)}
        self._names: dict[tuple[str, str], _Place] = {}
        self._components: dict[str, dict[str, Any]] = {}
        self._mapped: list[tuple[str, _Place]] = []

    def run(self) -> dict[str, Any]:
        document = self._files[self._root]
        own = document.get("components", {})
        self._claim_own_names(own)
        result = {
            key: value if key == "components" else self._object(Node("openapi", {key: value}), self._root)[key]
            for key, value in document.items()
        }
        for kind, section in SECTIONS.items():
            for name, value in own.get(section, {}).items():
                place = self._names[section, name]
                if place.file == self._root:
                    self._put(section, name, Node(kind, value, ("components", section, name)), self._root)
                else:
                    self._put(section, name, Node(kind, self._at(place, place), place.tokens), place.file)
        components = {
            section: {name: self._components[section][name] for name in sorted(self._components[section])}
            for section in SECTIONS.values()
            if self._components.get(section)
        }
        components.update({key: value for key, value in own.items() if key not in SECTIONS.values()})
        self._check_mappings(components.get("schemas", {}))
        if components:
            result["components"] = components
        return result

    def _claim_own_names(self, own: dict[str, Any]) -> None:
        for section in SECTIONS.values():
            for name, value in own.get(section, {}).items():
                place = _Place(self._root, ("components", section, name))
                if isinstance(value, dict) and set(value) == {"$ref"} and not value["$ref"].startswith("#"):
                    place = self._follow(value["$ref"], place)
                self._names[section, name] = place

    def _object(self, node: Node, file: Path) -> dict[str, Any]:
        """A copy of the object with every reference to a file replaced."""
        return self._filled(node, file, ())

    def _filled(self, node: Node, file: Path, inlined: tuple[_Place, ...]) -> dict[str, Any]:
        here = _Place(file, node.tokens)
        value = dict(node.value)
        for child in node.children():
            _set(value, child.tokens[len(node.tokens) :], self._filled(child, file, inlined))
        if node.kind == "pathItem" and "$ref" in value:
            return self._path_item(value, here, inlined)
        if isinstance(value.get("$ref"), str):
            value["$ref"] = self._reference(node.kind, value["$ref"], here)
        if node.kind == "schema" and "mapping" in value.get("discriminator", {}):
            value["discriminator"] = {**value["discriminator"], "mapping": self._mapping(value, here)}
        if node.kind == "example" and "externalValue" in value:
            return self._example(value, here)
        if node.kind == "link" and "operationRef" in value and not value["operationRef"].startswith("#"):
            raise BundleError(f"{here}: operationRef to another file cannot be kept; name the operationId")
        return value

    def _path_item(self, value: dict[str, Any], here: _Place, inlined: tuple[_Place, ...]) -> dict[str, Any]:
        target = self._follow(value.pop("$ref"), here)
        if target in inlined:
            raise ReferenceCycleError(f"{here}: the path item contains itself by way of {target}")
        node = Node("pathItem", self._at(target, here), target.tokens)
        content = self._filled(node, target.file, (*inlined, target))
        both = sorted(set(content) & set(value))
        if both:
            raise BundleError(f"{here}: {', '.join(both)} stands both beside the reference and in {target}")
        return {**content, **value}

    def _reference(self, kind: str, reference: str, here: _Place) -> str:
        if kind not in SECTIONS:
            raise BundleError(f"{here}: a reference cannot stand here")
        target = self._follow(reference, here)
        section = SECTIONS[kind]
        if target.file == self._root:
            self._at(target, here)
            return "#" + pointer(target.tokens)
        name = next(
            (name for (claimed, name), place in self._names.items() if (claimed, place) == (section, target)), ""
        )
        name = name or (target.tokens[-1] if target.tokens else target.file.stem)
        holder = self._names.setdefault((section, name), target)
        if holder != target:
            raise NameClashError(f"{here}: components/{section}/{name} would be both {holder} and {target}")
        self._put(section, name, Node(kind, self._at(target, here), target.tokens), target.file)
        return "#" + pointer(("components", section, name))

    def _put(self, section: str, name: str, node: Node, file: Path) -> None:
        components = self._components.setdefault(section, {})
        if name not in components:
            components[name] = {}  # what refers to itself finds its name taken
            components[name] = self._object(node, file)

    def _mapping(self, schema: dict[str, Any], here: _Place) -> dict[str, str]:
        rewritten = {}
        for value, target in schema["discriminator"]["mapping"].items():
            named = "#" not in target and "/" not in target and not target.endswith((".yaml", ".yml", ".json"))
            rewritten[value] = target if named else self._reference("schema", target, here)
            self._mapped.append((rewritten[value], here))
        return rewritten

    def _check_mappings(self, schemas: dict[str, Any]) -> None:
        for target, here in self._mapped:
            if "/" not in target and target not in schemas:
                raise MissingTargetError(f"{here}: the discriminator maps to {target}, and no schema is called so")

    def _example(self, value: dict[str, Any], here: _Place) -> dict[str, Any]:
        location = value["externalValue"]
        if urlsplit(location).scheme:
            return value
        try:
            content = read(here.file.parent / unquote(location))
        except DocumentError as error:
            raise MissingTargetError(f"{here}: {error}") from error
        return {
            ("value" if key == "externalValue" else key): content if key == "externalValue" else item
            for key, item in value.items()
        }

    def _follow(self, reference: str, here: _Place) -> _Place:
        """The place that a reference leads to at last, past places in other files that only refer further."""
        passed: list[_Place] = []
        place = here
        while True:
            place = self._target(reference, place)
            if place in passed:
                raise ReferenceCycleError(f"{here}: the reference leads back to {place}")
            passed.append(place)
            value = self._at(place, here)
            if place.file == self._root or set(value) != {"$ref"}:
                return place
            reference = value["$ref"]

    def _target(self, reference: str, here: _Place) -> _Place:
        parts = urlsplit(reference)
        if parts.scheme or parts.netloc or parts.query:
            raise BundleError(f"{here}: {reference} is not a file of this description")
        file = (here.file.parent / unquote(parts.path)).resolve() if parts.path else here.file
        try:
            return _Place(file, tokens_of(unquote(parts.fragment)))
        except LookupError as error:
            raise MissingTargetError(f"{here}: {reference}: {error}") from error

    def _at(self, place: _Place, here: _Place) -> dict[str, Any]:
        try:
            if place.file not in self._files:
                self._files[place.file] = read(place.file)
            value = at(self._files[place.file], place.tokens)
        except LookupError as error:
            raise MissingTargetError(f"{here}: in {place.file}: {error}") from error
        except DocumentError as error:
            raise MissingTargetError(f"{here}: {error}") from error
        if not isinstance(value, dict):
            raise MissingTargetError(f"{here}: {place} is not an object")
        return value


def _set(value: dict[str, Any], tokens: tuple[str, ...], new: Any) -> None:
    """Put a value at a place below, copying the containers on the way so that the source stays as it was."""
    container: Any = value
    for token in tokens[:-1]:
        key: Any = int(token) if isinstance(container, list) else token
        container[key] = container[key].copy()
        container = container[key]
    container[int(tokens[-1]) if isinstance(container, list) else tokens[-1]] = new


def main(arguments: list[str]) -> int:
    """Write the joined document to standard output."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m tools.bundle DESCRIPTION\n")
        return 2
    try:
        sys.stdout.write(json_text(bundle(Path(arguments[0]))))
    except (BundleError, DocumentError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
