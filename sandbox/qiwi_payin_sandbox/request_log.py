"""The latest requests of the API and of the control operations, as one process answered them, without secrets."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from qiwi_payin_sandbox import masking
from qiwi_payin_sandbox.http.errors import MissingError
from qiwi_payin_sandbox.http.message import Cut, Request, Response
from qiwi_payin_sandbox.masking import HIDDEN, Masks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from qiwi_payin_sandbox.http.routing import Route, Router

Handle = Callable[[Request], Response]
SiteTime = Callable[[str], datetime | None]

DEFAULT_CAPACITY = 1000
"""How many requests are kept."""

_LARGEST_BODY = 64 * 1024
_LONGEST_PATH = 400
_LONGEST_PLAIN = 12
_FIRST_ERROR = 400


class LoggedBody(NamedTuple):
    """A body: its size in bytes, and what may be shown of it where it is JSON of at most 64 KiB."""

    size: int
    shown: Any = None


class Exchange(NamedTuple):
    """A request and its answer.

    Attributes:
        sequence: Its place among the requests of this process.
        received_at: When, by the world's clock.
        site_time: When, by the clock of its site; None where it named no site.
        site_id: The site that its path names, where there is such a site.
        method: Its method.
        path: Its path, query included, without secrets.
        operation_id: The operation that it asked for, where there is one.
        status: HTTP status of the answer; 0 where an exception went through.
        microseconds: How long the answer took.
        trace_id: `traceId` of the answer, where it is an error.
        cut: How the connection ended instead of the answer getting through, because a fault was asked for.
    """

    sequence: int
    received_at: datetime
    site_time: datetime | None
    site_id: str | None
    method: str
    path: str
    operation_id: str | None
    status: int
    microseconds: int
    request: LoggedBody
    response: LoggedBody
    trace_id: str | None
    cut: Cut = ""


class RequestLog:
    """Keeps the latest requests in memory, masked when they are recorded.

    Args:
        description: The OpenAPI document, bundled: it says what is secret.
        router: Finds operations.
        sites: The ids of the sites there are.
        site_time: Tells the time of a site without asking the store.
        after_commit: Calls once what an answer tells of is committed, and not at all where that fails.
        capacity: How many are kept; with 0 none.
    """

    def __init__(
        self,
        description: Mapping[str, Any],
        router: Router,
        *,
        sites: Collection[str],
        site_time: SiteTime,
        after_commit: Callable[[Callable[[], None]], None],
        capacity: int = DEFAULT_CAPACITY,
    ) -> None:
        if capacity < 0:
            raise ValueError("a request log keeps 0 requests or more")
        self._router = router
        self._masks = Masks(description)
        self._sites = sites
        self._site_time = site_time
        self._after_commit = after_commit
        self._capacity = capacity
        self._kept: deque[Exchange] = deque(maxlen=capacity)
        self._lock = threading.Lock()
        self._fixed_segments = frozenset(_fixed_segments(description))
        self.last = 0
        """The sequence of the latest request, 0 before the first."""
        self.run = secrets.token_hex(4)
        """Tells the sequences of this process from those of others."""

    def recording(self, handle: Handle) -> Handle:
        """Return `handle`, everything that it answers being recorded."""
        if not self._capacity:
            return handle

        def recorded(request: Request) -> Response:
            begun = time.perf_counter()
            response: Response | None = None
            try:
                response = handle(request)
                return response
            finally:
                took = int((time.perf_counter() - begun) * 1_000_000)
                self._after_commit(partial(self._record, request, response, took))

        return recorded

    # reading

    def after(self, site_id: str, sequence: int, limit: int, *, with_those_of_none: bool = True) -> list[Exchange]:
        """Return the requests of a site after a sequence, oldest first, with those that named no site.

        These may tell of other sites: they are not for whoever may see this one alone.
        """
        wanted = (site_id, None) if with_those_of_none else (site_id,)
        return list(islice((each for each in self._snapshot(sequence) if each.site_id in wanted), limit))

    def before(self, site_id: str, sequence: int | None, limit: int) -> list[Exchange]:
        """Return the requests of a site before a sequence, newest first; None begins with the latest."""
        found = (
            each
            for each in reversed(self._snapshot(0))
            if each.site_id in (site_id, None) and (sequence is None or each.sequence < sequence)
        )
        return list(islice(found, limit))

    def find(self, site_id: str, sequence: int) -> Exchange | None:
        """Return a request of a site while it is kept."""
        found = self.after(site_id, sequence - 1, 1)
        return found[0] if found and found[0].sequence == sequence else None

    def traced(self, site_id: str, trace_id: str) -> Exchange | None:
        """Return the request that was answered with a `traceId`, while it is kept."""
        return next((each for each in self.before(site_id, None, self._capacity) if each.trace_id == trace_id), None)

    def clear(self, site_id: str) -> None:
        """Forget the requests of a site."""
        with self._lock:
            self._kept = deque((each for each in self._kept if each.site_id != site_id), maxlen=self._capacity)

    def _snapshot(self, after: int) -> list[Exchange]:
        with self._lock:
            wanted = min(self.last - after, len(self._kept))
            newest = list(islice(reversed(self._kept), max(wanted, 0)))
        return [each for each in reversed(newest) if each.sequence > after]

    # recording

    def _record(self, request: Request, response: Response | None, microseconds: int) -> None:
        routes, parameters = self._named_by(request.path)
        route = routes.get(request.method)
        site_id = parameters.get("siteId")
        if site_id is None and not routes:
            site_id = next((part for part in request.path.split("/") if part in self._sites), None)
        if site_id not in self._sites:
            site_id = None
        operation_id = route.operation_id if route is not None else None
        status = response.status if response is not None else 0
        answer = response.body if response is not None else b""
        answered = self._body(answer, lambda: self._masks.of_response(operation_id, status))
        sent = self._body(request.body, lambda: self._masks.of_request(operation_id or ""))
        with self._lock:
            self.last += 1
            self._kept.append(
                Exchange(
                    sequence=self.last,
                    received_at=datetime.now(UTC),
                    site_time=self._site_time(site_id) if site_id is not None else None,
                    site_id=site_id,
                    method=request.method[:16],
                    path=self._path(request, route),
                    operation_id=operation_id,
                    status=status,
                    microseconds=microseconds,
                    request=sent,
                    response=answered,
                    trace_id=_trace_id(answered.shown) if status >= _FIRST_ERROR else None,
                    cut=response.cut if response is not None else "",
                )
            )

    def _named_by(self, path: str) -> tuple[Mapping[str, Route], dict[str, str]]:
        try:
            return self._router.find(path)
        except MissingError:
            return {}, {}

    @staticmethod
    def _body(body: bytes, mask: Callable[[], masking.Mask]) -> LoggedBody:
        if not body or len(body) > _LARGEST_BODY:
            return LoggedBody(len(body))
        try:
            return LoggedBody(len(body), mask().masked(masking.read(body)))
        except (ValueError, ArithmeticError, RecursionError):  # no JSON, or a number or a depth beyond all reason
            return LoggedBody(len(body))

    def _path(self, request: Request, route: Route | None) -> str:
        path = request.path
        if route is None:
            path = "/".join(self._segment(part) for part in path.split("/"))
        else:
            plain = unquote(path, errors="replace")
            safe = masking.shown_text(plain)
            path = path if safe == plain else safe
        if request.query:
            known = route.query if route is not None else {}
            path += "?" + urlencode(
                [
                    (masking.shown_text(name), masking.shown_text(value) if name in known else HIDDEN)
                    for name, value in parse_qsl(request.query, keep_blank_values=True)
                ],
                safe="*",
            )
        return path if len(path) <= _LONGEST_PATH else f"{path[:_LONGEST_PATH]}..."

    def _segment(self, segment: str) -> str:
        """Return a part of a path that no operation has: what stands there may be a key or a token."""
        if segment in self._fixed_segments or segment in self._sites:
            return segment
        return masking.tail(segment) if len(segment) > _LONGEST_PLAIN else masking.shown_text(unquote(segment))


def _trace_id(body: Any) -> str | None:
    trace_id = body.get("traceId") if isinstance(body, dict) else None
    return trace_id if isinstance(trace_id, str) else None


def _fixed_segments(description: Mapping[str, Any]) -> Iterator[str]:
    bases = (urlsplit(server["url"]).path for server in description["servers"])
    for path in (*description["paths"], *bases):
        yield from (part for part in path.split("/") if not part.startswith("{"))
