"""Docstrings of the client, made from the description's texts."""

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, Final

from openapi_python_client.strings import safe_for_docstring
from qiwi_payin_runtime import errors

from tools.client_source import Source

_WIDTH: Final = 100
_REFUSALS: Final = range(400, 500)
_WHILE_WAITING: Final = (
    "It is asked for at once, and again after pauses that grow from half a second to half a minute. Where no answer "
    "comes, or one that cannot be understood, 429 or 5xx, it is asked for again. Other refusals end the waiting, "
    "404 too: what is not there was never created, and may safely be created now, under the same id."
)


def paragraphs(texts: Iterable[str], indent: int) -> str:
    """Texts as wrapped paragraphs, each line with its margin."""
    margin = " " * indent
    return "\n\n".join(_wrapped(one_line(text), margin, margin) for text in texts if text)


def one_line(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


def property_text(schema: dict[str, Any]) -> str:
    """What a property means, in which unit it is, and how long or large it may be."""
    parts = [one_line(str(schema.get("description", "")))]
    for kind in schema.get("properties", {}).get("value", {}).get("oneOf", []):
        if kind["type"] == "number":
            parts.append(f"In units of the currency, from {kind['minimum']} to {kind['maximum']}, with at most two")
            parts.append("decimals; in rubles where it is not `Money`.")
    if "maxLength" in schema:
        least = schema.get("minLength")
        length = f"At most {schema['maxLength']}" if least is None else f"{least} to {schema['maxLength']}"
        parts.append(f"{length} characters.")
    return " ".join(parts).strip()


def method_text(source: Source, verb: str, operation: dict[str, Any], arguments: Iterable[tuple[str, str]]) -> str:
    """Docstring of the method for an operation: meaning, arguments, errors, and what the operation rests on."""
    question = verb == "get"
    raises = [
        ("ValueError", "An argument breaks a rule; nothing was sent."),
        ("NotSent", "No connection; nothing was sent."),
        ("AnswerLost", "No answer came; nothing was changed.")
        if question
        else ("OutcomeUnknown", "It was sent and may have happened: no right answer, or 5xx. `resolve()` finds out."),
    ]
    raises += _refusals(source, operation)
    if question:
        raises.append(("AnswerInvalid", "The answer is not what the description says."))
        raises.append(("ServerError", "5xx. The server failed."))
    meaning = [f"{operation['summary']}.", *operation["description"].strip().split("\n\n")]
    return _docstring(meaning, arguments, raises, operation)


def waiting_text(
    source: Source, operation: dict[str, Any], arguments: Iterable[tuple[str, str]], outcomes: Iterable[str]
) -> str:
    """Docstring of the method that asks by an operation until the status is final."""
    final = " or ".join(f"`{value}`" for value in outcomes)
    meaning = [
        f"{operation['summary']} once it is final: wait until its status is {final}.",
        _WHILE_WAITING,
    ]
    waits = {
        "timeout": "Seconds to wait. The last question is asked when they are over, and may take its own time.",
        "wake": "Event that whoever takes the notifications sets, to have the pause ended and the API asked at once. "
        "It counts once, and is not cleared.",
        "first_pause": "Seconds of the first pause. With `wake`, 600 is what the documents advise: to wait for the "
        "notification, and to ask without one after 10 minutes.",
    }
    raises = [
        ("ValueError", "An argument breaks a rule; nothing was sent."),
        ("WaitTimeout", "The time is over, and the status is not final; `last` is what was seen last."),
        *_refusals(source, operation),
    ]
    known = [(name, text) for name, text in arguments if name not in {*waits, "deadline", "retries", "headers"}]
    return _docstring(meaning, [*known, *waits.items()], raises, operation)


def _refusals(source: Source, operation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for status, response in operation["responses"].items():
        if int(status) in _REFUSALS:
            text = one_line(source.resolved(response)["description"])
            yield errors.api_error_class(int(status)).__name__, f"{status}. {text}"


def _docstring(
    meaning: Iterable[str],
    arguments: Iterable[tuple[str, str]],
    raises: Iterable[tuple[str, str]],
    operation: dict[str, Any],
) -> str:
    lines = [
        paragraphs(meaning, 8),
        "",
        "        Args:",
        *(_item(name, text) for name, text in arguments),
        "",
        "        Raises:",
        *(_item(name, text) for name, text in raises),
        "",
        paragraphs([_basis(operation)], 8),
    ]
    return "\n".join(lines).strip()


def _basis(operation: dict[str, Any]) -> str:
    parts = [f"Basis: {operation['x-basis']}."]
    if operation.get("x-statements"):
        parts.append(f"Statements: {', '.join(operation['x-statements'])}.")
    if operation.get("x-sources"):
        parts.append(f"Sources: {', '.join(operation['x-sources'])}.")
    return " ".join(parts)


def _item(name: str, text: str) -> str:
    return _wrapped(f"{name}: {text}", " " * 12, " " * 16)


def _wrapped(text: str, first: str, margin: str) -> str:
    return textwrap.fill(
        safe_for_docstring(text),
        width=_WIDTH + len(first),
        initial_indent=first,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
