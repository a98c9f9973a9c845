"""What the client's templates ask: types, codecs and texts for the parts of the description.

openapi-python-client drops what it has no use for (extensions, texts beside a reference, webhooks, links), so texts and
extensions are looked up in the description itself, by the title that each of its object schemas has.
"""

import textwrap
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, ClassVar, Self

from attrs import define, frozen
from openapi_python_client import schema as oai
from openapi_python_client import strings
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
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
from qiwi_payin_runtime import errors

from tools.objects import METHODS, at, tokens_of

_WIDTH = 100
_CLIENT_NAMES = ("AsyncPayIn", "Money", "MoneyLike", "PayIn", "UNSET", "Unset", "errors", "models", "notifications")
_STATUSES_OF_THE_API = range(400, 500)


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


@frozen
class Argument:
    """An argument of a method."""

    name: str
    wire: str
    annotation: str
    required: bool
    text: str


@frozen
class Method:
    """A method of a resource: one operation."""

    name: str
    constant: str
    operation_id: str
    verb: str
    path: str
    answer_type: str
    answer_codec: str | None
    request: str | None
    ids: tuple[Argument, ...]
    fields: tuple[Argument, ...]
    docstring: str


@frozen
class Resource:
    """The methods of one tag."""

    module: str
    class_name: str
    text: str
    methods: tuple[Method, ...]
    imports: tuple[str, ...]


class Code:
    """The description as the templates see it."""

    def __init__(self, description: dict[str, Any], data: GeneratorData) -> None:
        self._description = description
        self._data = data
        self._schemas = {
            schema["title"]: schema
            for schema in _objects(description["components"]["schemas"])
            if isinstance(schema.get("title"), str)
        }

    @cached_property
    def models(self) -> list[ModelProperty]:
        """The object schemas, by name of their class."""
        return sorted(self._data.models, key=lambda model: model.class_info.name)

    @cached_property
    def _models(self) -> dict[str, ModelProperty]:
        return {model.class_info.name: model for model in self.models}

    @cached_property
    def enums(self) -> list[EnumProperty]:
        """The lists of names, by name of their class."""
        enums = [enum for enum in self._data.enums if isinstance(enum, EnumProperty)]
        return sorted(enums, key=lambda enum: enum.class_info.name)

    @cached_property
    def resources(self) -> list[Resource]:
        """The tags that have operations, in the order of the description."""
        return [self._resource(tag) for tag in self._description["tags"]]

    @property
    def classes(self) -> list[tuple[str, str]]:
        """Name and module of each model and enum."""
        found: list[ModelProperty | EnumProperty] = [*self.models, *self.enums]
        return sorted((str(item.class_info.name), str(item.class_info.module_name)) for item in found)

    @property
    def error_names(self) -> list[str]:
        """The runtime's error classes."""
        tree = [errors.PayInError]
        for parent in tree:
            tree += [child for child in parent.__subclasses__() if child not in tree]
        return sorted(kind.__name__ for kind in tree)

    @property
    def public_names(self) -> list[str]:
        """What the package exports."""
        names = {*_CLIENT_NAMES, *self.error_names, *(name for name, _ in self.classes)}
        if len(names) != len(_CLIENT_NAMES) + len(self.error_names) + len(self.classes):
            raise ValueError("a schema has the name of an error or of another public class")
        return sorted(names)

    def enum_text(self, enum: EnumProperty) -> str:
        """What a list of names says about itself."""
        text = "" if enum.description is None else enum.description.get_untrusted_value()
        return " ".join(text.split()) or f"Values of `{enum.name.get_untrusted_value().removesuffix('_item')}`."

    @property
    def default_base_url(self) -> str:
        """The first server."""
        return str(self._description["servers"][0]["url"])

    @property
    def title(self) -> str:
        """Title of the description."""
        return str(self._description["info"]["title"])

    @cached_property
    def notifications(self) -> list[dict[str, Any]]:
        """For each webhook its type, model and rule of signature."""
        found = []
        for name, item in self._description["webhooks"].items():
            operation = item["post"]
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            signature = operation["x-signature"]
            found.append(
                {
                    "type": name,
                    "model": self._class_of(schema["$ref"]),
                    "summary": operation["summary"],
                    "header": signature["header"],
                    "fields": signature["fields"],
                    "separator": signature["separator"],
                    "algorithm": signature["algorithm"].removeprefix("HMAC-").lower(),
                }
            )
            if signature["encoding"] != "hex" or not signature["algorithm"].startswith("HMAC-"):
                raise ValueError(f"webhook {name}: the runtime signs by HMAC in hexadecimal digits only")
        return found

    def annotation(self, prop: PropertyProtocol) -> str:
        """The type of a model's field, `Unset` included where it is optional."""
        return self._type(prop) + ("" if prop.required else " | Unset")

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

    def field(self, prop: PropertyProtocol, schema: dict[str, Any]) -> str:
        """The right side of a model's field."""
        wire = prop.name.get_untrusted_value()
        options = []
        if isinstance(prop, ConstProperty) and prop.required:
            options.append(f"default={prop.value.python_code.as_unembedded_code()}")
        elif not prop.required:
            options.append("default=UNSET")
        if self._is_secret(self.property_schema(schema, wire)):
            options.append("repr=False")
        return f"field({', '.join([*options, f'metadata=wire({wire!r}, {self.codec(prop)})'])})"

    def fields(self, model: ModelProperty) -> Iterator[tuple[str, str, str, str]]:
        """Name, type, right side and text of each field, in the order of the description."""
        schema = self.schema(model)
        present = {
            prop.name.get_untrusted_value(): prop
            for prop in [*(model.required_properties or []), *(model.optional_properties or [])]
        }
        for wire in sorted(present, key=list(self._properties(schema)).index):
            prop = present[wire]
            text = self._text(schema, wire)
            yield str(prop.python_name), self.annotation(prop), self.field(prop, schema), text

    def rest(self, model: ModelProperty) -> tuple[str, str] | None:
        """Type and codec of the fields that are not described, where the description says what they are."""
        prop = model.additional_properties
        if prop is None or isinstance(prop, AnyProperty):
            return None
        return self._type(prop), self.codec(prop)

    def schema(self, model: ModelProperty) -> dict[str, Any]:
        """The model's schema in the description."""
        if model.data.title is None:
            return {"properties": {}}
        return self._schemas[model.data.title.get_untrusted_value()]

    def imports(self, model: ModelProperty) -> list[str]:
        """Import lines for the classes that a model's fields name."""
        props = [*(model.required_properties or []), *(model.optional_properties or [])]
        if model.additional_properties is not None:
            props.append(model.additional_properties)
        return _imports(props, "qiwi_payin.models.")

    def property_schema(self, schema: dict[str, Any], wire: str) -> dict[str, Any]:
        """The schema of a property, with what stands beside its reference laid over what it refers to."""
        return self._resolved(self._properties(schema)[wire])

    def docstring(self, *paragraphs: str, indent: int = 4) -> str:
        """Paragraphs as a docstring's inside, wrapped."""
        return _paragraphs(paragraphs, indent).strip()

    def _properties(self, schema: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in schema.get("allOf", []):
            found |= self._properties(self._resolved(part))
        found |= schema.get("properties", {})
        return found

    def _resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        if "$ref" not in schema:
            return schema
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        target: dict[str, Any] = at(self._description, tokens_of(schema["$ref"].removeprefix("#")))
        return self._resolved(target) | beside

    def _is_secret(self, schema: dict[str, Any]) -> bool:
        return bool(schema.get("writeOnly") or schema.get("x-secret"))

    def _class_of(self, reference: str) -> str:
        return next(
            model.class_info.name
            for model in self.models
            if model.data.title is not None
            and model.data.title.get_untrusted_value() == self._resolved({"$ref": reference})["title"]
        )

    def _text(self, schema: dict[str, Any], wire: str) -> str:
        found = self.property_schema(schema, wire)
        limits = []
        if "minLength" in found and "maxLength" in found:
            limits.append(f"{found['minLength']} to {found['maxLength']} characters.")
        elif "maxLength" in found:
            limits.append(f"At most {found['maxLength']} characters.")
        return " ".join([" ".join(str(found.get("description", "")).split()), *limits]).strip()

    def _whole(self, prop: PropertyProtocol) -> ModelProperty:
        # A property that was made from a reference before its model was read does not have the model's fields.
        return self._models[_class_name(prop)]

    def _amount_codec(self, prop: MoneyProperty) -> str:
        value = self._schemas[prop.title]["properties"]["value"]
        kinds = {kind["type"]: kind for kind in value.get("oneOf", [value])}
        if len(kinds) == 1:
            return f'Amount("{next(iter(kinds))}")'
        number = kinds["number"]
        return f'Amount(minimum=Decimal("{number["minimum"]}"), maximum=Decimal("{number["maximum"]}"))'

    def _variants_codec(self, prop: UnionProperty) -> str:
        tags: dict[str, list[tuple[str, str]]] = {}
        for model in map(self._whole, prop.inner_properties):
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
        others = [name for name in map(_class_name, prop.inner_properties) if name not in named]
        if len(others) > 1:
            raise ValueError(f"{prop.name.get_untrusted_value()}: more than one variant without a tag")
        pairs = ", ".join(f"{value}: {name}" for value, name in models)
        return f"Variants({tag!r}, {{{pairs}}}{''.join(f', {name}' for name in others)})"

    def _type(self, prop: PropertyProtocol, *, argument: bool = False) -> str:  # noqa: PLR0911 - one line a kind
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
                return f"{container}[{self._type(prop.inner_property, argument=argument)}]"
            case ModelProperty():
                return str(prop.class_info.name)
            case UnionProperty():
                return " | ".join(self._type(kind, argument=argument) for kind in prop.inner_properties)
            case _:
                if type(prop) not in _SCALARS:
                    raise ValueError(f"{prop.name.get_untrusted_value()}: no type for a {type(prop).__name__}")
                return _SCALARS[type(prop)][0]

    def _resource(self, tag: dict[str, Any]) -> Resource:
        endpoints = {
            str(endpoint.name): endpoint
            for collection in self._data.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
        }
        methods = []
        used: list[PropertyProtocol] = []
        for path, item in self._description["paths"].items():
            for verb, operation in item.items():
                if verb in METHODS and operation["tags"] == [tag["name"]]:
                    endpoint = endpoints[strings.PythonIdentifier(operation["operationId"], prefix="field_")]
                    methods.append(self._method(path, verb, item, endpoint))
                    used += self._used(endpoint)
        return Resource(
            module=strings.PythonIdentifier(tag["name"], prefix="field_"),
            class_name=strings.ClassName(tag["name"], prefix="field_"),
            text=tag["description"],
            methods=tuple(methods),
            imports=tuple(_imports(used, "qiwi_payin.models.")),
        )

    def _method(self, path: str, verb: str, item: dict[str, Any], endpoint: Endpoint) -> Method:
        operation = item[verb]
        answer = _answer(endpoint)
        fields = tuple(self._arguments(endpoint))
        ids = tuple(
            Argument(
                name=str(prop.python_name),
                wire=prop.name.get_untrusted_value(),
                annotation=self._type(prop),
                required=True,
                text=next(
                    " ".join(parameter["description"].split())
                    for parameter in map(self._resolved, item["parameters"])
                    if parameter["name"] == prop.name.get_untrusted_value()
                ),
            )
            for prop in endpoint.path_parameters
        )
        name = str(endpoint.name).removeprefix(f"{operation['tags'][0]}_")
        return Method(
            name=name,
            constant=str(endpoint.name).upper(),
            operation_id=operation["operationId"],
            verb=verb.upper(),
            path=path,
            answer_type="None" if answer is None else self._type(answer),
            answer_codec=None if answer is None else self.codec(answer),
            request=_class_name(endpoint.bodies[0].prop) if endpoint.bodies else None,
            ids=ids,
            fields=fields,
            docstring=self._method_text(operation, ids, fields),
        )

    def _used(self, endpoint: Endpoint) -> Iterator[PropertyProtocol]:
        answer = _answer(endpoint)
        if answer is not None:
            yield answer
        for body in endpoint.bodies:
            yield body.prop
            yield from self._whole(body.prop).required_properties or []
            yield from self._whole(body.prop).optional_properties or []

    def _arguments(self, endpoint: Endpoint) -> Iterator[Argument]:
        for body in endpoint.bodies:
            model = self._whole(body.prop)
            schema = self.schema(model)
            for prop in [*(model.required_properties or []), *(model.optional_properties or [])]:
                wire = prop.name.get_untrusted_value()
                yield Argument(
                    name=str(prop.python_name),
                    wire=wire,
                    annotation=self._type(prop, argument=True) + ("" if prop.required else " | Unset"),
                    required=prop.required,
                    text=self._text(schema, wire),
                )

    def _method_text(self, operation: dict[str, Any], ids: Iterable[Argument], fields: Iterable[Argument]) -> str:
        site = next(argument for argument in ids if argument.wire == "siteId")
        arguments = [
            *((argument.name, argument.text) for argument in ids if argument is not site),
            *((argument.name, argument.text) for argument in fields),
            (site.name, f"{site.text} The client's own site where it is None."),
            ("timeout", "Seconds that each wait for the server may last; the client's own where it is None."),
        ]
        question = operation.get("requestBody") is None and "204" not in operation["responses"]
        raises = [
            ("ValueError", "An argument breaks a rule; nothing was sent."),
            ("NotSent", "No connection; nothing was sent."),
            ("AnswerLost", "No answer came; nothing was changed.")
            if question
            else ("OutcomeUnknown", "It was sent and may have happened: the answer is lost or broken, or 5xx."),
        ]
        for status, response in operation["responses"].items():
            code = int(status)
            if code in _STATUSES_OF_THE_API:
                text = " ".join(self._resolved(response)["description"].split())
                raises.append((errors.api_error_class(code).__name__, f"{status}. {text}"))
        lines = [
            _paragraphs([f"{operation['summary']}.", *operation["description"].strip().split("\n\n")], 8),
            "",
            "        Args:",
            *(_item(name, text) for name, text in arguments),
            "",
            "        Raises:",
            *(_item(name, text) for name, text in raises),
        ]
        if question:
            lines.append(_item("AnswerInvalid", "The answer is not what the description says."))
            lines.append(_item("ServerError", "5xx. The server failed."))
        lines += ["", _paragraphs([_basis(operation)], 8)]
        return "\n".join(lines).strip()


_SCALARS: dict[type[Any], tuple[str, str]] = {
    AnyProperty: ("Any", "ANY"),
    BooleanProperty: ("bool", "BOOLEAN"),
    DateTimeProperty: ("datetime", "MOMENT"),
    IntProperty: ("int", "INTEGER"),
    NoneProperty: ("None", "NULL"),
    StringProperty: ("str", "TEXT"),
}


def _class_name(prop: object) -> str:
    if not isinstance(prop, ModelProperty):
        raise ValueError(f"an object schema is wanted, not a {type(prop).__name__}")  # noqa: TRY004 - the description
    return str(prop.class_info.name)


def _answer(endpoint: Endpoint) -> PropertyProtocol | None:
    for response in endpoint.responses.patterns:
        if response.status_code.range == (200, 200):
            return response.prop
    return None


def _imports(props: Iterable[Any], prefix: str) -> list[str]:
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
    return [f"from {prefix}{module} import {name}" for name, module in sorted(classes.items())]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from _objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from _objects(item)


def _basis(operation: dict[str, Any]) -> str:
    parts = [f"Basis: {operation['x-basis']}."]
    if operation.get("x-statements"):
        parts.append(f"Statements: {', '.join(operation['x-statements'])}.")
    if operation.get("x-sources"):
        parts.append(f"Sources: {', '.join(operation['x-sources'])}.")
    return " ".join(parts)


def _paragraphs(texts: Iterable[str], indent: int) -> str:
    margin = " " * indent
    return "\n\n".join(_wrapped(" ".join(text.split()), margin, margin) for text in texts if text)


def _item(name: str, text: str) -> str:
    return _wrapped(f"{name}: {text}", " " * 12, " " * 16)


def _wrapped(text: str, first: str, margin: str) -> str:
    return textwrap.fill(
        strings.safe_for_docstring(text),
        width=_WIDTH + len(first),
        initial_indent=first,
        subsequent_indent=margin,
        break_long_words=False,
        break_on_hyphens=False,
    )
