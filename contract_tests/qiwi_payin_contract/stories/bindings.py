"""Values that a step takes from an earlier answer, as placeholders: ``{{2#/createdToken/token}}``, ``{{run}}``."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

__all__ = ["RUN", "bound", "filled", "strings_in"]

RUN = "{{run}}"
"""Stands for the part of an id that is new in each run."""

_PLACEHOLDER = re.compile(r"{{([0-9]+)#((?:/[^/{}]*)+)}}")
_SHORTEST = 8
"""Shorter values of an answer are too common to be taken for the source of a later one."""


def strings_in(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """List the texts of a JSON value with their JSON pointers."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from strings_in(item, f"{pointer}/{str(name).replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from strings_in(item, f"{pointer}/{place}")


def bound(text: str, answers: Sequence[Any], sent: str) -> str:
    """Put placeholders into a text where it repeats what an earlier answer told.

    Args:
        text: path or body of a request.
        answers: JSON values of the answers before it, in order.
        sent: everything that was sent before it: what stands there came from us, not from an answer.
    """
    for place, answer in enumerate(answers, 1):
        for pointer, value in strings_in(answer):
            if len(value) >= _SHORTEST and value in text and value not in sent and "{" not in value:
                text = _whole(value).sub(_literally(f"{{{{{place}#{pointer}}}}}"), text)
    return text


def filled(text: str, answers: Sequence[Any], run: str) -> str:
    """Put values in place of placeholders; one whose value did not come is left empty.

    Args:
        text: what ``bound`` made.
        answers: JSON values of the answers so far.
        run: in place of ``RUN``.
    """

    def value(match: re.Match[str]) -> str:
        place = int(match.group(1)) - 1
        found = _at(answers[place], match.group(2)) if place < len(answers) else None
        return json.dumps(found, ensure_ascii=False)[1:-1] if isinstance(found, str) else ""

    return _PLACEHOLDER.sub(value, text).replace(RUN, run)


def _literally(text: str) -> Callable[[re.Match[str]], str]:
    return lambda _: text


def _whole(value: str) -> re.Pattern[str]:
    """A value where it stands alone: not inside a longer word."""
    written = re.escape(json.dumps(value, ensure_ascii=False)[1:-1])
    return re.compile(rf"(?<![A-Za-z0-9_-]){written}(?![A-Za-z0-9_-])")


def _at(value: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value.get(name)
        elif isinstance(value, list) and name.isdigit() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value
