"""Request bodies against the schemas of the description. What is answered names fields and rules, never values."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from qiwi_payin_sandbox.http.errors import FieldsError
from qiwi_payin_sandbox.operations.call import amount_faults

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

_SUMS = ("amount", "settlementAmount")
_RULES = {
    "const": "Must be {expected_value}",
    "enum": "Must be one of: {options}",
    "exclusiveMaximum": "Must be less than {limit}",
    "exclusiveMinimum": "Must be more than {limit}",
    "format": "Must have the format {format}",
    "maxItems": "Has too many items, {limit} at most",
    "maxLength": "Is too long, {limit} characters at most",
    "maxProperties": "Has too many fields, {limit} at most",
    "maximum": "Must be {limit} at most",
    "minItems": "Has too few items, {limit} at least",
    "minLength": "Is too short, {limit} characters at least",
    "minProperties": "Has too few fields, {limit} at least",
    "minimum": "Must be {limit} at least",
    "pattern": "Must have the form {pattern}",
    "required": "Is required",
    "type": "Must be of type {types}",
}
_OTHER_RULE = "Is not valid"
_UNKNOWN = "Is not known"


class Schema:
    """A schema of the description, compiled when it is first needed: a start needs none, a test a few.

    Args:
        schema: The schema, with all that its references lead to.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._schema = schema

    @cached_property
    def is_valid(self) -> Callable[[Any], bool]:
        """Tells whether a value is valid."""
        return self._compiled.is_valid

    @cached_property
    def iter_errors(self) -> Callable[[Any], Iterable[Any]]:
        """Tells what is wrong with a value."""
        return self._compiled.iter_errors

    def broken_rules(self, value: Any) -> list[str]:
        """Return the rules that a value without fields breaks, with nothing of the value."""
        return list(dict.fromkeys(_text(error.kind) for error in self.iter_errors(value)))

    @cached_property
    def _compiled(self) -> "Draft202012Validator":
        import jsonschema_rs  # noqa: PLC0415 - a start does without

        return jsonschema_rs.Draft202012Validator(self._schema, validate_formats=True)


class BodyValidator:
    """Checks the bodies of one operation.

    Args:
        schema: The schema of the body.
    """

    def __init__(self, schema: Schema) -> None:
        self._validator = schema

    def check(self, body: dict[str, Any]) -> None:
        """Check a body.

        Raises:
            FieldsError: It breaks a rule; `cause` is empty where no single field is to blame.
        """
        cause = amount_faults(body)
        if self._validator.is_valid(body):
            if cause:
                raise FieldsError(cause)
            return
        for field, text in _faults(self._validator.iter_errors(body)):
            if not field or (field in _SUMS and field in cause):
                continue
            texts = cause.setdefault(field, [])
            if text not in texts:
                texts.append(text)
        raise FieldsError(cause)


def _faults(errors: Any) -> list[tuple[str, str]]:
    found = []
    for error in errors:
        kind = error.kind.name
        path = [part for part in error.instance_path if isinstance(part, str)]
        if kind == "oneOf" and (inner := _meant_branch(error)):
            found += _faults(inner)
            continue
        if kind == "additionalProperties":
            found += [(_field_name([*path, name]), _UNKNOWN) for name in error.kind.as_dict()["unexpected"]]
            continue
        if kind == "required":
            path.append(error.kind.as_dict()["property"])
        found.append((_field_name(path), _text(error.kind)))
    return found


def _text(kind: Any) -> str:
    """Return the rule that is broken, with what the schema says of it and nothing of what was sent."""
    said = {
        name: " or ".join(map(str, value)) if name == "types" else ", ".join(map(str, value))
        for name, value in kind.as_dict().items()
        if isinstance(value, list) and name in {"types", "options"}
    }
    return _RULES.get(kind.name, _OTHER_RULE).format_map(kind.as_dict() | said)


def _meant_branch(error: Any) -> list[Any]:
    """Return the faults under the alternative whose `type` was sent, none where that cannot be told."""
    branches = [
        branch
        for branch in error.kind.as_dict().get("context", ())
        if branch and not any(inner.kind.name in {"const", "type"} for inner in branch)
    ]
    return list(branches[0]) if len(branches) == 1 else []


def _field_name(path: list[str]) -> str:
    """Return the name in `cause`: sums as a whole, fields of the payment method by their own name, others dotted."""
    if path and path[0] in _SUMS:
        return path[0]
    if len(path) > 1 and path[0] == "paymentMethod":
        return ".".join(path[1:])
    return ".".join(path)
