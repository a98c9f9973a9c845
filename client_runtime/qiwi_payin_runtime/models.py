# ruff: noqa: D102 - Codec says what read and write do
"""The objects of the API."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, ClassVar, Self

# The same library as `attrs`, by the name that loads half as many modules.
from attr import define, evolve, field, fields, frozen

from qiwi_payin_runtime.codecs import ANY, AmountForm, Codec, Mismatch, kind, told, within
from qiwi_payin_runtime.jsontext import is_list, is_object, json_text, parse_json, plain
from qiwi_payin_runtime.unset import UNSET


def wire(name: str, codec: Codec) -> dict[str, Any]:
    """Metadata of a model's field: its name and kind on the wire."""
    return {"wire": (name, codec)}


@define(kw_only=True, repr=False)
class Model:
    """An object of the API.

    Fields are keyword arguments and attributes. An absent optional field is `UNSET`; `None` is `null`. Fields that the
    description does not know are kept in `additional_properties`, under their names on the wire, and written back; so
    is a `null` where the description does not allow one. Fields that hold card data, tokens or the like are left out
    of `repr`, and so are the values of unknown ones.
    """

    additional_properties: dict[str, Any] = field(factory=dict)
    _rest: ClassVar[Codec] = ANY

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote, or JSON that was parsed with `parse_float=decimal.Decimal`.

        Raises:
            ValueError: the data are not such an object; the message names the field and the rule.
        """
        read = told(cls._read, data)
        if isinstance(read, Exception):
            del data  # what reports errors shows variables
            raise read
        return read  # type: ignore[no-any-return] # as _read does

    @classmethod
    def _read(cls, data: Any) -> Self:
        if not is_object(data):
            raise Mismatch(f"an object is wanted, not {kind(data)}")
        rest = dict(data)
        known: dict[str, Any] = {}
        for entry in _entries(cls):
            if entry.wire not in rest:
                if entry.required:
                    raise Mismatch("is missing", entry.wire)
            elif entry.required or entry.codec.nullable or rest[entry.wire] is not None:
                try:  # as `within` does; every field of every answer comes by here
                    known[entry.name] = entry.codec.read(rest.pop(entry.wire))
                except Mismatch as error:
                    raise error.inside(entry.wire) from None
        unknown = {
            name: value if value is None else within(name, cls._rest.read, value) for name, value in rest.items()
        }
        return cls(**known, additional_properties=unknown)

    @classmethod
    def from_json(cls, text: bytes | str) -> Self:
        """Read JSON text. Raises as `from_dict`."""
        read = told(lambda: cls._read(parse_json(text)))
        if isinstance(read, Exception):
            del text  # as above
            raise read
        return read  # type: ignore[no-any-return] # as _read does

    def to_dict(self) -> dict[str, Any]:
        """Plain data that any JSON encoder takes, under the names of the wire.

        Sums are text with two decimals ("150.00"). Another number with decimals is text too, so that no encoder makes a
        float of it. `from_dict` reads the result back.
        """
        copy: dict[str, Any] = plain(self.to_wire())
        return copy

    def to_json(self) -> str:
        """The object as it stands on the wire: text where the API has text, numbers with all their digits."""
        return json_text(self.to_wire())

    def to_wire(self, amounts: AmountForm = "string") -> dict[str, Any]:
        """The data of `to_json`, with `decimal.Decimal` for numbers that have decimals.

        Raises:
            ValueError: a field holds a value of the wrong kind; the message names the field and the rule.
        """
        written = told(self._written, amounts)
        if isinstance(written, Exception):
            raise written
        return written  # type: ignore[no-any-return] # as _written does

    def _written(self, amounts: AmountForm) -> dict[str, Any]:
        values = {entry.name: getattr(self, entry.name) for entry in _entries(type(self))}
        return write_fields(type(self), values, amounts, self.additional_properties)

    def __repr__(self) -> str:
        shown = [
            f"{attribute.name}={value!r}"
            for attribute in fields(type(self))
            if attribute.repr
            and attribute.name != "additional_properties"
            and (value := getattr(self, attribute.name)) is not UNSET
        ]
        if self.additional_properties:
            shown.append(f"additional_properties=<{', '.join(sorted(self.additional_properties))}>")
        return f"{type(self).__name__}({', '.join(shown)})"


def write_fields(
    model: type[Model], values: Mapping[str, Any], amounts: AmountForm, additional: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The wire data of a model's fields, without making the model first.

    Raises:
        ValueError: a value is of the wrong kind; the message names the field and the rule.
    """
    # In one expression: a variable with what is written already would show card data where a later field is refused.
    return {
        name: value if value is None else within(name, model._rest.write, value, amounts)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - ours
        for name, value in (additional or {}).items()
    } | {
        entry.wire: within(entry.name, entry.codec.write, values[entry.name], amounts)
        for entry in _entries(model)
        if values[entry.name] is not UNSET
    }


class Hidden(str):
    """Text that must not be shown, in a variable: what reports errors shows the `repr` of variables."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


def hidden(value: Any) -> Any:
    """The value; a text hidden."""
    return Hidden(value) if isinstance(value, str) else value


def secrets_in(value: Any) -> Iterator[str]:
    """The texts in a value's fields that must not be shown."""
    if isinstance(value, Model):
        for attribute in fields(type(value)):
            inner = getattr(value, attribute.name)
            if not attribute.repr and isinstance(inner, str):
                yield inner
            yield from secrets_in(inner)
    elif is_list(value):
        for item in value:
            yield from secrets_in(item)


def masked(value: Any) -> Any:
    """A copy of a value with stars for the texts that must not be shown, and without what nobody described."""
    if is_list(value):
        return [masked(item) for item in value]
    if not isinstance(value, Model):
        return value
    shown = {each.name: (each, getattr(value, each.name)) for each in fields(type(value))}
    return evolve(
        value,
        additional_properties={},
        **{
            name: masked(inner) if each.repr or not isinstance(inner, str) else "***"
            for name, (each, inner) in shown.items()
            if name != "additional_properties"
        },
    )


def secret_arguments(model: type[Model], values: Mapping[str, Any]) -> Iterator[str]:
    """The texts among a request's arguments that must not be shown."""
    for attribute in fields(model):
        value = values.get(attribute.name)
        if not attribute.repr and isinstance(value, str):
            yield value
        yield from secrets_in(value)


@frozen
class Object(Codec):
    """Codec of a model."""

    model: type[Model]

    def read(self, data: Any) -> Model:
        return self.model._read(data)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - ours

    def write(self, value: Any, amounts: AmountForm) -> Any:
        if not isinstance(value, self.model):
            raise Mismatch(f"a {self.model.__name__} is wanted, not {type(value).__name__}")
        return value._written(amounts)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - ours


@frozen
class Variants(Codec):
    """Codec of one of several models, told apart by the text of one field.

    `other` takes the texts that no model claims; without it such data are a mismatch.
    """

    tag: str
    models: Mapping[str, type[Model]]
    other: type[Model] | None = None

    def read(self, data: Any) -> Model:
        if not is_object(data):
            raise Mismatch(f"an object is wanted, not {kind(data)}")
        if self.tag not in data:
            raise Mismatch("is missing", self.tag)
        tag = data[self.tag]
        model = self.models.get(tag, self.other) if isinstance(tag, str) else self.other
        if model is None:
            raise Mismatch(f"must be {_alternatives(self.models)}", self.tag)
        return model._read(data)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - ours

    def write(self, value: Any, amounts: AmountForm) -> Any:
        allowed = tuple(self.models.values()) + ((self.other,) if self.other else ())
        if not isinstance(value, allowed):
            names = _alternatives(model.__name__ for model in allowed)
            raise Mismatch(f"{names} is wanted, not {type(value).__name__}")
        return value._written(amounts)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - ours


@frozen
class _Entry:
    name: str
    wire: str
    codec: Codec
    required: bool
    """Whether it must be on the wire: the tag of a variant must, though it has its one value as default."""


def _entries(model: type[Model]) -> tuple[_Entry, ...]:
    hashable: Any = model  # mypy takes the class for its instances, which are not hashable
    return _entries_of(hashable)


@cache
def _entries_of(model: Any) -> tuple[_Entry, ...]:
    entries: list[_Entry] = []
    for attribute in fields(model):
        if "wire" in attribute.metadata:
            name, codec = attribute.metadata["wire"]
            entries.append(_Entry(attribute.name, name, codec, attribute.default is not UNSET))
    return tuple(entries)


def _alternatives(names: Iterable[str]) -> str:
    return " or ".join(names)
