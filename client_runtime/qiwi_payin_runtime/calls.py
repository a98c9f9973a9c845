"""Calls as pure functions: from arguments to a request, from an answer to an object or an error."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from attr import field, frozen

from qiwi_payin_runtime.codecs import AmountForm, Codec, Mismatch, kind
from qiwi_payin_runtime.errors import (
    AnswerInvalid,
    AnswerLost,
    APIError,
    CallError,
    NotSent,
    OutcomeUnknown,
    api_error_class,
)
from qiwi_payin_runtime.jsontext import is_list, is_object, json_text, parse_json
from qiwi_payin_runtime.models import Model, secret_arguments, write_fields
from qiwi_payin_runtime.money import Money, as_money

T = TypeVar("T")

_SAFE_METHODS: Final = frozenset({"GET", "HEAD"})
_CARD_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])")
_WORD_START: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONGEST_SEGMENT: Final = 8_000
"""Characters. httpx takes no address of more than 65536."""
_SHORT: Final = 8
"""Shorter secrets, such as a CVV, are hidden only where they stand alone, so that other numbers stay readable."""


@frozen
class Operation(Generic[T]):
    """One operation, as the description has it; `T` is what it answers with."""

    id: str
    method: str
    path: str
    answer: Codec | None = None
    request: type[Model] | None = None
    status: str | None = None
    """Id of the operation that asks, with the same ids, what became of this one."""
    undone_while: str | None = None
    """Status that the object keeps for as long as this operation has not happened to it."""

    @property
    def is_question(self) -> bool:
        """Whether the operation changes nothing, so that a lost answer does no harm."""
        return self.method in _SAFE_METHODS

    @property
    def is_repeatable(self) -> bool:
        """Whether doing it twice is doing it once, with the same answer: a question, or an object with our id."""
        return self.method in _SAFE_METHODS or self.method == "PUT"


@frozen
class Call(Generic[T]):
    """An operation with its arguments, ready to be sent."""

    operation: Operation[T]
    ids: Mapping[str, str]
    path: str
    """The path with its ids, percent-encoded."""
    content: bytes | None = field(repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    amount: Money | None = None

    def hiding(self, secret: str) -> "Call[T]":
        """The same call, whose errors do not repeat this text either."""
        return Call(self.operation, self.ids, self.path, self.content, (*self.secrets, secret), self.amount)

    def not_sent(self, problem: str, *, timed_out: bool = False) -> NotSent:
        """The error for a request of which no byte was sent."""
        return NotSent(f"not sent: {self._masked(problem)}", timed_out=timed_out, **self._names())

    def lost(self, problem: str, *, timed_out: bool = False) -> AnswerLost:
        """The error for a request that was sent, or a part of it, and has no answer."""
        return AnswerLost(f"no answer: {self._masked(problem)}", timed_out=timed_out, **self._names())

    def unknown(self, problem: str, reason: CallError | None) -> OutcomeUnknown:
        """The error for a change of which nobody knows whether it happened."""
        return OutcomeUnknown(
            problem,
            reason=reason,
            amount=self.amount,
            timed_out=reason is not None and reason.timed_out,
            **self._names(),
        )

    def read(self, status: int, headers: Mapping[str, str], content: bytes) -> T | CallError:
        """The object that the answer holds, or the error that it means.

        Errors are given and not raised, because what collects errors also collects the variables of the functions that
        raised them, and here these are the answer. It is an `APIError` where the API refused or failed, and
        `AnswerInvalid` where the answer cannot be understood.
        """
        if status >= APIError.statuses.start:
            return self._refusal(status, headers, content)
        answer: Any = None
        problem = f"unexpected status {status}" if status not in range(200, 300) else ""
        if not problem and self.operation.answer is not None:
            try:
                answer = self.operation.answer.read(_body(content))
            except ValueError as mismatch:
                problem = f"status {status}, but {mismatch}"
        if problem:
            return AnswerInvalid(problem, status=status, **self._names())
        result: T = answer
        return result

    def _refusal(self, status: int, headers: Mapping[str, str], content: bytes) -> APIError:
        try:
            body = parse_json(content)
        except ValueError:
            body = None
        said: Mapping[str, Any] = body if is_object(body) else {}
        texts = {name: self._text(said.get(name)) for name in ("errorCode", "description", "userMessage")}
        # Support is told this one, and it may be digits alone: hidden in it is what was sent, or is a card's for sure.
        trace_id = said.get("traceId")
        texts["traceId"] = self._masked(trace_id, _passes_luhn) if isinstance(trace_id, str) else None
        causes: Mapping[str, Any] = blamed if is_object(blamed := said.get("cause")) else {}
        cause = {
            self._masked(name): [text for item in (items if is_list(items) else [items]) if (text := self._text(item))]
            for name, items in causes.items()
        }
        summary = [str(status), *filter(None, (texts["errorCode"], texts["description"]))]
        summary += [f"{name}: {', '.join(items)}" for name, items in cause.items()]
        trace = f" (trace id {texts['traceId']})" if texts["traceId"] else ""
        return api_error_class(status)(
            "; ".join(summary) + trace,
            status=status,
            error_code=texts["errorCode"],
            description=texts["description"],
            user_message=texts["userMessage"],
            cause=cause,
            trace_id=texts["traceId"],
            service_name=self._text(said.get("serviceName")),
            retry_after=self._text(headers.get("retry-after")),
            **self._names(),
        )

    def _names(self) -> dict[str, Any]:
        operation = self.operation
        return {"operation": operation.id, "method": operation.method, "path": operation.path, "ids": self.ids}

    def _text(self, value: object) -> str | None:
        return self._masked(value) if isinstance(value, str) else None

    def _masked(self, text: str, is_card: Callable[[str], bool] = bool) -> str:
        """Text of others that may be shown: it may repeat what was sent, or card numbers."""
        for secret in sorted({*self.secrets} - {""}, key=len, reverse=True):
            alone = rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])"
            text = re.sub(alone if len(secret) < _SHORT else re.escape(secret), "***", text)
        return _CARD_NUMBER.sub(lambda found: _stars(found[0]) if is_card(found[0]) else found[0], text)


def _stars(number: str) -> str:
    return f"{number[:6]}******{number[-4:]}"


def _passes_luhn(number: str) -> bool:
    digits = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number))]
    return sum(digit // 10 + digit % 10 for digit in digits) % 10 == 0


def build(
    operation: Operation[T],
    ids: Mapping[str, str],
    body: Mapping[str, Any] | None,
    *,
    amounts: AmountForm,
) -> Call[T]:
    """Make a call of an operation and its arguments.

    Args:
        operation: what to do.
        ids: value for each name of the path template.
        body: value for each field of the request model, by its Python name; `UNSET` fields are left out.
        amounts: how sums stand in the body.

    Raises:
        ValueError: an id is no text, empty or made of dots, or a field breaks a rule; the message names it.
    """
    path = operation.path.format(**{name: _segment(name, value) for name, value in ids.items()})
    content: bytes | None = None
    secrets: tuple[str, ...] = ()
    amount: Money | None = None
    if operation.request is not None and body is not None:
        content = json_text(write_fields(operation.request, body, amounts)).encode("ascii")
        secrets = tuple(secret_arguments(operation.request, body))
        if body.get("amount"):
            amount = as_money(body["amount"])
    return Call(operation, dict(ids), path, content, secrets, amount)


def _segment(name: str, value: object) -> str:
    """An id as one segment of a path; a mismatch names the argument, as those of fields do."""
    name = _WORD_START.sub("_", name).lower()
    if not isinstance(value, str):
        raise Mismatch(f"text is wanted, not {kind(value)}", name)
    if not value.strip("."):
        raise Mismatch("a text that is not empty and not only dots is wanted", name)
    try:
        segment = quote(value, safe="~:")
    except UnicodeEncodeError:
        raise Mismatch("a text of whole characters is wanted, not halves of surrogate pairs", name) from None
    if len(segment) > _LONGEST_SEGMENT:
        raise Mismatch("a text that fits into an address is wanted", name)
    return segment


def _body(content: bytes) -> Any:
    if not content.strip():
        raise Mismatch("the body is empty")
    try:
        return parse_json(content)
    except ValueError as error:
        raise Mismatch(f"the body is {error}") from None
