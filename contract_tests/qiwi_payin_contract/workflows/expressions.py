"""Arazzo's runtime expressions, those that the workflows need: ``$response.body#/status/value``, ``$inputs.amount``.

A pointer, header, parameter or name that leads to nothing gives None. An expression of a kind that is not known is an
error when it is read, never a value.

    ExpressionError (ValueError)    a text is no runtime expression that can be evaluated here
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import attrs

from qiwi_payin_contract.exchange import Exchange

__all__ = ["Expression", "ExpressionError", "Stage", "expressions_in", "filled"]

_GRAMMAR = re.compile(
    r"\$(?:"
    r"(?P<whole>url|method|statusCode)"
    r"|inputs\.(?P<input>[A-Za-z0-9_-]+)"
    r"|steps\.(?P<step>[A-Za-z0-9_-]+)\.outputs\.(?P<output>[A-Za-z0-9_-]+)"
    r"|(?P<side>request|response)\.(?:"
    r"header\.(?P<header>[!#$%&'*+.^_`|~0-9A-Za-z-]+)"
    r"|(?P<body>body)(?:\#(?P<pointer>(?:/[^\s{}]*)?))?)"
    r"|request\.path\.(?P<path>[A-Za-z0-9_-]+)"
    r"|request\.query\.(?P<query>[A-Za-z0-9_-]+)"
    r")"
)
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")


class ExpressionError(ValueError):
    """A text is no runtime expression that can be evaluated here."""


@attrs.define(frozen=True)
class Stage:
    """What expressions of a step can speak of.

    Attributes:
        inputs: inputs of the workflow.
        outputs: outputs of the steps so far, by step.
        exchange: request and answer of the step, or None before it is sent.
    """

    inputs: Mapping[str, Any]
    outputs: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    exchange: Exchange | None = None


@attrs.define(frozen=True)
class Expression:
    """A runtime expression.

    Attributes:
        text: as it is written.
        parts: what the grammar found in it, by name.
    """

    text: str
    parts: Mapping[str, str] = attrs.field(repr=False, eq=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a text.

        Raises:
            ExpressionError: it is no expression that is known.
        """
        found = _GRAMMAR.fullmatch(text)
        if found is None:
            raise ExpressionError(f"{text!r} is no runtime expression that is known here")
        return cls(text, {name: value for name, value in found.groupdict().items() if value is not None})

    @property
    def input(self) -> str | None:
        """Name of the input that it speaks of."""
        return self.parts.get("input")

    @property
    def step(self) -> tuple[str, str] | None:
        """Step and output that it speaks of."""
        return (self.parts["step"], self.parts["output"]) if "step" in self.parts else None

    def value(self, stage: Stage) -> Any:
        """What it stands for; None where it leads to nothing.

        Raises:
            ExpressionError: it speaks of a request or an answer, and there is none yet.
        """
        match self.parts:
            case {"input": name}:
                return stage.inputs.get(name)
            case {"step": step, "output": output}:
                return stage.outputs.get(step, {}).get(output)
        if stage.exchange is None:
            raise ExpressionError(f"{self.text} speaks of an exchange before there is one")
        return self._of_exchange(stage.exchange)

    def _of_exchange(self, exchange: Exchange) -> Any:
        asked = self.parts.get("side") == "request"
        match self.parts:
            case {"whole": whole}:
                return {"url": exchange.url, "method": exchange.method, "statusCode": exchange.status}[whole]
            case {"header": name}:
                return (exchange.request_headers if asked else exchange.answer_headers).get(name.lower())
            case {"path": name}:
                return exchange.path_parameters.get(name)
            case {"query": name}:
                return parse_qs(urlsplit(exchange.url).query).get(name, [None])[0]
        return _pointed(exchange.request_json if asked else exchange.answer_json, self.parts.get("pointer", ""))


def filled(value: Any, stage: Stage) -> Any:
    """Put values in the place of expressions in a JSON value: whole strings, and ``{$...}`` within strings.

    Raises:
        LookupError: an expression leads to nothing; the message names it.
        ExpressionError: an expression is not known.
    """
    if isinstance(value, Mapping):
        return {name: filled(item, stage) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, stage) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$"):
        return _something(value, stage)
    return _EMBEDDED.sub(lambda found: str(_something(found.group(1), stage)), value)


def expressions_in(value: Any) -> Iterator[Expression]:
    """All expressions in a JSON value.

    Raises:
        ExpressionError: one is not known.
    """
    if isinstance(value, Mapping):
        for item in value.values():
            yield from expressions_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from expressions_in(item)
    elif isinstance(value, str):
        for text in [value] if value.startswith("$") else _EMBEDDED.findall(value):
            yield Expression.read(text)


def _something(text: str, stage: Stage) -> Any:
    value = Expression.read(text).value(stage)
    if value is None:
        raise LookupError(f"{text} leads to nothing")
    return value


def _pointed(value: Any, pointer: str) -> Any:
    for token in pointer.split("/")[1:]:
        key = token.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]*", key) and int(key) < len(value):
            value = value[int(key)]
        else:
            return None
    return value
