"""Types and codecs of the client's fields, arguments and answers."""

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Self

from attrs import define
from openapi_python_client import schema as oai
from openapi_python_client import strings
from openapi_python_client.parser.properties import AnyProperty, EnumProperty, ModelProperty
from openapi_python_client.parser.properties.boolean import BooleanProperty
from openapi_python_client.parser.properties.const import ConstProperty
from openapi_python_client.parser.properties.datetime import DateTimeProperty
from openapi_python_client.parser.properties.int import IntProperty
from openapi_python_client.parser.properties.list_property import ListProperty
from openapi_python_client.parser.properties.none import NoneProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.string import StringProperty
from openapi_python_client.parser.properties.union import UnionProperty

from tools.client_source import Source, is_secret

_SCALARS: Final[dict[type[Any], tuple[str, str]]] = {
    AnyProperty: ("Any", "ANY"),
    BooleanProperty: ("bool", "BOOLEAN"),
    DateTimeProperty: ("datetime", "MOMENT"),
    IntProperty: ("int", "INTEGER"),
    NoneProperty: ("None", "NULL"),
    StringProperty: ("str", "TEXT"),
}


@define
class _Value(PropertyProtocol):
    """A property whose value is one of the runtime's types."""

    name: Any
    required: bool
    default: Any
    python_name: Any
    description: Any
    example: Any
    title: str

    @classmethod
    def of(cls, name: oai.UntrustedString, data: oai.Schema, *, required: bool) -> Self:
        """The property of a schema."""
        return cls(
            name=name,
            required=required,
            default=None,
            python_name=strings.PythonIdentifier(name, prefix="field_"),
            description=data.description,
            example=None,
            title="" if data.title is None else data.title.get_untrusted_value(),
        )

    def convert_value(self, value: Any) -> Any:
        """There are no defaults for such values."""
        if value is not None:
            raise ValueError(f"{self.name.get_untrusted_value()}: a default is not supported here")


@define
class DecimalProperty(_Value):
    """A number with decimals."""

    _type_string: ClassVar[str] = "Decimal"


@define
class MoneyProperty(_Value):
    """A sum with its currency."""

    _type_string: ClassVar[str] = "Money"


class Types:
    """Python code for the types of the description."""

    def __init__(self, source: Source, models: Iterable[ModelProperty]) -> None:
        self._source = source
        self._models = {str(model.class_info.name): model for model in models}

    def whole(self, prop: PropertyProtocol) -> ModelProperty:
        """The model that a property holds, with its fields: a property that was made early has none yet."""
        return self._models[class_name(prop)]

    def field(self, prop: PropertyProtocol, schema: dict[str, Any]) -> str:
        """The right side of a model's field whose schema this is."""
        options = []
        if isinstance(prop, ConstProperty) and prop.required:
            options.append(f"default={prop.value.python_code.as_unembedded_code()}")
        elif not prop.required:
            options.append("default=UNSET")
        if is_secret(schema):
            options.append("repr=False")
        wire = f"metadata=wire({prop.name.get_untrusted_value()!r}, {self.codec(prop)})"
        return f"field({', '.join([*options, wire])})"

    def codec(self, prop: PropertyProtocol) -> str:  # noqa: PLR0911 - one line a kind
        """The runtime's codec of a property."""
        match prop:
            case MoneyProperty():
                return self._amount_codec(prop)
            case DecimalProperty():
                return "NUMBER"
            case DateTimeProperty():
                return "MOMENT"
            case ConstProperty():
                return f"Constant({prop.value.python_code.as_unembedded_code()})"
            case EnumProperty():
                return f"Name({prop.class_info.name})"
            case ListProperty():
                return f"List({self.codec(prop.inner_property)})"
            case ModelProperty():
                return f"Object({prop.class_info.name})"
            case UnionProperty() if all(isinstance(kind, ModelProperty) for kind in prop.inner_properties):
                return self._variants_codec(prop)
            case UnionProperty():
                return f"AnyOf(({', '.join(map(self.codec, prop.inner_properties))},))"
            case _:
                return _SCALARS[type(prop)][1]

    def _amount_codec(self, prop: MoneyProperty) -> str:
        value = self._source.schema(prop.title)["properties"]["value"]
        kinds = {kind["type"]: kind for kind in value.get("oneOf", [value])}
        if len(kinds) == 1:
            return f'Amount("{next(iter(kinds))}")'
        number = kinds["number"]
        return f'Amount(minimum=Decimal("{number["minimum"]}"), maximum=Decimal("{number["maximum"]}"))'

    def _variants_codec(self, prop: UnionProperty) -> str:
        tags: dict[str, list[tuple[str, str]]] = {}
        for model in map(self.whole, prop.inner_properties):
            for field in model.required_properties or []:
                if isinstance(field, ConstProperty):
                    value = field.value.python_code.as_unembedded_code()
                    tags.setdefault(field.name.get_untrusted_value(), []).append((value, model.class_info.name))
        if len(tags) != 1:
            raise ValueError(
                f"{prop.name.get_untrusted_value()}: its variants need one tag, of a constant text in each"
            )
        ((tag, models),) = tags.items()
        named = {name for _, name in models}
        others = [name for name in map(class_name, prop.inner_properties) if name not in named]
        if len(others) > 1:
            raise ValueError(f"{prop.name.get_untrusted_value()}: more than one variant without a tag")
        pairs = ", ".join(f"{value}: {name}" for value, name in models)
        return f"Variants({tag!r}, {{{pairs}}}{''.join(f', {name}' for name in others)})"


def annotation(prop: PropertyProtocol, *, argument: bool = False) -> str:  # noqa: PLR0911 - one line a kind
    """The type of a value, without `Unset`; what a method takes is wider than what a model holds."""
    match prop:
        case MoneyProperty():
            return "MoneyLike" if argument else "Money"
        case DecimalProperty():
            return "Decimal"
        case ConstProperty():
            return f"Literal[{prop.value.python_code.as_unembedded_code()}]"
        case EnumProperty():
            return f"{prop.class_info.name} | str" if argument else str(prop.class_info.name)
        case ListProperty():
            container = "Sequence" if argument else "list"
            return f"{container}[{annotation(prop.inner_property, argument=argument)}]"
        case ModelProperty():
            return str(prop.class_info.name)
        case UnionProperty():
            return " | ".join(annotation(kind, argument=argument) for kind in prop.inner_properties)
        case _:
            if type(prop) not in _SCALARS:
                raise ValueError(f"{prop.name.get_untrusted_value()}: no type for a {type(prop).__name__}")
            return _SCALARS[type(prop)][0]


def class_name(prop: object) -> str:
    """Name of the class of a model's property."""
    if not isinstance(prop, ModelProperty):
        raise ValueError(f"an object schema is wanted, not a {type(prop).__name__}")  # noqa: TRY004 - the description
    return str(prop.class_info.name)


def imports(props: Iterable[Any]) -> list[str]:
    """Import lines for the models and enums that properties name."""
    classes: dict[str, str] = {}

    def visit(prop: Any) -> None:
        if isinstance(prop, ModelProperty | EnumProperty):
            classes[prop.class_info.name] = prop.class_info.module_name
        elif isinstance(prop, ListProperty):
            visit(prop.inner_property)
        elif isinstance(prop, UnionProperty):
            for kind in prop.inner_properties:
                visit(kind)

    for prop in props:
        visit(prop)
    return [f"from qiwi_payin.models.{module} import {name}" for name, module in sorted(classes.items())]
