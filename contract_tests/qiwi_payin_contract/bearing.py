"""How the client bears a server that misbehaves."""

import logging
import re
import socket
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import attrs

from qiwi_payin_contract.broken_answers import BrokenAnswer, MisbehavingServer
from qiwi_payin_contract.clients import CVV, KEY, PAN, Call, smallest, written_back
from qiwi_payin_contract.description import Operation
from qiwi_payin_contract.json_text import loads

__all__ = ["Borne", "Caller", "refused_address"]


@attrs.define
class Borne:
    """What a client did otherwise than it should, by the rule that says so; empty lists if all is well.

    Attributes:
        broken: it took for an answer what is none, or raised what is no error of its own.
        untold: its error does not tell what may have happened.
        shown: it showed a secret.
    """

    broken: list[str] = attrs.field(factory=list)
    untold: list[str] = attrs.field(factory=list)
    shown: list[str] = attrs.field(factory=list)


@attrs.define(frozen=True)
class Caller:
    """A client of a server, and what it calls.

    Attributes:
        call: calls by that client.
        operation: what is called.
        ids: ids in its path.
    """

    call: Call
    operation: Operation
    ids: Mapping[str, str]

    @property
    def secrets(self) -> tuple[str, ...]:
        """What the client knows and must not show."""
        return (KEY, PAN, CVV) if self.operation.id == "paymentsCreate" else (KEY, PAN)

    def bears(self, server: MisbehavingServer, answer: BrokenAnswer) -> Borne:
        """Call, and be answered so."""
        server.answer = answer
        borne, error = self._called(answer.meant)
        if error is not None:
            borne.untold += _untold(error, self.operation, answer)
        return borne

    def misreads(self, server: MisbehavingServer, content: bytes) -> Borne:
        """Call, and be answered with JSON of another form than described: it is kept as it came, or refused."""
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        return self.bears(server, BrokenAnswer("JSON of another form", head.encode() + content, content))

    def finds_nobody(self) -> Borne:
        """Call where nobody listens."""
        from qiwi_payin import NotSent  # noqa: PLC0415 - the suite's other groups need no client

        borne, error = self._called(None)
        if error is not None and not isinstance(error, NotSent):
            borne.untold.append(f"{type(error).__name__} is raised, although nothing was sent")
        return borne

    def _called(self, meant: bytes | None) -> tuple[Borne, Any]:
        from qiwi_payin import PayInError  # noqa: PLC0415

        arguments, _ = smallest(self.operation)
        borne, error = Borne(), None
        with _logged() as lines:
            try:
                result = self.call(self.operation, self.ids, arguments)
            except PayInError as raised:
                error = raised
            except Exception as raised:  # noqa: BLE001 - whatever else the client raises is the finding
                borne.broken.append(f"{type(raised).__name__} is raised, which is no error of the client's own")
            else:
                borne.broken += _made_up(result, meant)
        if error is not None:
            borne.shown += self._shown_in("".join(traceback.format_exception(error)), "its error")
            borne.shown += self._shown_in(f"{error!r} {_attributes(error)}", "an attribute of its error")
        borne.shown += self._shown_in("\n".join(lines), "its log")
        return borne, error

    def _shown_in(self, text: str, where: str) -> Iterator[str]:
        for secret in self.secrets:
            found = re.search(rf"(?<![0-9A-Za-z]){secret}(?![0-9A-Za-z])", text) if secret == CVV else secret in text
            if found:
                yield f"{where} holds {'the key' if secret == KEY else 'card data'}"


def refused_address() -> str:
    """A base URL on this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}/partner"


def _made_up(result: Any, meant: bytes | None) -> list[str]:
    if meant is None:
        return ["it is taken for an answer"]
    try:
        same = loads(written_back(result) or "null") == loads(meant)
    except Exception as error:  # noqa: BLE001 - what a client makes must be writable
        return [f"what is made of it cannot be written back: {type(error).__name__}"]
    return [] if same else ["written back, it is another value"]


def _untold(error: Any, operation: Operation, answer: BrokenAnswer) -> Iterator[str]:
    from qiwi_payin import AnswerInvalid, AnswerLost, APIError, NotSent, OutcomeUnknown, ServerError  # noqa: PLC0415

    name = type(error).__name__
    if isinstance(error, NotSent):
        yield f"{name} is raised, although the server was reached"
        return
    refused = isinstance(error, APIError) and error.status < 500  # noqa: PLR2004 - the server failed from there on
    if refused:
        if error.status != answer.status:
            yield f"{name} with status {error.status}, which is not what came"
    elif operation.method == "GET":
        if not isinstance(error, AnswerLost | AnswerInvalid | ServerError):
            yield f"{name} is raised for a question"
    elif not isinstance(error, OutcomeUnknown):
        yield f"{name} is raised for a change, which may have happened"
    elif not isinstance(error.reason, AnswerLost | AnswerInvalid | ServerError):
        yield f"the reason of {name} is {type(error.reason).__name__}"
    if answer.silence and not error.timed_out:
        yield f"{name} does not tell that time ran out"


def _attributes(error: BaseException) -> str:
    held = {**vars(error), "args": error.args}
    reason = held.get("reason")
    return f"{held} {_attributes(reason)}" if isinstance(reason, BaseException) else str(held)


@contextmanager
def _logged() -> Iterator[list[str]]:
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.getMessage()} {record.exc_text or ''}")

    log, handler = logging.getLogger("qiwi_payin"), Lines()
    level, propagate = log.level, log.propagate
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    try:
        yield lines
    finally:
        log.removeHandler(handler)
        log.setLevel(level)
        log.propagate = propagate
