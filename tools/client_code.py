"""What the client's templates ask: models, enums, resources, notifications and names."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

from attrs import evolve, frozen
from openapi_python_client import strings
from openapi_python_client.parser import GeneratorData
from openapi_python_client.parser.openapi import Endpoint
from openapi_python_client.parser.properties import AnyProperty, EnumProperty, ModelProperty
from openapi_python_client.parser.properties.protocol import PropertyProtocol
from openapi_python_client.parser.properties.union import UnionProperty
from qiwi_payin_runtime import errors

from tools.client_source import Source, is_secret
from tools.client_texts import method_text, one_line, paragraphs, property_text, waiting_text
from tools.client_types import Types, annotation, class_name, imports
from tools.objects import METHODS

_SITE: Final = "siteId"
_STATUS_LINKS: Final = ("status", "details")
_CLIENT_NAMES: Final = (
    "Answer",
    "AsyncPayIn",
    "Attempt",
    "CallFacts",
    "CallObserver",
    "Money",
    "MoneyLike",
    "Observer",
    "Outcome",
    "PayIn",
    "UNSET",
    "Unset",
    "Verdict",
    "errors",
    "forms",
    "models",
    "notifications",
)


@frozen
class Argument:
    """An argument of a method."""

    name: str
    wire: str
    annotation: str
    required: bool
    text: str
    secret: bool = False


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
    status: str | None
    undone_while: str | None
    ids: tuple[Argument, ...]
    fields: tuple[Argument, ...]
    overloads: tuple[tuple[Argument, ...], ...]
    """The fields as each variant of one of them wants them, where a variant needs others (`x-needs`)."""
    summary: str
    docstring: str
    waits: str | None
    """Docstring of the method that waits until what this one asks for is final, where it can become so."""


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
        self._source = Source(description)
        self._data = data
        self._types = Types(self._source, data.models)

    @cached_property
    def models(self) -> list[ModelProperty]:
        """The object schemas, by name of their class."""
        return sorted(self._data.models, key=lambda model: model.class_info.name)

    @cached_property
    def enums(self) -> list[EnumProperty]:
        """The lists of names, by name of their class."""
        enums = [enum for enum in self._data.enums if isinstance(enum, EnumProperty)]
        return sorted(enums, key=lambda enum: enum.class_info.name)

    @cached_property
    def _outcomes(self) -> dict[str, dict[str, str]]:
        """What the description says of final values, by the name of the enum's class."""
        return {
            str(prop.class_info.name): schema["x-outcomes"]
            for model in self.models
            for prop, schema in self._described(model)
            if isinstance(prop, EnumProperty) and "x-outcomes" in schema
        }

    @cached_property
    def resources(self) -> list[Resource]:
        """The tags that have operations, in the order of the description."""
        return [self._resource(tag) for tag in self._source.description["tags"]]

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

    def outcomes(self, enum: EnumProperty) -> dict[str, str]:
        """For each final value of a list of statuses whether it is a success or a failure."""
        return self._outcomes.get(str(enum.class_info.name), {})

    def enum_text(self, enum: EnumProperty) -> str:
        """What a list of names says about itself."""
        text = "" if enum.description is None else enum.description.get_untrusted_value()
        return one_line(text) or f"Values of `{enum.name.get_untrusted_value().removesuffix('_item')}`."

    @property
    def default_base_url(self) -> str:
        """The first server."""
        return str(self._source.description["servers"][0]["url"])

    @property
    def title(self) -> str:
        """Title of the description."""
        return str(self._source.description["info"]["title"])

    @cached_property
    def notifications(self) -> list[dict[str, Any]]:
        """For each webhook its type, model and rule of signature."""
        found = []
        for name, item in self._source.description["webhooks"].items():
            operation = item["post"]
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            signature = operation["x-signature"]
            found.append(
                {
                    "type": name,
                    "model": self._class_of(schema),
                    "summary": operation["summary"],
                    "header": signature["header"],
                    "fields": signature["fields"],
                    "identity": operation["x-identity"],
                    "separator": signature["separator"],
                    "algorithm": signature["algorithm"].removeprefix("HMAC-").lower(),
                }
            )
            if signature["encoding"] != "hex" or not signature["algorithm"].startswith("HMAC-"):
                raise ValueError(f"webhook {name}: the runtime signs by HMAC in hexadecimal digits only")
        return found

    @property
    def sender_networks(self) -> list[str]:
        """The networks that notifications come from."""
        return list(self._source.description["x-senders"]["networks"])

    @property
    def form(self) -> dict[str, Any]:
        """What the links to the payment form may hold."""
        return dict(self._source.description["x-form"])

    def fields(self, model: ModelProperty) -> Iterator[tuple[str, str, str, str]]:
        """Name, type, right side and text of each field, in the order of the description."""
        for prop, schema in self._described(model):
            type_ = annotation(prop) + ("" if prop.required else " | Unset")
            yield str(prop.python_name), type_, self._types.field(prop, schema), property_text(schema)

    def _described(self, model: ModelProperty) -> Iterator[tuple[PropertyProtocol, dict[str, Any]]]:
        present = {prop.name.get_untrusted_value(): prop for prop in _properties(model)}
        for wire, schema in self._source.properties(self.schema(model)).items():
            yield present[wire], schema

    def rest(self, model: ModelProperty) -> tuple[str, str] | None:
        """Type and codec of the fields that are not described, where the description says what they are."""
        prop = model.additional_properties
        if prop is None or isinstance(prop, AnyProperty):
            return None
        return annotation(prop), self._types.codec(prop)

    def sums(self, model: ModelProperty) -> dict[str, str] | None:
        """Python code for the sums that decide on a model's outcome, by their role; None where it has no outcome."""
        places = self.schema(model).get("x-sums")
        return None if places is None else {role: _sums_at(place) for role, place in places.items()}

    def schema(self, model: ModelProperty) -> dict[str, Any]:
        """The model's schema in the description."""
        title = model.data.title
        return {} if title is None else self._source.schema(title.get_untrusted_value())

    def imports(self, model: ModelProperty) -> list[str]:
        """Import lines for the classes that a model's fields name."""
        return imports([*_properties(model), model.additional_properties])

    def docstring(self, *texts: str, indent: int = 4) -> str:
        """Paragraphs as a docstring's inside, wrapped."""
        return paragraphs(texts, indent).strip()

    def _class_of(self, reference: dict[str, Any]) -> str:
        title = self._source.resolved(reference)["title"]
        return next(str(model.class_info.name) for model in self.models if self.schema(model).get("title") == title)

    def _resource(self, tag: dict[str, Any]) -> Resource:
        endpoints = {
            str(endpoint.name): endpoint
            for collection in self._data.endpoint_collections_by_tag.values()
            for endpoint in collection.endpoints
        }
        methods = []
        used: list[PropertyProtocol] = []
        for path, item in self._source.description["paths"].items():
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
            imports=tuple(imports(used)),
        )

    def _method(self, path: str, verb: str, item: dict[str, Any], endpoint: Endpoint) -> Method:
        operation = item[verb]
        answer = _answer(endpoint)
        outcomes = self._outcomes_of(answer) if verb == "get" else {}
        fields = tuple(self._arguments(endpoint))
        ids = tuple(
            Argument(
                name=str(prop.python_name),
                wire=prop.name.get_untrusted_value(),
                annotation=annotation(prop),
                required=True,
                text=next(
                    one_line(parameter["description"])
                    for parameter in map(self._source.resolved, item["parameters"])
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
            answer_type="None" if answer is None else annotation(answer),
            answer_codec=None if answer is None else self._types.codec(answer),
            request=class_name(endpoint.bodies[0].prop) if endpoint.bodies else None,
            status=_status(operation),
            undone_while=operation.get("x-undone-while"),
            ids=ids,
            fields=fields,
            overloads=tuple(self._overloads(endpoint, fields)),
            summary=one_line(operation["summary"]),
            docstring=method_text(self._source, verb, operation, _documented(ids, fields)),
            waits=waiting_text(self._source, operation, _documented(ids, ()), outcomes) if outcomes else None,
        )

    def _outcomes_of(self, answer: PropertyProtocol | None) -> dict[str, str]:
        """The final values of the `status.value` of what an operation answers with."""
        for name in ("status", "value"):
            if not isinstance(answer, ModelProperty):
                return {}
            inner = {prop.name.get_untrusted_value(): prop for prop in _properties(self._types.whole(answer))}
            answer = inner.get(name)
        return self.outcomes(answer) if isinstance(answer, EnumProperty) else {}

    def _used(self, endpoint: Endpoint) -> Iterator[PropertyProtocol]:
        answer = _answer(endpoint)
        if answer is not None:
            yield answer
        for body in endpoint.bodies:
            yield body.prop
            yield from _properties(self._types.whole(body.prop))

    def _arguments(self, endpoint: Endpoint) -> Iterator[Argument]:
        for body in endpoint.bodies:
            model = self._types.whole(body.prop)
            schemas = self._source.properties(self.schema(model))
            for prop in _properties(model):
                wire = prop.name.get_untrusted_value()
                yield Argument(
                    name=str(prop.python_name),
                    wire=wire,
                    annotation=annotation(prop, argument=True) + ("" if prop.required else " | Unset"),
                    required=prop.required,
                    text=property_text(schemas[wire]),
                    secret=is_secret(schemas[wire]),
                )

    def _overloads(self, endpoint: Endpoint, fields: tuple[Argument, ...]) -> Iterator[tuple[Argument, ...]]:
        for prop in [prop for body in endpoint.bodies for prop in _properties(self._types.whole(body.prop))]:
            kinds = prop.inner_properties if isinstance(prop, UnionProperty) else []
            models = [kind for kind in kinds if isinstance(kind, ModelProperty)]
            needs = [self.schema(self._types.whole(model)).get("x-needs", []) for model in models]
            if unknown := {name for names in needs for name in names} - {argument.wire for argument in fields}:
                raise ValueError(f"x-needs names what the request does not have: {', '.join(sorted(unknown))}")
            if any(needs):
                wire = prop.name.get_untrusted_value()
                for model, names in zip(models, needs, strict=True):
                    yield tuple(_narrowed(argument, wire, annotation(model), names) for argument in fields)


def _narrowed(argument: Argument, wire: str, type_: str, needs: list[str]) -> Argument:
    if argument.wire in needs:
        return evolve(argument, annotation=argument.annotation.removesuffix(" | Unset"), required=True)
    return evolve(argument, annotation=type_) if argument.wire == wire else argument


def _documented(ids: tuple[Argument, ...], fields: tuple[Argument, ...]) -> Iterator[tuple[str, str]]:
    """Names and texts of a method's arguments, in the order of its signature."""
    for argument in (*ids, *fields):
        if argument.wire != _SITE:
            yield argument.name, argument.text
    for argument in ids:
        if argument.wire == _SITE:
            yield argument.name, f"{argument.text} The client's own site where it is None."
    yield "timeout", "Seconds that each wait for the server may last. The client's own where it is None, as below."
    yield "deadline", "Seconds that the call may last with all its attempts and pauses."
    yield "retries", "How often it may be repeated."
    yield "headers", "Further headers, added to the client's."


def _status(operation: dict[str, Any]) -> str | None:
    """The operation that asks what became of a change: the description links the two."""
    links = {name: link for answer in operation["responses"].values() for name, link in answer.get("links", {}).items()}
    found = [links[name]["operationId"] for name in _STATUS_LINKS if name in links]
    return found[0] if found else None


def _sums_at(place: str) -> str:
    """Code for the sums at a place: a property, or one of each item of a list."""
    *around, last = [strings.PythonIdentifier(name, prefix="field_") for name in place.split(".")]
    return f"[each.{last} for each in self.{around[0]}]" if around else f"[self.{last}]"


def _properties(model: ModelProperty) -> list[PropertyProtocol]:
    return [*(model.required_properties or []), *(model.optional_properties or [])]


def _answer(endpoint: Endpoint) -> PropertyProtocol | None:
    for response in endpoint.responses.patterns:
        if response.status_code.range == (200, 200):
            return response.prop
    return None
