"""From a request to an answer: route, key, parameters, site, body, operation."""

import itertools
import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from qiwi_payin_sandbox import times, wire
from qiwi_payin_sandbox.clocks.clock import ClockMovedBackError, world_time
from qiwi_payin_sandbox.clocks.timekeeper import ClosingError
from qiwi_payin_sandbox.domain.errors import RefusedError
from qiwi_payin_sandbox.faults.answers import Course
from qiwi_payin_sandbox.http.callers import Caller, Doorkeeper
from qiwi_payin_sandbox.http.errors import (
    ApiError,
    ForbiddenError,
    InternalError,
    MalformedBodyError,
    MediaTypeError,
    MethodError,
    StoppingError,
    StoreAwayError,
    of_refusal,
)
from qiwi_payin_sandbox.http.message import Request, Response
from qiwi_payin_sandbox.http.routing import Route, Router
from qiwi_payin_sandbox.http.runners import RunnerClosedError
from qiwi_payin_sandbox.operations.call import Answer, Call, Links
from qiwi_payin_sandbox.services import Services
from qiwi_payin_sandbox.sites.directory import Entry, SiteChangedError
from qiwi_payin_sandbox.store.errors import UnavailableError

T = TypeVar("T")

LARGEST_BODY = 1024 * 1024
"""Bytes of a request body that are read."""

_JSON = "application/json"
_TRIES = 8
_UNSEEN = Response(status=502, headers={}, body=b"")  # of a connection that ends without an answer
_log = logging.getLogger("qiwi_payin_sandbox")


class Dispatcher:
    """Answers requests.

    Args:
        services: What the operations work on.
        router: Finds operations.
        run: Told apart from other runs in trace ids.
        control_key: Opens all control operations to callers on other machines; None: nothing does.
    """

    def __init__(self, services: Services, router: Router, run: str, control_key: str | None = None) -> None:
        self._services = services
        self._engine = services.engine
        self._doorkeeper = Doorkeeper(services.engine.sites, control_key)
        self._router = router
        self._run = run
        self._errors: Iterator[int] = itertools.count(1)

    def handle(self, request: Request, public_url: str) -> Response:
        """Answer a request; every failure is an answer too.

        Args:
            request: The request.
            public_url: What the addresses of the payer's pages begin with.
        """
        return self._respond(request, Links(public_url))

    def _respond(self, request: Request, links: Links, *, is_struck: bool = False) -> Response:
        try:
            answer = self._answer(request, links, is_struck=is_struck)
        except ApiError as error:
            return self._error(request, error)
        except Exception as error:  # noqa: BLE001 - a fault of ours must be an answer too
            return self.failed(request, error)
        if isinstance(answer, Response):
            return answer
        if answer.body is None:
            return Response(status=answer.status, headers={}, body=b"")
        return Response(status=answer.status, headers={"Content-Type": _JSON}, body=wire.dumps(answer.body).encode())

    def largest_body(self, request: Request) -> int:
        """Return how many bytes of a request's body are to be read, by all else of it."""
        try:
            routes, parameters = self._router.find(request.path)
            route = routes.get(request.method)
            if route is None or route.largest_body is None:
                return LARGEST_BODY
            self._admit(request, routes, route, parameters.get("siteId"), is_control=route.is_control)
        except ApiError:
            return LARGEST_BODY
        return route.largest_body

    def failed(self, request: Request, error: Exception) -> Response:
        """Answer a request that something of ours kept from being done."""
        if isinstance(error, ClosingError | RunnerClosedError):
            return self._error(request, StoppingError())
        _log.error("%s failed", request.method, exc_info=error)
        return self._error(request, StoreAwayError() if isinstance(error, UnavailableError) else InternalError())

    def operate(
        self,
        operation_id: str,
        parameters: Mapping[str, str],
        body: dict[str, Any],
        public_url: str,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """Run an operation without HTTP and return its answer as a partner would read it, None where it has no body.

        Raises:
            ApiError: It was refused.
        """
        route = self._router.routes[operation_id]
        route.check_parameters(parameters)
        answer = self._as_known(
            lambda: self._run_operation(
                route,
                Call(
                    services=self._services,
                    caller=Caller(),
                    entry=self._engine.sites.entry(parameters.get("siteId", "")),
                    parameters=parameters,
                    query=query or {},
                    body=body,
                    links=Links(public_url),
                ),
            )
        )
        return None if answer.body is None else wire.loads(wire.dumps(answer.body).encode())

    def _answer(self, request: Request, links: Links, *, is_struck: bool) -> Answer | Response:
        return self._as_known(lambda: self._answer_by_what_is_known(request, links, is_struck=is_struck))

    @staticmethod
    def _as_known(answer: Callable[[], T]) -> T:
        """Answer by what is known of the site; anew, the key and all else, where another process has changed it."""
        for _ in range(_TRIES):
            try:
                return answer()
            except SiteChangedError:
                continue
        raise InternalError

    def _answer_by_what_is_known(self, request: Request, links: Links, *, is_struck: bool) -> Answer | Response:
        routes, parameters = self._router.find(request.path)
        route = routes.get(request.method)
        is_control = any(each.is_control for each in routes.values())
        caller, entry = self._admit(request, routes, route, parameters.get("siteId"), is_control=is_control)
        if route is None:
            raise MethodError(routes)
        route.check_parameters(parameters)
        if entry is not None and entry.faults.concerns(route.operation_id) and not (is_control or is_struck):
            course = self._services.faults.course(entry.site.site_id, route.operation_id, parameters)
            return self._astray(request, links, course)
        call = Call(
            services=self._services,
            caller=caller,
            entry=entry,
            parameters=parameters,
            query=route.read_query(request.query),
            body=_body(request, route),
            links=links,
        )
        if is_control and entry is not None:
            call.look(lambda _: None)  # a control operation may do its work outside of transactions
        return self._run_operation(route, call)

    def _astray(self, request: Request, links: Links, course: Course) -> Response:
        """Return what is answered where faults have decided what becomes of a request."""
        answer = self._respond(request, links, is_struck=True) if course.is_carried_out else _UNSEEN
        if isinstance(course.instead, ApiError):
            answer = self._error(request, course.instead)
        return course.applied_to(course.instead if isinstance(course.instead, Response) else answer)

    def _admit(
        self,
        request: Request,
        routes: Mapping[str, Route],
        route: Route | None,
        site_id: str | None,
        *,
        is_control: bool,
    ) -> tuple[Caller, Entry | None]:
        """Return who calls, and the site as it was when its keys were looked at."""
        sites = self._engine.sites
        takes_site_keys = route is None or route.takes_site_keys
        if site_id is None:
            sites.refresh()  # what no transaction will tell
            return self._doorkeeper.admit(request, None, is_control=is_control, takes_site_keys=takes_site_keys), None
        entry = sites.entry(site_id)
        try:
            caller = self._doorkeeper.admit(request, site_id, is_control=is_control, takes_site_keys=takes_site_keys)
        except ForbiddenError:
            next(iter(routes.values())).check_parameters({"siteId": site_id})
            raise
        entry = entry or sites.find(site_id)
        if entry is None and takes_site_keys:
            next(iter(routes.values())).check_parameters({"siteId": site_id})
            raise ForbiddenError(f"There is no site {site_id}" if caller.site_ids is None else None)
        return caller, entry

    def _run_operation(self, route: Route, call: Call) -> Answer:
        if route.body is not None:
            route.body.check(call.body)
        try:
            return route.handler(call)
        except (RefusedError, ClockMovedBackError) as error:
            raise of_refusal(error) from None

    def _error(self, request: Request, error: ApiError) -> Response:
        trace_id = self._engine.ids.hex(16, "trace", self._run, str(next(self._errors)))
        body = error.body(times.in_full(self._time_of(request)), trace_id)
        return Response(
            status=error.status,
            headers={"Content-Type": _JSON, **error.headers},
            body=wire.dumps(body).encode(),
        )

    def _time_of(self, request: Request) -> datetime:
        named = next((part for part in request.path.split("/") if part in self._engine.sites), None)
        try:
            return self._engine.clock(named or next(iter(self._engine.sites)))[0]
        except Exception:  # noqa: BLE001 - the store, which may be what failed, must not keep the error from being told
            return world_time()


def _body(request: Request, route: Route) -> dict[str, Any]:
    if not request.body:
        if route.body_required:
            raise MalformedBodyError
        return {}
    if route.body is None:
        return {}
    largest = route.largest_body or LARGEST_BODY
    if len(request.body) > largest:
        raise MalformedBodyError(f"The body is larger than {largest} bytes")
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != _JSON:
        raise MediaTypeError
    try:
        body = wire.loads(request.body)
    except wire.MalformedError:
        raise MalformedBodyError from None
    if not isinstance(body, dict):
        raise MalformedBodyError("The body is no JSON object")
    return body
