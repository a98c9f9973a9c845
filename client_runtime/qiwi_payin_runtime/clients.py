"""What sends calls: one engine each for sync and async code."""

import random
from collections.abc import Callable, Mapping
from copy import copy
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

import httpx

from qiwi_payin_runtime.calls import Operation, T
from qiwi_payin_runtime.clock import Clock
from qiwi_payin_runtime.errors import OutcomeUnknown
from qiwi_payin_runtime.sending import Sending
from qiwi_payin_runtime.settings import Settings

if TYPE_CHECKING:
    from qiwi_payin_runtime.answers import Answer
    from qiwi_payin_runtime.observers import Observer

HttpT = TypeVar("HttpT", httpx.Client, httpx.AsyncClient)


class _Engine(Generic[HttpT]):
    """What the engines have in common: all but the sending and the waiting."""

    _client_class: type[HttpT]
    _transport_class: type[httpx.BaseTransport | httpx.AsyncBaseTransport]

    def __init__(
        self,
        settings: Settings,
        operations: Mapping[str, str],
        *,
        transport: Any = None,
        proxy: Any = None,
        http_client: HttpT | None = None,
        clock: Clock | None = None,
        jitter: Callable[[], float] | None = None,
        observer: "Observer | None" = None,
    ) -> None:
        _check_kind("transport", transport, self._transport_class)
        _check_kind("http_client", http_client, self._client_class)
        if http_client is not None and (transport is not None or proxy is not None):
            raise ValueError("http_client: it has its own transport and proxy; pass these to it")
        self.settings = settings
        self.clock = clock or Clock()
        self.jitter = jitter or random.random
        self.observer = observer
        self._operations = operations
        self._owns_connections = http_client is None
        self._is_closed = False
        self._opener: Self | None = None
        self._http: HttpT = http_client or self._client_class(**settings.pool_options(transport, proxy))

    def changed(self, **settings: Any) -> Self:
        """An engine with other settings over the same connections, which stay the first one's to close."""
        other = copy(self)
        other.settings = self.settings.changed(**settings)
        other._owns_connections = False  # noqa: SLF001 - of our own class
        other._is_closed = False  # noqa: SLF001 - likewise
        other._opener = self  # noqa: SLF001 - likewise
        return other

    @property
    def is_closed(self) -> bool:
        """Whether this engine was closed, or the one whose connections it uses."""
        opener_is_closed = self._opener is not None and self._opener.is_closed
        return self._is_closed or self._http.is_closed or opener_is_closed

    @property
    def hooks_answers(self) -> bool:
        """Whether the connections are somebody's own, with hooks for answers."""
        return bool(self._http.event_hooks["response"])

    def resolve(self, error: OutcomeUnknown) -> Any:
        """See `OutcomeUnknown.resolve`."""
        raise NotImplementedError

    def _sending(
        self,
        operation: Operation[T],
        ids: Mapping[str, str | None],
        body: Mapping[str, Any] | None,
        options: Mapping[str, Any],
    ) -> Sending[T]:
        settings = self.settings.changed(**options)
        return Sending(self, settings, settings.call(operation, ids, body))

    def _resolving(self, error: OutcomeUnknown) -> Sending[Any]:
        from qiwi_payin_runtime.resolving import Question, Repetition  # noqa: PLC0415 - few calls end so

        if self.is_closed:
            raise ValueError("payin: the client is closed; nobody can ask with it")
        call = error.call
        changed = self._operation(error.operation) if call is None else call.operation
        if call is not None and (changed.is_repeatable or changed.status is None):
            settings: Settings = error.settings_of(self) or self.settings
            return Repetition(self, settings, call.hiding(settings.key), error)
        if changed.status is None:
            raise ValueError(f"{changed.id}: nobody can be asked about it; make the same call again")
        question = self.settings.call(self._operation(changed.status), error.ids, None)
        return Question(self, self.settings, question, error, changed)

    def _operation(self, operation_id: str) -> Operation[Any]:
        """An operation by its id in the description; its module is loaded where it has not been used yet."""
        if operation_id not in self._operations:
            raise ValueError(f"operation: this client has no {operation_id!r}")
        module, _, name = self._operations[operation_id].partition(":")
        found: Operation[Any] = getattr(import_module(module), name)
        return found


class SyncEngine(_Engine[httpx.Client]):
    """Sends calls through one pool of connections."""

    _client_class = httpx.Client
    _transport_class = httpx.BaseTransport

    def send(
        self,
        operation: Operation[T],
        ids: Mapping[str, str | None],
        body: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> T:
        """Make one call and return what it answers with. The options are settings of this call; None is no setting."""
        return self._sent(self._sending(operation, ids, body, options)).result()

    def send_raw(
        self,
        operation: Operation[T],
        ids: Mapping[str, str | None],
        body: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> "Answer[T]":
        """Make one call and return its answer as it came, too."""
        return self._sent(self._sending(operation, ids, body, options)).whole_result()

    def resolve(self, error: OutcomeUnknown) -> Any:
        """See `OutcomeUnknown.resolve`."""
        return self._sent(self._resolving(error)).result()

    def close(self) -> None:
        """Close the connections, where they are this engine's own."""
        self._is_closed = True
        if self._owns_connections:
            self._http.close()

    def _sent(self, sending: Sending[T]) -> Sending[T]:
        try:
            while sending.begins():
                self._exchange(sending)
                if sending.pause:
                    self.clock.sleep(sending.pause)
        except BaseException as error:
            sending.abandoned(error)
            raise
        return sending

    def _exchange(self, sending: Sending[T]) -> None:
        # A frame of its own, gone when an error is raised: reports show the variables of frames.
        request = sending.request()
        with sending:
            sending.answer = self._http.send(request, auth=None, follow_redirects=False, stream=True)
            is_read = sending.answer.is_stream_consumed  # by a hook, or by the transport of a test
            try:
                for piece in sending.answer.iter_bytes() if is_read else sending.answer.iter_raw():
                    sending.take(piece)
            finally:
                sending.answer.close()
            if not is_read:
                sending.unpack()


class AsyncEngine(_Engine[httpx.AsyncClient]):
    """Sends calls through one pool of connections, for async code."""

    _client_class = httpx.AsyncClient
    _transport_class = httpx.AsyncBaseTransport

    async def send(
        self,
        operation: Operation[T],
        ids: Mapping[str, str | None],
        body: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> T:
        """Make one call and return what it answers with. The options are settings of this call; None is no setting."""
        return (await self._sent(self._sending(operation, ids, body, options))).result()

    async def send_raw(
        self,
        operation: Operation[T],
        ids: Mapping[str, str | None],
        body: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> "Answer[T]":
        """Make one call and return its answer as it came, too."""
        return (await self._sent(self._sending(operation, ids, body, options))).whole_result()

    async def resolve(self, error: OutcomeUnknown) -> Any:
        """See `OutcomeUnknown.resolve`."""
        return (await self._sent(self._resolving(error))).result()

    async def close(self) -> None:
        """Close the connections, where they are this engine's own."""
        self._is_closed = True
        if self._owns_connections:
            await self._http.aclose()

    async def _sent(self, sending: Sending[T]) -> Sending[T]:
        try:
            while sending.begins():
                await self._exchange(sending)
                if sending.pause:
                    await self.clock.sleep_async(sending.pause)
        except BaseException as error:
            sending.abandoned(error)
            raise
        return sending

    async def _exchange(self, sending: Sending[T]) -> None:
        # A frame of its own, gone when an error is raised: reports show the variables of frames.
        request = sending.request()
        with sending:
            sending.answer = await self._http.send(request, auth=None, follow_redirects=False, stream=True)
            is_read = sending.answer.is_stream_consumed  # by a hook, or by the transport of a test
            try:
                async for piece in sending.answer.aiter_bytes() if is_read else sending.answer.aiter_raw():
                    sending.take(piece)
            finally:
                await sending.answer.aclose()
            if not is_read:
                sending.unpack()


def _check_kind(name: str, value: object, kind: type) -> None:
    if not isinstance(value, kind | None):
        raise TypeError(f"{name}: an httpx.{kind.__name__} is wanted")
