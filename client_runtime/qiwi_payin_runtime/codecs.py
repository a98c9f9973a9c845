# ruff: noqa: D102 - Codec says what read and write do
"""What a field's value is in Python and on the wire.

Generated models name one codec a field. Reading is strict about types and open to what is new; the place of a problem
is named and the value never is, because it may be a card number.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, TypeAlias, TypeGuard

from attr import frozen

from qiwi_payin_runtime.enums import OpenEnum
from qiwi_payin_runtime.jsontext import is_list, is_object
from qiwi_payin_runtime.money import Money, as_money
from qiwi_payin_runtime.timestamps import Timestamp, written

_NUMBER_TEXT: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")

AmountForm: TypeAlias = Literal["string", "number"]
"""How sums stand in a request: "150.00" or 150.00."""


class Mismatch(ValueError):  # noqa: N818 - it is a finding about data, like those of a validator
    """Data are not what the description says. The text names the field and the rule, never the value."""

    def __init__(self, problem: str, *places: str | int) -> None:
        super().__init__(problem, *places)
        self.problem = problem
        self.places = places

    def inside(self, place: str | int) -> "Mismatch":
        """The same problem, seen from the object or list around it."""
        return Mismatch(self.problem, place, *self.places)

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.places))}: {self.problem}" if self.places else self.problem


def told(step: Callable[..., Any], *arguments: Any, errors: tuple[type[Exception], ...] = (ValueError,)) -> Any:
    """What a step gives, or the error that it raises, without where it was raised.

    What collects errors also collects the variables of the functions that they went through, and here these may be card
    data or a key.
    """
    try:
        return step(*arguments)
    except errors as error:
        found = error
    found.__context__ = None
    return found.with_traceback(None)


class Codec:
    """Reads a value from wire data (as `parse_json` gives them) and writes it.

    Both raise `Mismatch` on a value that is not of the kind.
    """

    __slots__ = ()

    @property
    def nullable(self) -> bool:
        """Whether `null` is one of its values."""
        return False

    def read(self, data: Any) -> Any:
        """Wire data to a Python value."""
        raise NotImplementedError

    def write(self, value: Any, amounts: AmountForm) -> Any:  # noqa: ARG002 - for those that hold sums
        """A Python value to wire data; here one that is its own Python value."""
        return self.read(value)


def kind(data: object) -> str:  # noqa: PLR0911 - one line a kind
    """What JSON calls this value."""
    match data:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case str():
            return "text"
        case int() | Decimal() | float():
            return "a number"
        case Mapping():
            return "an object"
        case list() | tuple():
            return "a list"
        case _:
            return type(data).__name__


@frozen
class _Plain(Codec):
    """A JSON value that is its own Python value."""

    type: type
    name: str

    @property
    def nullable(self) -> bool:
        return self.type is type(None)

    def read(self, data: Any) -> Any:
        if not isinstance(data, self.type) or (isinstance(data, bool) and self.type is not bool):
            raise Mismatch(f"{self.name} is wanted, not {kind(data)}")
        return data


@frozen
class _Anything(Codec):
    @property
    def nullable(self) -> bool:
        return True

    def read(self, data: Any) -> Any:
        return data


@frozen
class _Number(Codec):
    def read(self, data: Any) -> Decimal:
        if isinstance(data, float):
            raise Mismatch("a float has lost digits: parse the JSON with parse_float=decimal.Decimal")
        if isinstance(data, bool) or not isinstance(data, int | Decimal | str):
            raise Mismatch(f"a number is wanted, not {kind(data)}")
        if isinstance(data, str) and not _NUMBER_TEXT.fullmatch(data):
            raise Mismatch("a number is wanted, not text")
        try:
            number = Decimal(data)
        except InvalidOperation:
            raise Mismatch("the number is beyond all bounds") from None
        if not number.is_finite():
            raise Mismatch("a finite number is wanted")
        return number


@frozen
class _Moment(Codec):
    def read(self, data: Any) -> Timestamp:
        try:
            return Timestamp.parse(TEXT.read(data))
        except ValueError as error:
            raise error if isinstance(error, Mismatch) else Mismatch(str(error)) from None

    def write(self, value: Any, amounts: AmountForm) -> Any:  # noqa: ARG002
        if not isinstance(value, datetime):
            raise Mismatch(f"a datetime is wanted, not {type(value).__name__}")
        try:
            return written(value)
        except ValueError as error:
            raise Mismatch(str(error)) from None


TEXT: Final = _Plain(str, "text")
INTEGER: Final = _Plain(int, "an integer")
BOOLEAN: Final = _Plain(bool, "a boolean")
NULL: Final = _Plain(type(None), "null")
ANY: Final = _Anything()
NUMBER: Final = _Number()
MOMENT: Final = _Moment()


@frozen
class Constant(Codec):
    """One text and no other, such as the tag of a variant."""

    value: str

    def read(self, data: Any) -> str:
        if data != self.value:
            raise Mismatch(f"must be {self.value}")
        return self.value


@frozen
class Name(Codec):
    """A name of a list that may grow. Writing takes plain text too."""

    enum: type[OpenEnum]

    def read(self, data: Any) -> OpenEnum:
        return self.enum(TEXT.read(data))

    def write(self, value: Any, amounts: AmountForm) -> Any:  # noqa: ARG002
        return str(TEXT.read(value))


@frozen
class Amount(Codec):
    """A sum of money.

    `form` is how it stands on the wire: as text, as a number, or as the request's sender chose (None). The bounds are
    kept by what is sent, in that last form alone.
    """

    form: AmountForm | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None

    def read(self, data: Any) -> Money:
        if not is_object(data):
            raise Mismatch(f"an amount object is wanted, not {kind(data)}")
        rest = dict(data)
        try:
            value, currency = rest.pop("value"), rest.pop("currency")
        except KeyError as error:
            raise Mismatch("is missing", str(error.args[0])) from None
        try:
            return Money(NUMBER.read(value), currency, additional_properties=rest)
        except Mismatch as error:
            raise error.inside("value") from None
        except ValueError as error:
            raise Mismatch(str(error)) from None

    def write(self, value: Any, amounts: AmountForm) -> Any:
        try:
            money = as_money(value)
        except (TypeError, ValueError) as error:
            raise Mismatch(str(error)) from None
        if self.minimum is not None and money.value < self.minimum:
            raise Mismatch(f"the sum must be at least {self.minimum}")
        if self.maximum is not None and money.value > self.maximum:
            raise Mismatch(f"the sum must be at most {self.maximum}")
        number = (self.form or amounts) == "number"
        return {
            **money.additional_properties,
            "value": money.value if number else str(money.value),
            "currency": money.currency,
        }


@frozen
class List(Codec):
    """Values of one kind, in order."""

    item: Codec

    def read(self, data: Any) -> list[Any]:
        if not is_list(data):
            raise Mismatch(f"a list is wanted, not {kind(data)}")
        return [within(index, self.item.read, item) for index, item in enumerate(data)]

    def write(self, value: Any, amounts: AmountForm) -> Any:
        if not _is_several(value):
            raise Mismatch(f"a list is wanted, not {kind(value)}")
        return [within(index, self.item.write, item, amounts) for index, item in enumerate(value)]


def _is_several(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, Sequence) and not isinstance(value, str | bytes)


@frozen
class AnyOf(Codec):
    """The first kind that fits; for scalars, whose kinds never overlap."""

    kinds: tuple[Codec, ...]

    @property
    def nullable(self) -> bool:
        return any(codec.nullable for codec in self.kinds)

    def read(self, data: Any) -> Any:
        return self._first("read", data)

    def write(self, value: Any, amounts: AmountForm) -> Any:
        return self._first("write", value, amounts)

    def _first(self, way: str, *arguments: Any) -> Any:
        problems: list[str] = []
        for codec in self.kinds:
            try:
                return getattr(codec, way)(*arguments)
            except Mismatch as error:
                problems.append(error.problem)
        raise Mismatch(", or ".join(problems))


def within(place: str | int, step: Callable[..., Any], *arguments: Any) -> Any:
    """Take a step of reading or writing; its mismatch names the place."""
    try:
        return step(*arguments)
    except Mismatch as error:
        raise error.inside(place) from None
