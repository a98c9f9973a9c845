"""Arazzo's simple criteria: runtime expressions and literals compared, joined by ``&&``, ``||``, ``!`` and ``()``.

Sums are texts in answers, so what reads as a decimal number is compared as one, whether it is a text or a number:
``'150.00'`` equals ``150``. All other texts are told apart by case, as ids and statuses are. Nothing (null) equals only
null, and is in no order with anything. What the grammar does not know is an error when a criterion is read.

    CriterionError (ValueError)    a text is no simple criterion
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, Self

import attrs

from qiwi_payin_contract.workflows.expressions import Expression, ExpressionError, Stage

__all__ = ["Criterion", "CriterionError"]

_TOKEN = re.compile(
    r"\s*(?:(?P<expression>\$[^\s()=!<>&|]+)"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?![0-9A-Za-z_.])"
    r"|(?P<word>true|false|null)(?![0-9A-Za-z_])"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|<|>|!|\(|\)))"
)
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WORDS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}
_ORDERS: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class CriterionError(ValueError):
    """A text is no simple criterion."""


@attrs.define(frozen=True)
class _Operand:
    """A literal, or an expression where there is one."""

    literal: Any = None
    expression: Expression | None = None

    def value(self, stage: Stage) -> Any:
        return self.literal if self.expression is None else self.expression.value(stage)


@attrs.define(frozen=True)
class _Comparison:
    left: _Operand
    sign: str
    right: _Operand

    def holds(self, stage: Stage) -> bool:
        left, right = self.left.value(stage), self.right.value(stage)
        if self.sign in _ORDERS:
            one, other = _number(left), _number(right)
            return one is not None and other is not None and _ORDERS[self.sign](one, other)
        return _equal(left, right) == (self.sign == "==")

    def operands(self) -> Iterator[_Operand]:
        yield from (self.left, self.right)


@attrs.define(frozen=True)
class _Flag:
    """A value that is itself a condition: only true is true."""

    operand: _Operand

    def holds(self, stage: Stage) -> bool:
        return self.operand.value(stage) is True

    def operands(self) -> Iterator[_Operand]:
        yield self.operand


@attrs.define(frozen=True)
class _Not:
    inner: "_Condition"

    def holds(self, stage: Stage) -> bool:
        return not self.inner.holds(stage)

    def operands(self) -> Iterator[_Operand]:
        yield from self.inner.operands()


@attrs.define(frozen=True)
class _Joined:
    """Conditions of which all must hold, or any."""

    parts: tuple["_Condition", ...]
    every: bool

    def holds(self, stage: Stage) -> bool:
        return (all if self.every else any)(part.holds(stage) for part in self.parts)

    def operands(self) -> Iterator[_Operand]:
        for part in self.parts:
            yield from part.operands()


_Condition = _Comparison | _Flag | _Not | _Joined


@attrs.define(frozen=True)
class Criterion:
    """A simple criterion.

    Attributes:
        text: as it is written.
    """

    text: str
    _condition: _Condition = attrs.field(repr=False, eq=False)

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a text.

        Raises:
            CriterionError: it is no simple criterion, or an expression in it is not known.
        """
        return cls(text, _Reader(text).whole())

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions in it, in order."""
        found = (operand.expression for operand in self._condition.operands())
        return tuple(expression for expression in found if expression is not None)

    def holds(self, stage: Stage) -> bool:
        """Whether it holds.

        Raises:
            ExpressionError: it speaks of an exchange, and there is none.
        """
        return self._condition.holds(stage)


class _Reader:
    """Reads a criterion from left to right: ``||`` binds least, then ``&&``, then ``!``."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._split())
        self._next = 0

    def whole(self) -> _Condition:
        condition = self._joined("||")
        if self._next < len(self._tokens):
            raise self._error(f"{self._tokens[self._next][1]} is not expected")
        return condition

    def _split(self) -> Iterator[tuple[str, str]]:
        end = len(self._text.rstrip())
        place = 0
        while place < end:
            found = _TOKEN.match(self._text, place)
            if found is None:
                raise self._error(f"{self._text[place:].strip()!r} is not understood")
            yield str(found.lastgroup), found.group(str(found.lastgroup))
            place = found.end()

    def _joined(self, sign: str) -> _Condition:
        parts = [self._inner(sign)]
        while self._takes(sign):
            parts.append(self._inner(sign))
        return parts[0] if len(parts) == 1 else _Joined(tuple(parts), every=sign == "&&")

    def _inner(self, sign: str) -> _Condition:
        return self._joined("&&") if sign == "||" else self._single()

    def _single(self) -> _Condition:
        if self._takes("!"):
            return _Not(self._single())
        if self._takes("("):
            condition = self._joined("||")
            if not self._takes(")"):
                raise self._error("a parenthesis is not closed")
            return condition
        left = self._operand()
        for sign in ("==", "!=", *_ORDERS):
            if self._takes(sign):
                return _Comparison(left, sign, self._operand())
        if left.expression is None and not isinstance(left.literal, bool):
            raise self._error("a literal alone is no condition")
        return _Flag(left)

    def _takes(self, sign: str) -> bool:
        if self._tokens[self._next : self._next + 1] != [("sign", sign)]:
            return False
        self._next += 1
        return True

    def _operand(self) -> _Operand:
        if self._next == len(self._tokens):
            raise self._error("something is missing at its end")
        kind, text = self._tokens[self._next]
        self._next += 1
        match kind:
            case "expression":
                try:
                    return _Operand(expression=Expression.read(text))
                except ExpressionError as error:
                    raise self._error(str(error)) from error
            case "text":
                return _Operand(text[1:-1].replace("''", "'"))
            case "number":
                return _Operand(Decimal(text))
            case "word":
                return _Operand(_WORDS[text])
        raise self._error(f"{text} stands where a value should")

    def _error(self, told: str) -> CriterionError:
        return CriterionError(f"the criterion {self._text!r}: {told}")


def _equal(left: Any, right: Any) -> bool:
    one, other = _number(left), _number(right)
    if one is not None and other is not None:
        return one == other
    return type(left) is type(right) and bool(left == right)


def _number(value: Any) -> Decimal | None:
    if isinstance(value, str):
        return Decimal(value) if _DECIMAL.fullmatch(value) else None
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    return None
