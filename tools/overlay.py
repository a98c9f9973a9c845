"""Lay OpenAPI Overlay documents (1.0 and 1.1) over a description, strictly.

The specification lets an action whose target matches nothing succeed; here it is an error, because a renamed property
must not silently lose what an overlay says about it. Everything else is the specification's own text: targets are
RFC 9535 queries, actions apply in order to the result of the one before, objects merge, arrays are concatenated,
primitives replace primitives, and any other pair of values is an error.

Two points on which 1.0 and 1.1 differ are kept apart by the document's own version: only 1.1 has `copy` and updates of
primitives, and an action of 1.1 does one thing, while in 1.0 `remove: true` wins over an `update` beside it.

    OverlayError (ValueError)     the message names the action and its target
      OverlayFormatError          the overlay document itself is malformed
      NoMatchError                a target or a copy source selects nothing
      IncompatibleError           what is to be merged does not fit what is there

Usage: python -m tools.overlay OVERLAY DESCRIPTION > result.json
"""

import copy
import re
import sys
from pathlib import Path
from typing import Any, Final

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError

from tools.documents import DocumentError, json_text, read_mapping

_VERSION = re.compile(r"1\.(0|1)\.\d+")
_ROOT_FIELDS: Final = {"overlay", "info", "extends", "actions"}
_ACTION_FIELDS: Final = {"1.0": {"target", "description", "update", "remove"}}
_ACTION_FIELDS["1.1"] = _ACTION_FIELDS["1.0"] | {"copy"}

_Location = tuple[str | int, ...]


class OverlayError(ValueError):
    """An overlay cannot be applied."""


class OverlayFormatError(OverlayError):
    """The overlay document is not what the specification asks for."""


class NoMatchError(OverlayError):
    """A target or a copy source selects nothing."""


class IncompatibleError(OverlayError):
    """Values that are to be merged are of different types, or targets of one action are."""


def apply(overlay: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """The document with the overlay's actions applied in order; the arguments stay as they are.

    Raises:
        OverlayError: see the tree above.
    """
    version = _checked(overlay)
    result = copy.deepcopy(document)
    for index, action in enumerate(overlay["actions"]):
        try:
            _act(action, result, version)
        except OverlayError as error:
            raise type(error)(f"action {index} ({action.get('target')}): {error}") from error
    return result


def _checked(overlay: dict[str, Any]) -> str:
    version = overlay.get("overlay")
    found = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if found is None:
        raise OverlayFormatError(f"overlay must be a version 1.0.x or 1.1.x, not {version!r}")
    _only_known(overlay, _ROOT_FIELDS)
    info = overlay.get("info")
    if not isinstance(info, dict) or not all(isinstance(info.get(field), str) for field in ("title", "version")):
        raise OverlayFormatError("info must be an object with a title and a version, both strings")
    if not isinstance(overlay.get("extends", ""), str):
        raise OverlayFormatError("extends must be a string")
    actions = overlay.get("actions")
    if not isinstance(actions, list) or not actions or not all(isinstance(action, dict) for action in actions):
        raise OverlayFormatError("actions must be a list of objects, at least one")
    if any(action in actions[:index] for index, action in enumerate(actions)):
        raise OverlayFormatError("the same action is there twice")
    return f"1.{found[1]}"


def _only_known(fields: dict[str, Any], known: set[str]) -> None:
    unknown = sorted(field for field in fields if field not in known and not field.startswith("x-"))
    if unknown:
        raise OverlayFormatError(f"unknown field: {', '.join(unknown)}")


def _act(action: dict[str, Any], document: dict[str, Any], version: str) -> None:
    _check_action(action, version)
    locations = _select(action["target"], document)
    if not locations:
        raise NoMatchError("the target matches nothing")
    if action.get("remove"):
        _remove(document, locations)
    elif "copy" in action:
        sources = _select(action["copy"], document)
        if len(sources) != 1:
            error = IncompatibleError if sources else NoMatchError
            raise error(f"copy must select one node, and {action['copy']} selects {len(sources)}")
        _update(document, locations, copy.deepcopy(_at(document, sources[0])), version)
    elif "update" in action:
        _update(document, locations, action["update"], version)


def _check_action(action: dict[str, Any], version: str) -> None:
    _only_known(action, _ACTION_FIELDS[version])
    if not isinstance(action.get("target"), str):
        raise OverlayFormatError("target must be a string")
    if not isinstance(action.get("description", ""), str):
        raise OverlayFormatError("description must be a string")
    if not isinstance(action.get("remove", False), bool):
        raise OverlayFormatError("remove must be true or false")
    if not isinstance(action.get("copy", ""), str):
        raise OverlayFormatError("copy must be a string")
    verbs = {"update", "copy", "remove"} & set(action)
    if not verbs:
        raise OverlayFormatError("an action must update, copy or remove")
    if version == "1.1" and len(verbs - ({"remove"} if action.get("remove") is False else set())) > 1:
        raise OverlayFormatError(f"an action does one thing, not {' and '.join(sorted(verbs))}")


def _select(query: str, document: dict[str, Any]) -> list[_Location]:
    try:
        path = JSONPathEnvironment(strict=True).compile(query)
        if not isinstance(path, JSONPath):
            raise OverlayFormatError(f"{query} is not one RFC 9535 query")
        # A node may be selected more than once; it is changed once.
        return list(dict.fromkeys(match.parts for match in path.finditer(document)))
    except JSONPathError as error:
        raise OverlayFormatError(f"{query} is not an RFC 9535 query: {error}") from error


def _at(document: Any, location: _Location) -> Any:
    for part in location:
        document = document[part]
    return document


def _remove(document: dict[str, Any], locations: list[_Location]) -> None:
    if () in locations:
        raise IncompatibleError("the whole document cannot be removed")
    # Deepest and last first, so that no removal moves what is still to be removed.
    for *above, last in sorted(locations, key=lambda parts: [(isinstance(part, str), part) for part in parts])[::-1]:
        del _at(document, tuple(above))[last]


def _update(document: dict[str, Any], locations: list[_Location], update: Any, version: str) -> None:
    targets = [_at(document, location) for location in locations]
    kinds = {_kind(target) for target in targets}
    if len(kinds) > 1:
        raise IncompatibleError(f"the target selects nodes of different types: {', '.join(sorted(kinds))}")
    (kind,) = kinds
    if kind == "a primitive" and version == "1.0":
        raise IncompatibleError("a primitive can only be updated by an overlay of version 1.1")
    if kind == "an array" and version == "1.0" and isinstance(update, list):
        raise IncompatibleError("an array as entry of an array means two things in version 1.0; say which with 1.1")
    if kind != "an array" and _kind(update) != kind:
        raise IncompatibleError(f"the target is {kind}, the update is {_kind(update)}")
    for location, target in zip(locations, targets, strict=True):
        match target:
            case dict():
                _merge(target, update, "")
            case list():
                target.extend(copy.deepcopy(update if isinstance(update, list) else [update]))
            case _:
                _at(document, location[:-1])[location[-1]] = update


def _merge(target: dict[str, Any], update: dict[str, Any], where: str) -> None:
    for key, value in update.items():
        place = f"{where}/{key}"
        if key not in target:
            target[key] = copy.deepcopy(value)
        elif _kind(value) != _kind(target[key]):
            raise IncompatibleError(f"{place} is {_kind(target[key])}, the update is {_kind(value)}")
        elif isinstance(value, dict):
            _merge(target[key], value, place)
        elif isinstance(value, list):
            target[key].extend(copy.deepcopy(value))
        else:
            target[key] = value


def _kind(value: Any) -> str:
    match value:
        case dict():
            return "an object"
        case list():
            return "an array"
        case _:
            return "a primitive"


def main(arguments: list[str]) -> int:
    """Write the description under the overlay to standard output."""
    if len(arguments) != 2:  # noqa: PLR2004 - an overlay and a description
        sys.stderr.write("usage: python -m tools.overlay OVERLAY DESCRIPTION\n")
        return 2
    try:
        overlay, document = (read_mapping(Path(argument)) for argument in arguments)
        sys.stdout.write(json_text(apply(overlay, document)))
    except (OverlayError, DocumentError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
