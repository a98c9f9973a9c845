"""Spans for OpenTelemetry. Only who imports this needs the package `opentelemetry-api`."""

from importlib import import_module
from typing import Any, Final

import httpx

from qiwi_payin_runtime.attempts import Attempt
from qiwi_payin_runtime.errors import CallError
from qiwi_payin_runtime.observers import CallFacts
from qiwi_payin_runtime.version import VERSION

trace: Any = import_module("opentelemetry.trace")  # untyped, so that types can be checked where it is not installed
_NAME: Final = "qiwi_payin"


class OpenTelemetryObserver:
    """Makes a span for each call, named by its operation, and in it one for each request that is sent.

    Names and attributes are those of the semantic conventions for HTTP clients. Ids, bodies and headers are in none.

    Args:
        tracer_provider: what makes the tracer; the global one by default.
    """

    def __init__(self, tracer_provider: Any = None) -> None:
        self._tracer = trace.get_tracer(_NAME, VERSION, tracer_provider)

    def call_started(self, call: CallFacts) -> "_CallSpans":
        """Start the span of a call."""
        return _CallSpans(self._tracer, call)


class _CallSpans:
    """The span of a call, and that of its current attempt."""

    def __init__(self, tracer: Any, call: CallFacts) -> None:
        url = httpx.URL(call.base_url)
        self._tracer = tracer
        self._name = f"{call.method} {call.path}"
        self._facts = {
            "http.request.method": call.method,
            "url.template": call.path,
            "server.address": url.host,
            "server.port": url.port or (443 if url.scheme == "https" else 80),
        }
        self._call = tracer.start_span(call.operation, kind=trace.SpanKind.INTERNAL, attributes=self._facts)
        self._attempt: Any = None

    def attempt_started(self, number: int) -> None:
        resent = {} if number == 1 else {"http.request.resend_count": number - 1}
        self._attempt = self._tracer.start_span(
            self._name,
            context=trace.set_span_in_context(self._call),
            kind=trace.SpanKind.CLIENT,
            attributes={**self._facts, **resent},
        )

    def attempt_ended(self, attempt: Attempt) -> None:
        if attempt.status is not None:
            self._attempt.set_attribute("http.response.status_code", attempt.status)
        if attempt.problem is not None:
            _failed(self._attempt, attempt.problem)
        if attempt.trace_id is not None:
            self._attempt.set_attribute("qiwi_payin.trace_id", attempt.trace_id)
        self._attempt.end()
        self._attempt = None

    def call_ended(self, error: BaseException | None) -> None:
        if self._attempt is not None:  # nobody waited for its end
            _failed(self._attempt, type(error).__name__)
            self._attempt.end()
        if error is not None:
            _failed(self._call, type(error).__name__)
        if isinstance(error, CallError) and error.attempts and error.attempts[-1].status is not None:
            self._call.set_attribute("http.response.status_code", error.attempts[-1].status)
        self._call.end()


def _failed(span: Any, problem: str) -> None:
    span.set_attribute("error.type", problem)
    span.set_status(trace.StatusCode.ERROR)
