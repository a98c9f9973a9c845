"""YAML and JSON documents as plain data, without losing a digit.

Money must never become a float, not even on its way into an example. So a number with a fraction or an exponent is a
`decimal.Decimal` here, and its text comes out again as it went in: `150.00` stays `150.00`.

YAML is read as YAML 1.2 restricted to what JSON can say: `NO` and `2024-01-01` are strings, keys are strings whatever
they look like (`200:` is `"200"`), the same key twice in one mapping is an error, and so is a scalar such as `0x1F` or
`.inf` that has no JSON spelling. An alias gives a copy of its own, so that changing one place never changes another.

    DocumentError (ValueError)    a file that cannot be read as such a document; the message names file and line
"""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_JSON_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INDENT = "  "


class DocumentError(ValueError):
    """A file is missing, or is not a document of the restricted kind that the project uses."""


def read(path: Path) -> Any:
    """Read a `.yaml`, `.yml` or `.json` file.

    Raises:
        DocumentError: the file is missing, of another kind, or malformed.
    """
    if path.suffix == ".json":
        return parse_json(_text_of(path), str(path))
    if path.suffix in {".yaml", ".yml"}:
        return parse_yaml(_text_of(path), str(path))
    raise DocumentError(f"{path}: only .yaml, .yml and .json files can be read as documents")


def read_mapping(path: Path) -> dict[str, Any]:
    """Read a file whose root is an object.

    Raises:
        DocumentError: as `read`, or the root is something else.
    """
    value = read(path)
    if not isinstance(value, dict):
        raise DocumentError(f"{path}: the document's root must be an object")
    return value


def parse_yaml(text: str, name: str = "<text>") -> Any:
    """Turn YAML text into data; `name` is what errors call it.

    Raises:
        DocumentError: the text is not YAML, or says something that JSON cannot.
    """
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as error:
        raise DocumentError(f"{name}: {error}") from error
    return None if root is None else _value(root, name, ())


def parse_json(text: str, name: str = "<text>") -> Any:
    """Turn JSON text into data; `name` is what errors call it.

    Raises:
        DocumentError: the text is not JSON, repeats a key, or has NaN or an infinity.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in items]
        if len(set(keys)) != len(keys):
            twice = sorted({key for key in keys if keys.count(key) > 1})
            raise DocumentError(f"{name}: an object has the same key more than once: {', '.join(twice)}")
        return dict(items)

    def refused(constant: str) -> Any:
        raise DocumentError(f"{name}: {constant} is not a JSON number")

    try:
        return json.loads(text, parse_float=Decimal, parse_constant=refused, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        raise DocumentError(f"{name}: {error}") from error


def json_text(value: Any) -> str:
    """Write data as JSON: two-space indent, keys in their order, non-ASCII as it is, a newline at the end.

    Raises:
        DocumentError: the data holds a float, a non-finite number, a non-string key or anything else that is not JSON.
    """
    return "".join(_pieces(value, "")) + "\n"


def write_json(path: Path, value: Any) -> None:
    """Write `json_text(value)` to a file, in UTF-8 with the same line ends on every system."""
    path.write_bytes(json_text(value).encode("utf-8"))


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError as error:
        raise DocumentError(f"{path}: no such file") from error
    except UnicodeDecodeError as error:
        raise DocumentError(f"{path}: not UTF-8: {error}") from error


def _value(node: Node, name: str, open_nodes: tuple[int, ...]) -> Any:
    if id(node) in open_nodes:
        raise DocumentError(f"{_place(node, name)}: an alias contains itself")
    open_nodes = (*open_nodes, id(node))
    if isinstance(node, MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = _key(key_node, name)
            if key in mapping:
                raise DocumentError(f"{_place(key_node, name)}: the key {key!r} is there twice")
            mapping[key] = _value(value_node, name, open_nodes)
        return mapping
    if isinstance(node, SequenceNode):
        return [_value(item, name, open_nodes) for item in node.value]
    return _scalar(node, name)


def _key(node: Node, name: str) -> str:
    if not isinstance(node, ScalarNode):
        raise DocumentError(f"{_place(node, name)}: a key must be a scalar")
    if _kind(node) == "merge":
        raise DocumentError(f"{_place(node, name)}: merge keys (<<) are not YAML 1.2")
    return str(node.value)


def _scalar(node: Node, name: str) -> Any:
    text = str(node.value)
    match _kind(node):
        case "str" | "timestamp":
            return text
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int" if _JSON_INTEGER.fullmatch(text):
            return int(text)
        case "float" if _JSON_NUMBER.fullmatch(text):
            return Decimal(text)
        case _:
            raise DocumentError(f"{_place(node, name)}: {text!r} has no JSON spelling; put it in quotes")


def _kind(node: Node) -> str:
    return str(node.tag).rpartition(":")[2]


def _place(node: Node, name: str) -> str:
    return f"{name}:{node.start_mark.line + 1}"


def _pieces(value: Any, indent: str) -> Iterator[str]:
    match value:
        case None | bool() | str():
            yield json.dumps(value, ensure_ascii=False)
        case int():
            yield str(value)
        case Decimal() if value.is_finite():
            yield str(value)
        case dict():
            yield from _container(((f"{_key_text(key)}: ", item) for key, item in value.items()), "{}", indent)
        case list():
            yield from _container((("", item) for item in value), "[]", indent)
        case _:
            raise DocumentError(f"{value!r} ({type(value).__name__}) cannot be written as JSON")


def _container(entries: Iterable[tuple[str, Any]], brackets: str, indent: str) -> Iterator[str]:
    deeper = indent + _INDENT
    before = f"{brackets[0]}\n{deeper}"
    for prefix, item in entries:
        yield before + prefix
        yield from _pieces(item, deeper)
        before = f",\n{deeper}"
    yield brackets if before[0] == brackets[0] else f"\n{indent}{brackets[1]}"


def _key_text(key: object) -> str:
    if not isinstance(key, str):
        raise DocumentError(f"a JSON key must be a string, not {key!r}")
    return json.dumps(key, ensure_ascii=False)
