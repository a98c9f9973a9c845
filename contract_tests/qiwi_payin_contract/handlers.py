"""A partner's own handler of notifications, as the party that is tested."""

import itertools
import re
import secrets
import socket
import time
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self
from urllib.parse import urlsplit

import attrs
import httpx
from hypothesis import strategies as st

from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import SentNotification
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.generated import values
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.notifications import digest
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target, TargetError
from qiwi_payin_contract.wire import trusted

__all__ = ["Handler", "NoServer", "notifications_of", "reach", "signature_of"]

TAKES = Rule(
    "QP-HAND-001",
    "handler-takes-notifications",
    "A handler answers 200 to every notification that is signed with the site's key, whatever optional fields it has.",
    Basis.PUBLISHED,
    "handler",
    ("PUB-171", "PUB-186", "PUB-194", "PUB-195", "PUB-196", "PUB-197", "PUB-198"),
)
TAKES_REPEATS = Rule(
    "QP-HAND-002",
    "handler-takes-repeats",
    "A handler answers 200 to a notification that comes again.",
    Basis.PUBLISHED,
    "handler",
    ("PUB-186", "PUB-187"),
)
TAKES_UNKNOWN_FIELDS = Rule(
    "QP-HAND-003",
    "handler-takes-unknown-fields",
    "A handler answers 200 to a notification with fields and codes that it does not know.",
    Basis.PUBLISHED,
    "handler",
    ("PUB-014", "PUB-254"),
)
TAKES_ANY_WRITING = Rule(
    "QP-HAND-004",
    "handler-takes-any-writing",
    "A handler takes the signed values out of the body that came, whatever the order of its fields, its white space "
    "and its escapes.",
    Basis.PUBLISHED,
    "handler",
    ("PUB-171", "PUB-195", "PUB-199"),
)
TAKES_ANY_ORDER = Rule(
    "QP-HAND-005",
    "handler-takes-any-order",
    "A handler answers 200 to the notifications of one payment in any order.",
    Basis.PUBLISHED,
    "handler",
    ("PUB-185",),
)
TAKES_ANY_TRANSPORT = Rule(
    "QP-HAND-006",
    "handler-takes-any-transport",
    "A handler answers 200 whatever the case of the headers' names, and to a body that is sent in chunks.",
    Basis.PUBLISHED,
    "handler",
    ("PUB-171", "PUB-177", "PUB-179"),
)
REFUSES_FORGED = Rule(
    "QP-HAND-007",
    "handler-refuses-forged",
    "A handler does not answer 200, which says that it has taken it, to a notification whose signature does not fit.",
    Basis.PUBLISHED,
    "handler",
    ("PUB-186", "PUB-193"),
)
REFUSES_MALFORMED = Rule(
    "QP-HAND-008",
    "handler-refuses-malformed",
    "A handler does not answer 200 to a body that is no notification, for none of its values can be signed.",
    Basis.PUBLISHED,
    "handler",
    ("PUB-171", "PUB-183", "PUB-193"),
)
ANSWERS_4XX = Rule(
    "QP-HAND-009",
    "handler-refuses-with-4xx",
    "A handler answers 4xx to what it refuses, another method included.",
    Basis.DECISION,
    "handler",
    decision="handler-answers",
)
NO_5XX = Rule(
    "QP-HAND-010",
    "handler-bears-unknown-types",
    "A handler does not break off, with a status from 500, at a type of notification or a value that it does not know.",
    Basis.DECISION,
    "handler",
    decision="handler-answers",
)

PATIENCE = 10.0
"""Seconds in which a handler answers; whoever sends notifications gives up sooner."""

_MOSCOW = timezone(timedelta(hours=3))
_ID_PART = st.text("abcdefghkmnpqrstuvwxyzABCDEFGH-_", max_size=24)
_RUN = secrets.token_hex(3)
_numbers = itertools.count(1)
_CREATED = st.integers(1_550_000_000, 2_100_000_000).map(lambda second: datetime.fromtimestamp(second, _MOSCOW))
_SUM = st.integers(1, 99_999_999_99).map(lambda kopecks: Decimal(kopecks).scaleb(-2))
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def reach(url: str) -> None:
    """See that something listens where a handler should be.

    Raises:
        TargetError: nothing does.
    """
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=PATIENCE).close()
    except OSError as error:
        raise TargetError(f"nothing listens at the handler's address {url}: {type(error).__name__}") from error


@attrs.define(eq=False, slots=False)
class NoServer(Target):
    """Stands in place of a server where a handler is tested alone. Nothing can be sent to it."""

    base_url: str = attrs.field(kw_only=True)

    def exchanged(self, *_: Any, **__: Any) -> NoReturn:
        """Not possible."""
        raise TargetError("there is no server in this run")


class Handler:
    """Sends notifications to one address, and to no other: redirects are not followed.

    Args:
        url: address of the handler.
        site: whose notifications it takes.
        ca: certificates of who signed the handler's.
    """

    def __init__(self, url: str, site: Site, ca: Path | None = None) -> None:
        self.url = url
        self.site = site
        # A connection that is kept may be closed by the other side just when it is used again.
        alone = httpx.Limits(max_keepalive_connections=0)
        self._client = httpx.Client(
            timeout=PATIENCE, trust_env=False, verify=trusted(ca), follow_redirects=False, limits=alone
        )

    def post(
        self,
        body: str | bytes,
        signature: str | None,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        in_chunks: bool = False,
    ) -> Exchange:
        """Send a body with a signature.

        Args:
            body: what is sent; text goes as UTF-8.
            signature: value of the header ``Signature``; None sends none.
            method: HTTP method.
            headers: headers in place of the usual ones.
            in_chunks: send the body without telling its length.

        Returns:
            The exchange; its status is 0 where no answer came in time.
        """
        content = body.encode() if isinstance(body, str) else body
        sent = {"Accept": "application/json", "Content-type": "application/json"}
        sent |= {} if signature is None else {"Signature": signature}
        sent = sent if headers is None else dict(headers)
        started = time.perf_counter()
        try:
            answer = self._client.request(
                method, self.url, headers=sent, content=_halves(content) if in_chunks else content
            )
            status, shown, answered = answer.status_code, dict(answer.headers), answer.content
        except httpx.HTTPError as error:
            status, shown, answered = 0, {}, f"no answer: {type(error).__name__}".encode()
        if in_chunks:
            sent["Transfer-Encoding"] = "chunked"
        return Exchange(
            operation_id=None,
            site_id=self.site.site_id,
            method=method,
            path=urlsplit(self.url).path or "/",
            url=self.url,
            request_headers=sent,
            request_body=content,
            status=status,
            answer_headers=shown,
            answer_body=answered,
            elapsed=time.perf_counter() - started,
        )

    def notify(self, kind: str, body: Mapping[str, Any]) -> Exchange:
        """Send a notification as a server would."""
        return self.post(dumps(body), self.signature(kind, body))

    def signature(self, kind: str, body: Mapping[str, Any]) -> str:
        """The right signature of a notification."""
        return signature_of(kind, body, self.site.notification_key or "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()


def signature_of(kind: str, body: Mapping[str, Any], key: str) -> str:
    """Sign a notification of a described type."""
    return digest(SentNotification(kind, "", dumps(body), ""), key)[0]


def notifications_of(kind: str, site_id: str) -> st.SearchStrategy[dict[str, Any]]:
    """Draw notifications of described fields that a partner of a site could get.

    Ids, times, sum and site look as they do in real ones; texts hold no control characters, which not every database
    can store.
    """

    def real(
        body: Mapping[str, Any], ids: tuple[str, str], value: Decimal, created: datetime, precision: str
    ) -> dict[str, Any]:
        about = dict(body[kind.lower()])
        # A handler remembers what it has been told of, so that no id may come back in another notification.
        fresh = [f"{part}{_RUN}-{next(_numbers)}" for part in ids]
        about |= {"paymentId": fresh[0], f"{kind.lower()}Id": fresh[1], "merchantSiteUid": site_id}
        about["createdDateTime"] = created.isoformat(timespec=precision)
        about["amount"] = {"currency": "RUB", "value": value}
        changed = (created + timedelta(seconds=1)).isoformat(timespec=precision)
        return {
            **body,
            kind.lower(): {**about, "status": {**about["status"], "changedDateTime": changed}},
            "version": "1",
        }

    schema = description().webhook_schema(kind)
    drawn = st.just(_plain(kind)) | values(schema).map(lambda body: _described(schema, body))
    return st.builds(
        real, drawn, st.tuples(_ID_PART, _ID_PART), _SUM, _CREATED, st.sampled_from(["seconds", "milliseconds"])
    ).filter(lambda body: next(description().errors(schema, body), None) is None)


def _plain(kind: str) -> dict[str, Any]:
    """The least that a notification of a type has, before ids, times and site are put in."""
    about = {
        "type": kind,
        "status": {"value": "SUCCESS"},
        "paymentMethod": {"type": "CARD", "maskedPan": "444444******1049"},
    }
    return {kind.lower(): about, "type": kind}


def _described(schema: Mapping[str, Any], value: Any) -> Any:
    """Leave the described fields of a value, and take control characters out of its texts."""
    node = description().resolved(schema)
    match value:
        case str():
            return _CONTROL.sub("", value)
        case Mapping():
            known = node.get("properties")
            return {
                _CONTROL.sub("", name): _described({} if known is None else known[name], item)
                for name, item in value.items()
                if known is None or name in known
            }
        case list():
            return [_described(node.get("items", {}), item) for item in value]
        case _:
            return value


def _halves(content: bytes) -> Iterable[bytes]:
    yield content[: len(content) // 2]
    yield content[len(content) // 2 :]
