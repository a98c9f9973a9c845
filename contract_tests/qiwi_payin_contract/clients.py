"""The client as one more party to the contract: what it sends, and what it makes of answers and notifications."""

import asyncio
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, Literal

import attrs
import httpx

from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.masking import mask_pan
from qiwi_payin_contract.rules import Basis, Rule

__all__ = [
    "Judged",
    "Party",
    "Transport",
    "ids_for",
    "judge",
    "read_notification",
    "reads",
    "sends",
    "smallest",
    "unchanged",
    "written_back",
]

SENT_AS_GIVEN = Rule(
    "QP-CLI-001",
    "client-sends-unchanged",
    "The client sends what it was given, to the described address, with the described headers and nothing else.",
    Basis.DOCUMENTED,
    "client",
    ("EN-009", "EN-010", "EN-062", "RU-003", "RU-004", "RU-013", "RU-014", "RU-015", "RU-016", "RU-017", "RU-018"),
)
READ_AS_ANSWERED = Rule(
    "QP-CLI-002",
    "client-keeps-answers",
    "The client reads whatever the description lets a server answer, and writes it back unchanged, unknown fields too.",
    Basis.PUBLISHED,
    "client",
    ("PUB-005", "PUB-014"),
)
ERROR_AS_ANSWERED = Rule(
    "QP-CLI-003",
    "client-tells-errors",
    "The client raises an error for every refusal, with the answer's status, code, trace id and causes.",
    Basis.DOCUMENTED,
    "client",
    ("RU-133", "RU-137", "RU-139"),
)
NOTIFICATION_AS_SENT = Rule(
    "QP-CLI-004",
    "client-keeps-notifications",
    "The client takes whatever signed notification the description allows, and keeps it unchanged.",
    Basis.PUBLISHED,
    "client",
    ("PUB-171", "PUB-194", "PUB-195", "PUB-196", "PUB-197", "PUB-198", "PUB-199"),
)
FORGED_IS_REFUSED = Rule(
    "QP-CLI-005",
    "client-refuses-forged",
    "The client refuses a notification whose signature is not made by its key over that body.",
    Basis.PUBLISHED,
    "client",
    ("PUB-193",),
)

BEARS_BROKEN_ANSWERS = Rule(
    "QP-CLI-006",
    "client-bears-broken-answers",
    "Whatever a server answers, a call of the client ends in a value that stands in the answer or in an error of the "
    "client's own.",
    Basis.DECISION,
    "client",
    decision="client-errors",
)
TELLS_WHAT_MAY_HAVE_HAPPENED = Rule(
    "QP-CLI-007",
    "client-tells-what-may-have-happened",
    "The client tells a change that was never sent from one whose answer is lost, broken or an error of the server.",
    Basis.PUBLISHED,
    "client",
    ("PUB-249", "PUB-250"),
)
SHOWS_NO_SECRET = Rule(
    "QP-CLI-008",
    "client-shows-no-secret",
    "Errors and logs of the client hold no key, no token and no card data, whatever a server puts into its answers.",
    Basis.DECISION,
    "client",
    decision="client-errors",
)
TELLS_FORGED_FROM_MALFORMED = Rule(
    "QP-CLI-009",
    "client-tells-forged-from-malformed",
    "The client tells a notification that somebody else signed from one that cannot be read, and from a type that it "
    "does not know.",
    Basis.PUBLISHED,
    "client",
    ("PUB-171", "PUB-183", "PUB-193", "PUB-199", "PRA-002"),
)

BASE_URL = "https://qiwi.example/partner"
KEY = "5c4b25xx93aa435d9cb8cd17480356f9"
PAN, CVV = "4444443616621049", "971"
NO_CONTENT = 204
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_CARD_NUMBER = re.compile(r"(?<![0-9])[0-9]{13,19}(?![0-9])")

AmountForm = Literal["string", "number"]
Call = Callable[[Operation, Mapping[str, str], Mapping[str, Any]], Any]
Transport = Callable[[httpx.Request], httpx.Response]


def unchanged(transport: Transport) -> Transport:
    """Leave a transport as it is."""
    return transport


@attrs.define(frozen=True)
class Party:
    """Makes clients over a transport, which send each call once. The installed client is the usual one.

    Attributes:
        wrap: lies between the client and the recording transport; changes nothing by default.
        asynchronous: use the client for async code.
    """

    wrap: Callable[[Transport], Transport] = unchanged
    asynchronous: bool = False

    def call(
        self,
        operation: Operation,
        ids: Mapping[str, str],
        arguments: Mapping[str, Any],
        amounts: AmountForm,
        answer: Transport,
    ) -> Any:
        """Call an operation's method, and answer by ``answer``."""
        from qiwi_payin import AsyncPayIn, PayIn  # noqa: PLC0415 - the suite's other groups need no client

        transport = httpx.MockTransport(self.wrap(answer))
        site_id = ids["siteId"]
        if not self.asynchronous:
            with PayIn(BASE_URL, KEY, site_id, retries=0, transport=transport, amount_as=amounts) as client:
                return _called(client, operation, ids, arguments)

        async def called() -> Any:
            async with AsyncPayIn(BASE_URL, KEY, site_id, retries=0, transport=transport, amount_as=amounts) as client:
                return await _called(client, operation, ids, arguments)

        return asyncio.run(called())

    @contextmanager
    def connected(self, base_url: str, site_id: str, timeout: float) -> Iterator[Call]:
        """Open a client of a server, which waits so many seconds for each answer, and give what calls by it."""
        from qiwi_payin import AsyncPayIn, PayIn  # noqa: PLC0415 - the suite's other groups need no client

        if not self.asynchronous:
            with PayIn(base_url, KEY, site_id, timeout=timeout, retries=0) as client:
                yield partial(_called, client)
            return
        with asyncio.Runner() as runner:
            concurrent = AsyncPayIn(base_url, KEY, site_id, timeout=timeout, retries=0)

            async def called(operation: Operation, ids: Mapping[str, str], arguments: Mapping[str, Any]) -> Any:
                return await _called(concurrent, operation, ids, arguments)

            yield lambda *what: runner.run(called(*what))
            runner.run(concurrent.close())


def _called(client: Any, operation: Operation, ids: Mapping[str, str], arguments: Mapping[str, Any]) -> Any:
    """Call an operation's method; the site is the client's."""
    resource, _, verb = _WORD.sub("_", operation.id).lower().partition("_")
    _, *rest = (ids[name] for name in operation.names)
    return getattr(getattr(client, resource), verb)(*rest, **arguments)


def ids_for(operation: Operation, values: tuple[str, ...]) -> dict[str, str]:
    """Give each id in an operation's path a value."""
    return dict(zip(operation.names, values, strict=False))


def sends(party: Party, operation: Operation, ids: Mapping[str, str], body: Mapping[str, Any] | None) -> list[str]:
    """Let the client send a body, and list what arrived otherwise than it should; empty if all is well."""
    arrived: list[httpx.Request] = []

    def record(request: httpx.Request) -> httpx.Response:
        arrived.append(request)
        return httpx.Response(503, json={})

    try:
        party.call(operation, ids, *_arguments(operation, body), record)
    except ValueError as error:
        return [f"the client refuses the body: {error}"]
    except Exception as error:  # noqa: BLE001 - every call ends in the error of a server that is not there
        if not arrived:
            return [f"nothing arrived: {type(error).__name__} {error}"]
    return list(_otherwise(operation, ids, body, arrived))


def reads(party: Party, operation: Operation, ids: Mapping[str, str], status: int, body: Any) -> list[str]:
    """Answer a client's call, and list what it made of the answer otherwise than it should; empty if all is well."""
    content = b"" if status == NO_CONTENT else dumps(body).encode()
    answer = httpx.Response(status, content=content, headers={"content-type": "application/json"})
    arguments, amounts = smallest(operation)
    from qiwi_payin import APIError, OutcomeUnknown, ServerError  # noqa: PLC0415

    try:
        result = party.call(operation, ids, arguments, amounts, lambda _: answer)
    except OutcomeUnknown as unknown:
        return (
            _error_otherwise(unknown.reason, status, body)
            if isinstance(unknown.reason, ServerError)
            else [str(unknown)]
        )
    except APIError as error:
        return _error_otherwise(error, status, body)
    except Exception as error:  # noqa: BLE001 - whatever the client raises is the finding
        return [f"the client does not take the answer: {type(error).__name__} {error}"]
    if status >= httpx.codes.BAD_REQUEST:
        return ["the client takes a refusal for an answer"]
    written = written_back(result)
    if status == NO_CONTENT:
        return [] if written is None else ["the client makes something of an empty answer"]
    return [] if written is not None and loads(written) == body else ["written back, the answer is another"]


def written_back(result: Any) -> str | None:
    """What a client answers with as JSON; None where it answers with nothing."""
    if isinstance(result, list):
        return "[" + ",".join(item.to_json() for item in result) + "]"
    return None if result is None else str(result.to_json())


def read_notification(kind: str, body: Mapping[str, Any], key: str, signature: str | None = None) -> list[str]:
    """Give the client a notification, signed by its key unless ``signature`` is given, and list what is otherwise."""
    from qiwi_payin import NotificationForged, notifications  # noqa: PLC0415

    text = dumps(body)
    if signature is None:
        signature = _signature(kind, body, key)
        try:
            read = notifications.verify(text, signature, key)
        except Exception as error:  # noqa: BLE001 - whatever the client raises is the finding
            return [f"the client does not take the notification: {type(error).__name__} {error}"]
        return [] if loads(read.to_json()) == body else ["written back, the notification is another"]
    try:
        notifications.verify(text, signature, key)
    except NotificationForged:
        return []
    return ["the client takes the notification"]


@attrs.define(frozen=True)
class Judged:
    """What the client made of a notification.

    Attributes:
        kind: name of the error that it raised, or ``taken``.
        written: what it took, written back as JSON.
        text: all that its error shows.
        own: whether the error is one of notifications.
    """

    kind: str
    written: str = attrs.field(default="", repr=False)
    text: str = attrs.field(default="", repr=False)
    own: bool = True


def judge(body: bytes, signature: str | None, key: str) -> Judged:
    """Give the client a notification and a signature, whatever they are."""
    from qiwi_payin import NotificationError, notifications  # noqa: PLC0415

    try:
        read = notifications.verify(body, signature, key)
        return Judged("taken", read.to_json())
    except Exception as error:  # noqa: BLE001 - whatever the client raises is looked at
        shown = "".join(traceback.format_exception(error))
        return Judged(type(error).__name__, "", f"{shown} {error!r} {error.args}", isinstance(error, NotificationError))


def _signature(kind: str, body: Mapping[str, Any], key: str) -> str:
    from qiwi_payin_contract.drivers import SentNotification  # noqa: PLC0415
    from qiwi_payin_contract.notifications import digest  # noqa: PLC0415

    return digest(SentNotification(kind, "", dumps(body), ""), key)[0]


def _arguments(operation: Operation, body: Mapping[str, Any] | None) -> tuple[dict[str, Any], AmountForm]:
    if body is None:
        return {}, "string"
    from qiwi_payin import UNSET, models  # noqa: PLC0415

    schema = description().resolved(operation.node["requestBody"]["content"]["application/json"]["schema"])
    model = getattr(models, schema["title"]).from_dict(body)
    arguments = {
        field.name: value
        for field in attrs.fields(type(model))
        if field.name != "additional_properties" and (value := getattr(model, field.name)) is not UNSET
    }
    sums = [item["value"] for name, item in body.items() if name in {"amount", "settlementAmount"}]
    return arguments, "string" if all(isinstance(value, str) for value in sums) else "number"


def smallest(operation: Operation) -> tuple[dict[str, Any], AmountForm]:
    """The least that an operation's method can be called with, and the form of its sums."""
    return _arguments(operation, _smallest(operation))


def _smallest(operation: Operation) -> dict[str, Any] | None:
    if "requestBody" not in operation.node:
        return None
    amount = {"value": "1.00", "currency": "RUB"}
    card = {"type": "CARD", "pan": PAN, "expiryDate": "12/34", "cvv2": CVV}
    known: dict[str, dict[str, Any]] = {
        "billsCreate": {"amount": amount, "expirationDateTime": "2030-01-01T00:00:00+03:00"},
        "paymentsCreate": {"amount": amount, "paymentMethod": card},
        "paymentsComplete": {"threeDS": {"pares": "eJw="}},
        "refundsCreate": {"amount": amount},
        "tokensDelete": {"customerAccountId": "token234", "token": "66aebf5f"},
    }
    return known.get(operation.id, {})


def _otherwise(
    operation: Operation, ids: Mapping[str, str], body: Mapping[str, Any] | None, arrived: list[httpx.Request]
) -> list[str]:
    if len(arrived) != 1:
        return [f"{len(arrived)} requests arrived instead of one"]
    (request,) = arrived
    told = []
    if request.method != operation.method:
        told.append(f"method {request.method}")
    path = request.url.raw_path.decode().removeprefix("/partner")
    if operation.ids_in(path) != dict(ids):
        told.append(f"path {path}")
    if request.headers.get("authorization") != f"Bearer {KEY}":
        told.append("Authorization is not Bearer and the key")
    if request.headers.get("accept") != "application/json":
        told.append("Accept is not application/json")
    content = request.content
    if body is None:
        return [*told, *(["there is a body"] if content else [])]
    if request.headers.get("content-type") != "application/json":
        told.append("Content-Type is not application/json")
    try:
        sent = loads(content)
    except ValueError:
        return [*told, "the body is no JSON"]
    return told if sent == body else [*told, "the body is another than was given"]


def _error_otherwise(error: Any, status: int, body: Any) -> list[str]:
    said = body if isinstance(body, Mapping) else {}
    told = []
    if error.status != status:
        told.append(f"status {error.status} instead of {status}")
    for attribute, name in (("error_code", "errorCode"), ("trace_id", "traceId")):
        if getattr(error, attribute) not in {said.get(name), _starred(said.get(name))}:
            told.append(f"{attribute} is not {name}")
    if set(error.cause) != set(said.get("cause", {})):
        told.append("cause is another")
    return told


def _starred(text: Any) -> Any:
    """A text as a client may show it that takes a number in it for that of a card."""
    if not isinstance(text, str):
        return text
    return _CARD_NUMBER.sub(lambda found: mask_pan(found[0]), text)
