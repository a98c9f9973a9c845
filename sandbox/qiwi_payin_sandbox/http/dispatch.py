"""From a request to an answer: route, key, parameters, site, body, operation."""

import hashlib
import itertools
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from qiwi_payin_sandbox import times, wire
from qiwi_payin_sandbox.clock import ClockMovedBackError, world_time
from qiwi_payin_sandbox.domain.errors import RefusedError
from qiwi_payin_sandbox.http.errors import (
    ApiError,
    ForbiddenError,
    InternalError,
    MalformedBodyError,
    MediaTypeError,
    MethodError,
    StoppingError,
    UnauthorizedError,
    of_refusal,
)
from qiwi_payin_sandbox.http.message import Request, Response
from qiwi_payin_sandbox.http.routing import Route, Router
from qiwi_payin_sandbox.operations.call import Answer, Call, Links
from qiwi_payin_sandbox.services import Services
from qiwi_payin_sandbox.timekeeper import ClosingError

LARGEST_BODY = 1024 * 1024
"""Bytes of a request body that are read."""

_JSON = "application/json"
_log = logging.getLogger("qiwi_payin_sandbox")


class Dispatcher:
    """Answers requests.

    Args:
        services: What the operations work on.
        router: Finds operations.
        run: Told apart from other runs in trace ids.
    """

    def __init__(self, services: Services, router: Router, run: str) -> None:
        self._services = services
        self._engine = engine = services.engine
        self._router = router
        self._run = run
        self._errors: Iterator[int] = itertools.count(1)
        self._sites_of_key: dict[bytes, set[str]] = {}
        for site in engine.sites.values():
            for key in (site.key or "", *site.keys):
                self._sites_of_key.setdefault(_hash(key.encode()), set()).add(site.site_id)

    def handle(self, request: Request, public_url: str) -> Response:
        """Answer a request; every failure is an answer too.

        Args:
            request: The request.
            public_url: What the addresses of the payer's pages begin with.
        """
        try:
            answer = self._answer(request, Links(public_url))
        except ApiError as error:
            return self._error(request, error)
        except ClosingError:
            return self._error(request, StoppingError())
        except Exception:  # noqa: BLE001 - logged; a fault of ours must be an answer too
            _log.exception("%s failed", request.method)
            return self._error(request, InternalError())
        if answer.body is None:
            return Response(status=answer.status, headers={}, body=b"")
        return Response(status=answer.status, headers={"Content-Type": _JSON}, body=wire.dumps(answer.body).encode())

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
        answer = self._run_operation(route, parameters, query or {}, body, Links(public_url))
        return None if answer.body is None else wire.loads(wire.dumps(answer.body).encode())

    def _answer(self, request: Request, links: Links) -> Answer:
        routes, parameters = self._router.find(request.path)
        sites = self._sites_of(request, is_control=any(route.is_control for route in routes.values()))
        site_id = parameters.get("siteId")
        if site_id is not None and site_id not in sites:
            next(iter(routes.values())).check_parameters({"siteId": site_id})
            raise ForbiddenError
        route = routes.get(request.method)
        if route is None:
            raise MethodError(routes)
        route.check_parameters(parameters)
        query = route.read_query(request.query)
        return self._run_operation(route, parameters, query, _body(request, route), links)

    def _run_operation(
        self, route: Route, parameters: Mapping[str, str], query: Mapping[str, Any], body: dict[str, Any], links: Links
    ) -> Answer:
        if route.body is not None:
            route.body.check(body)
        try:
            return route.handler(
                Call(services=self._services, parameters=parameters, query=query, body=body, links=links)
            )
        except (RefusedError, ClockMovedBackError) as error:
            raise of_refusal(error) from None

    def _sites_of(self, request: Request, *, is_control: bool) -> set[str]:
        authorization = request.headers.get("authorization")
        if authorization is None and is_control and request.is_local:
            return set(self._engine.sites)
        scheme, _, key = (authorization or "").partition(" ")
        sites = (
            self._sites_of_key.get(_hash(key.strip(" ").encode("latin-1", errors="replace")))
            if scheme.lower() == "bearer"
            else None
        )
        if sites is None:
            raise UnauthorizedError
        return sites

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
    if len(request.body) > LARGEST_BODY:
        raise MalformedBodyError(f"The body is larger than {LARGEST_BODY} bytes")
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


def _hash(key: bytes) -> bytes:
    # keys are looked up by hash, so that the time it takes tells nothing about them
    return hashlib.sha256(key).digest()
