"""The exchanges that the two source documents print, replayed byte for byte or with ids and dates replaced."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import attrs
from qiwi_payin_description import load

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.target import Target

__all__ = [
    "EXACT_FIELDS",
    "THREE_DS_BY_CVV",
    "Printed",
    "differences",
    "form_rule",
    "printed",
    "replaced",
    "replay",
    "rules",
]

LIFETIME = timedelta(days=140)
MOSCOW = timezone(timedelta(hours=3))

EXACT_FIELDS = Rule(
    "QP-EXCH-100",
    "printed-answer-fields",
    "An answer to a printed request has at its top the fields of the printed answer, and no other.",
    Basis.DECISION,
    "exchanges",
    ("EN-092", "EN-093", "RU-172", "RU-175", "RU-176", "RU-177"),
    "examples-bind-the-sandbox",
)
THREE_DS_BY_CVV = Rule(
    "QP-EXCH-101",
    "three-ds-by-cvv-849",
    "In test mode a card payment with CVV 849 waits for 3-D Secure.",
    Basis.PUBLISHED,
    "exchanges",
    ("PUB-299",),
)

_NUMBERS = {"en-one-step": 1, "en-two-step": 2, "en-token": 3, "ru-payment": 4}
_TAKEN: Mapping[str, tuple[str, ...]] = {
    "en-one-step": (
        *("EN-008", "EN-009", "EN-010", "EN-015", "EN-020", "EN-021", "EN-022", "EN-023", "EN-040", "EN-041", "EN-042"),
        *("EN-043", "EN-044", "EN-062", "EN-063", "EN-064", "EN-067", "EN-070", "EN-071", "EN-073", "EN-074", "EN-075"),
    ),
    "en-two-step": ("EN-122", "EN-123", "EN-124", "EN-125"),
    "en-token": ("EN-174",),
    "ru-payment": (
        *("RU-001", "RU-003", "RU-004", "RU-006", "RU-007", "RU-009", "RU-010", "RU-013", "RU-014", "RU-015", "RU-016"),
        *("RU-017", "RU-018", "RU-020", "RU-022", "RU-024", "RU-026", "RU-028", "RU-030", "RU-032", "RU-034", "RU-035"),
        *("RU-038", "RU-046", *(f"RU-{number:03}" for number in range(56, 87))),
    ),
}
_FORM: Mapping[str, tuple[str, ...]] = {
    "en-one-step": (
        *("EN-025", "EN-026", "EN-027", "EN-046", "EN-047", "EN-048", "EN-049", "EN-050", "EN-051", "EN-079", "EN-080"),
        *("EN-081", "EN-082", "EN-083", "EN-084", "EN-085", "EN-086", "EN-087", "EN-088", "EN-089", "EN-090", "EN-091"),
    ),
    "ru-payment": (
        *("RU-090", "RU-092", "RU-094", "RU-096", "RU-098", "RU-100", "RU-102", "RU-104", "RU-108", "RU-110", "RU-112"),
        *(
            "RU-114",
            "RU-118",
            "RU-126",
            *(f"RU-{number:03}" for number in range(141, 164)),
            "RU-165",
            "RU-166",
            "RU-167",
        ),
    ),
}
_VARIES = frozenset(
    {"invoiceUid", "payUrl", "createdDateTime", "changedDateTime", "pareq", "acsUrl", "paymentId", "flags"}
)


@attrs.define(frozen=True)
class Printed:
    """An exchange as a document prints it.

    Attributes:
        id: name of the exchange.
        title: what it is about.
        statements: ids of the statements that it shows.
        belongs: whether answer and request are of one exchange.
        method, path, headers, body: the request.
        answer: body of the answer, where one is printed.
    """

    id: str
    title: str
    statements: tuple[str, ...]
    belongs: bool
    method: str
    path: str
    headers: Mapping[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)
    answer: bytes | None = attrs.field(repr=False)

    @property
    def site_id(self) -> str:
        """Site in the path."""
        return self.path.split("/")[5]

    @property
    def key(self) -> str:
        """Bearer key that is printed."""
        return self.headers["Authorization"].removeprefix("Bearer ")

    @property
    def moment(self) -> datetime:
        """When the exchange took place: the time in the answer, or a day before the bill ends."""
        if self.answer is not None:
            told = loads(self.answer)
            return datetime.fromisoformat(told.get("createdDateTime") or told["status"]["changedDateTime"])
        return datetime.fromisoformat(loads(self.body)["expirationDateTime"]) - timedelta(days=1)


@cache
def printed() -> tuple[Printed, ...]:
    """All printed exchanges, in the order of the documents."""
    return tuple(
        Printed(
            item["id"],
            item["title"],
            tuple(item["statements"]),
            item["belongs"],
            item["request"]["method"],
            item["request"]["path"],
            item["request"]["headers"],
            item["request"]["body"].encode(),
            item["answer"]["body"].encode() if "answer" in item else None,
        )
        for item in load("exchanges")["exchanges"]
    )


@cache
def taken_rule(exchange_id: str) -> Rule:
    """Rule that a printed request is taken."""
    exchange = next(item for item in printed() if item.id == exchange_id)
    statements = dict.fromkeys((*exchange.statements, *_TAKEN[exchange_id]))
    return Rule(
        f"QP-EXCH-0{_NUMBERS[exchange_id]}1",
        f"printed-request-{exchange_id}",
        f'The printed request "{exchange.title}" is taken: 200 with a JSON body.',
        Basis.DOCUMENTED,
        "exchanges",
        tuple(
            name
            for name in statements
            if name not in _FORM.get(exchange_id, ()) and name not in EXACT_FIELDS.statements
        ),
    )


@cache
def form_rule(exchange_id: str) -> Rule:
    """Rule that the answer to a printed request has the form of the printed answer."""
    exchange = next(item for item in printed() if item.id == exchange_id)
    return Rule(
        f"QP-EXCH-0{_NUMBERS[exchange_id]}2",
        f"printed-answer-{exchange_id}",
        f'The answer to the printed request "{exchange.title}" says what is printed; what varies is of its type.',
        Basis.DOCUMENTED,
        "exchanges",
        _FORM[exchange_id],
    )


def rules() -> Iterator[Rule]:
    """Rules of all printed exchanges."""
    for exchange in printed():
        yield taken_rule(exchange.id)
        if exchange.id in _FORM:
            yield form_rule(exchange.id)


def replay(target: Target, exchange: Printed, body: bytes | None = None) -> Exchange:
    """Send a printed request byte for byte: method, path, headers and body, and the length that HTTP demands.

    Args:
        target: server whose base URL ends in ``/partner``, as the printed paths begin.
        exchange: what to send.
        body: a body in place of the printed one.
    """
    parts = urlsplit(target.base_url)
    sent = exchange.body if body is None else body
    connection, begins = target.wire.connection(parts, timeout=target.timeout)
    try:
        connection.putrequest(exchange.method, begins + exchange.path, skip_host=True, skip_accept_encoding=True)
        for name, value in exchange.headers.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(sent)))
        connection.endheaders(sent)
        answer = connection.getresponse()
        content = answer.read()
        headers = dict(answer.getheaders())
    finally:
        connection.close()
    made = target.exchange(
        method=exchange.method,
        path=exchange.path.removeprefix(parts.path),
        url=f"{parts.scheme}://{parts.netloc}{exchange.path}",
        request_headers=exchange.headers,
        request_body=sent,
        status=answer.status,
        answer_headers=headers,
        answer_body=content,
    )
    target.observe(made)
    return made


def replaced(exchange: Printed, *, bill_id: str, now: datetime) -> bytes:
    """Replace order number and dates of a printed body, and leave every other byte as it is."""
    text = exchange.body.decode()
    text = re.sub(r'("billId"\s*:\s*)"[^"]*"', rf'\g<1>"{bill_id}"', text)
    end = (now.astimezone(MOSCOW) + LIFETIME).replace(microsecond=0).isoformat()
    return re.sub(r'("expirationDateTime"\s*:\s*)"[^"]*"', rf'\g<1>"{end}"', text).encode()


def differences(expected: Any, got: Any, *, request: Any, path: str = "") -> Iterator[str]:
    """Compare an answer with a printed one: equal where a value is fixed, of the same type where it varies.

    A field of the request's own (its comment, amount, dates) must come back as it was sent, whatever is printed.
    Further fields are allowed.
    """
    name = path.rpartition(".")[2]
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping):
            yield f"{path or 'the body'} is no object"
            return
        for key, value in expected.items():
            here = f"{path}.{key}" if path else key
            if key not in got:
                yield f"{here} is missing"
            elif here == "customer":
                if got[key] not in ({}, request.get("customer")):
                    yield "customer is neither the request's nor empty"
            else:
                sent = request.get(key) if not path and isinstance(request, Mapping) else None
                yield from differences(_expected(key, value, sent), got[key], request=request, path=here)
    elif name in _VARIES or path.startswith("requirements"):
        if not _alike(expected, got):
            yield f"{path} is not of the printed form"
    elif got != expected:
        yield f"{path} is {got!r}, not {expected!r}"


def _expected(key: str, value: Any, sent: Any) -> Any:
    return (
        sent if key in {"expirationDateTime", "comment", "callbackUrl", "customFields"} and sent is not None else value
    )


def _alike(expected: Any, got: Any) -> bool:
    if isinstance(expected, str) and isinstance(got, str):
        return _alike_texts(expected, got)
    if isinstance(expected, list) and isinstance(got, list):
        return set(expected) <= set(got)
    return bool(expected == got)


def _alike_texts(expected: str, got: str) -> bool:
    if _is_uuid(expected):
        return _is_uuid(got)
    if _is_time(expected):
        return _is_time(got)
    if expected.startswith("https://"):
        told, wanted = urlsplit(got), urlsplit(expected)
        return bool(told.scheme and told.netloc) and set(parse_qs(wanted.query)) <= set(parse_qs(told.query))
    return bool(got)


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text.lower()
    except ValueError:
        return False


def _is_time(text: str) -> bool:
    try:
        return "T" in text and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
