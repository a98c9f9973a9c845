"""One request and its answer."""

import shlex
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Self

import attrs

from qiwi_payin_contract.description import description
from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.masking import KEY_VARIABLE, mask_headers, mask_text

__all__ = ["Exchange", "operations_of"]


def _lowered(headers: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in dict(headers).items()}


@attrs.define(frozen=True, slots=False, repr=False, eq=False)
class Exchange:
    """A request as it was sent and the answer as it came.

    Attributes:
        operation_id: operation of the description, or None where the request fits none.
        site_id: site in the path, or None.
        method: upper case.
        path: from ``/payin/v1`` on, without the query.
        url: whole address as sent.
        request_headers: names in lower case.
        request_body: exact bytes; empty without a body.
        status: HTTP status of the answer.
        answer_headers: names in lower case.
        answer_body: exact bytes.
        path_parameters: ids in the path by their names in the description, decoded.
        key: bearer key that was sent; never shown.
        elapsed: seconds until the answer was read.
        number: its place in the run.
    """

    operation_id: str | None
    site_id: str | None
    method: str
    path: str
    url: str
    request_headers: dict[str, str] = attrs.field(converter=_lowered)
    request_body: bytes
    status: int
    answer_headers: dict[str, str] = attrs.field(converter=_lowered)
    answer_body: bytes
    path_parameters: dict[str, str] = attrs.field(factory=dict)
    key: str | None = None
    elapsed: float = 0.0
    number: int = 0

    @cached_property
    def request_json(self) -> Any:
        """Request body read as JSON with ``Decimal`` numbers; None without a body or where it is no JSON."""
        return _read(self.request_body)

    @cached_property
    def answer_json(self) -> Any:
        """Answer body read as JSON with ``Decimal`` numbers; None without a body or where it is no JSON."""
        return _read(self.answer_body)

    @property
    def ok(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the class of HTTP statuses that mean success

    @property
    def error_code(self) -> str | None:
        """``errorCode`` of an error answer."""
        answer = self.answer_json
        code = answer.get("errorCode") if isinstance(answer, dict) else None
        return code if isinstance(code, str) else None

    @property
    def causes(self) -> dict[str, Any]:
        """``cause`` of an error answer: field names and what is wrong with them."""
        answer = self.answer_json
        cause = answer.get("cause") if isinstance(answer, dict) else None
        return cause if isinstance(cause, dict) else {}

    def curl(self) -> str:
        """One line that repeats the request in a POSIX shell, with the key in ``$QIWI_PAYIN_KEY``."""
        parts = ["curl", "-sS", "-i", "-X", self.method, shlex.quote(self.url)]
        for name, value in mask_headers(self.request_headers).items():
            if name == "authorization":
                parts += ["-H", f'"Authorization: Bearer {KEY_VARIABLE}"' if self.key else shlex.quote(f"{name}:")]
            elif name in {"accept", "content-type", "signature"}:
                parts += ["-H", shlex.quote(f"{name}: {value}")]
        if self.request_body:
            parts += ["--data-binary", shlex.quote(mask_text(self.request_body.decode(errors="replace")))]
        return " ".join(parts)

    def shown_request(self) -> str:
        """Request as a reader of a report sees it: method, address, body, secrets masked."""
        body = mask_text(self.request_body.decode(errors="replace"))
        return f"{self.method} {self.path}" + (f"\n{body}" if body else "")

    def shown_answer(self, limit: int = 2000) -> str:
        """Answer as a reader of a report sees it: status, content type, body cut at ``limit``, secrets masked."""
        body = mask_text(self.answer_body.decode(errors="replace"))
        if len(body) > limit:
            body = f"{body[:limit]}... ({len(body)} characters)"
        kind = self.answer_headers.get("content-type", "no content type")
        return f"{self.status} {kind}" + (f"\n{body}" if body else "")

    def to_json(self) -> dict[str, Any]:
        """JSON value of the exchange, secrets masked: what a report or another process may have of it."""
        return {
            "operationId": self.operation_id,
            "siteId": self.site_id,
            "method": self.method,
            "path": self.path,
            "url": self.url,
            "pathParameters": dict(self.path_parameters),
            "authorized": self.key is not None,
            "requestHeaders": mask_headers(self.request_headers),
            "requestBody": mask_text(self.request_body.decode(errors="replace")),
            "status": self.status,
            "answerHeaders": mask_headers(self.answer_headers),
            "answerBody": mask_text(self.answer_body.decode(errors="replace")),
            "seconds": round(self.elapsed, 6),
            "number": self.number,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Read what ``to_json`` wrote; what was masked stays so."""
        return cls(
            operation_id=value["operationId"],
            site_id=value["siteId"],
            method=value["method"],
            path=value["path"],
            url=value["url"],
            request_headers=value["requestHeaders"],
            request_body=value["requestBody"].encode(),
            status=value["status"],
            answer_headers=value["answerHeaders"],
            answer_body=value["answerBody"].encode(),
            path_parameters=dict(value["pathParameters"]),
            key=KEY_VARIABLE if value["authorized"] else None,
            elapsed=value["seconds"],
            number=value["number"],
        )

    def __repr__(self) -> str:
        return f"<Exchange {self.operation_id or '-'} {self.method} {self.path} -> {self.status}>"


def operations_of(exchange: Exchange) -> tuple[str, ...]:
    """The operation of an exchange; those of its path where it has a method that the path does not have."""
    if exchange.operation_id is not None:
        return (exchange.operation_id,)
    return description().on_path(exchange.path.partition("?")[0])


def _read(body: bytes) -> Any:
    try:
        return loads(body) if body else None
    except ValueError:
        return None
