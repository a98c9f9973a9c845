"""What happens on the sites, as server-sent events: events and requests, as they come.

One thread reads for all who follow, once for each site that anybody follows; who follows costs a queue. A reader that
comes back names the last event that it got, and gets what it has missed.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.http.message import Response, StreamedResponse
from qiwi_payin_sandbox.operations.control.events import of_event
from qiwi_payin_sandbox.operations.control.requests import of_exchange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qiwi_payin_sandbox.dashboard.control import Control, Json
    from qiwi_payin_sandbox.engine.work import Work
    from qiwi_payin_sandbox.store.session import Row

_CURSOR = re.compile(r"([0-9]{1,18})(?:\.([0-9a-f]{8})-([0-9]{1,18}))?", re.ASCII)
_AT_ONCE = 500
_MOST_WAITING = 2000
_POLL_SECONDS = 0.2
_SHORTEST_PAUSE_SECONDS = 0.02
_HEARTBEAT_SECONDS = 15.0
_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Position:
    """How far somebody has read: the last event, and the last request of one process."""

    event: int
    request: int

    def text(self, run: str) -> str:
        """Return what a reader names it by."""
        return f"{self.event}.{run}-{self.request}"


@dataclass(slots=True)
class _Site:
    """What the thread knows of a site that is followed: how far it has read, and for whom."""

    position: Position
    readers: set[_Reader] = field(default_factory=set)


class _Reader:
    """Somebody who follows, in an event loop of theirs."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._waiting: deque[str] = deque()
        self._ended = False

    def give(self, messages: Iterable[str]) -> None:
        """Hand over messages, from any thread; who does not keep up is left behind, to come back."""
        messages = tuple(messages)
        with suppress(RuntimeError):  # the loop is closed, and the reader with it
            self._loop.call_soon_threadsafe(self._take, messages)

    def end(self) -> None:
        """Let the reader go, from any thread."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._stop)

    def _take(self, messages: tuple[str, ...]) -> None:
        self._waiting.extend(messages)
        if len(self._waiting) > _MOST_WAITING:
            self._ended = True
        self._woken.set()

    def _stop(self) -> None:
        self._ended = True
        self._woken.set()

    async def next(self) -> str | None:
        """Return the messages that have come, a comment where none has come for a while, None at the end."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), _HEARTBEAT_SECONDS)
        self._woken.clear()
        if self._ended:
            return None
        text = "".join(self._waiting)
        self._waiting.clear()
        return text or ": still here\n\n"


class Feed:
    """Tells whoever follows a site what happens on it.

    Args:
        control: The sandbox.
    """

    def __init__(self, control: Control) -> None:
        self._control = control
        self._engine = control.services.engine
        self._log = control.services.request_log
        self._lock = threading.Lock()
        self._sites: dict[str, _Site] = {}
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()

    def close(self) -> None:
        """Let all readers go, at once."""
        with self._lock:
            self._closed.set()
            readers = [reader for site in self._sites.values() for reader in site.readers]
            thread = self._thread
        for reader in readers:
            reader.end()
        self._engine.changed.tell()
        if thread is not None:
            thread.join()

    def cursor(self, site_id: str) -> str:
        """Return what names the present moment."""
        return self._present(site_id).text(self._log.run)

    def stream(self, site_id: str, cursor: str | None) -> Response:
        """Return what happens on a site after a cursor, from now on where there is none; `0` is the beginning."""
        position = self._read_cursor(site_id, cursor)
        if position is None:
            headers = {"Content-Type": "text/plain; charset=utf-8"}
            return Response(status=HTTPStatus.BAD_REQUEST, headers=headers, body=b"no such place in the stream\n")

        async def follow(receive: Any, send: Any) -> None:
            await self._follow(site_id, position, receive, send)

        return StreamedResponse(status=HTTPStatus.OK, headers=dict(_HEADERS), body=b"", follow=follow)

    def _read_cursor(self, site_id: str, cursor: str | None) -> Position | None:
        if not cursor:
            return self._present(site_id)
        found = _CURSOR.fullmatch(cursor)
        if found is None:
            return None
        # of another process's requests nothing is known here: this one's are all new
        return Position(int(found[1]), int(found[3]) if found[2] == self._log.run else 0)

    def _present(self, site_id: str) -> Position:
        last = self._control.look(site_id, lambda work: work.unit.last_event(), in_order=True)
        return Position(last, self._log.last)

    # one reader

    async def _follow(self, site_id: str, position: Position, receive: Any, send: Any) -> None:
        headers = [(name.lower().encode(), value.encode()) for name, value in _HEADERS.items()]
        await send({"type": "http.response.start", "status": HTTPStatus.OK, "headers": headers})
        reader = _Reader()
        gone = asyncio.ensure_future(_hang_up(receive))
        gone.add_done_callback(lambda _: reader._stop())  # noqa: SLF001 - in the reader's own loop
        try:
            missed = await asyncio.to_thread(self._join, site_id, reader, position)
            text: str | None = f"retry: 1000\n: {self._control.base_path}\n\n" + "".join(missed)
            while text is not None:
                await send({"type": "http.response.body", "body": text.encode(errors="replace"), "more_body": True})
                text = await reader.next()
            if not gone.done():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._leave(site_id, reader)
            gone.cancel()

    def _join(self, site_id: str, reader: _Reader, position: Position) -> list[str]:
        """Have the reader told what happens from now on; return what has happened after its position."""
        present = self._present(site_id)
        with self._lock:
            if self._closed.is_set():
                reader.end()
                return []
            site = self._sites.setdefault(site_id, _Site(present))
            site.readers.add(reader)
            until = site.position
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sandbox feed", daemon=True)
                self._thread.start()
        missed: list[str] = []
        while True:
            messages, reached = self._read(site_id, position, until=until)
            missed += messages
            if reached == position or len(missed) > _MOST_WAITING:
                return missed
            position = reached

    def _leave(self, site_id: str, reader: _Reader) -> None:
        with self._lock:
            site = self._sites.get(site_id)
            if site is not None:
                site.readers.discard(reader)
                if not site.readers:
                    del self._sites[site_id]

    # the thread that reads for all

    def _run(self) -> None:
        changed = self._engine.changed
        while True:
            seen = changed.count
            with self._lock:
                if self._closed.is_set() or not self._sites:
                    self._thread = None
                    return
                followed = list(self._sites.items())
            for site_id, site in followed:
                with suppress(Exception):  # a store that fails for a while is asked again
                    self._tell(site_id, site)
            self._closed.wait(_SHORTEST_PAUSE_SECONDS)  # what comes in a burst is told together
            changed.wait(seen, _POLL_SECONDS)

    def _tell(self, site_id: str, site: _Site) -> None:
        messages, position = self._read(site_id, site.position)
        with self._lock:
            site.position = position
            readers = list(site.readers)
        if messages:
            for reader in readers:
                reader.give(messages)

    def _read(self, site_id: str, after: Position, *, until: Position | None = None) -> tuple[list[str], Position]:
        """Return messages of what has happened after a position, and how far they reach."""

        def query(work: Work) -> list[Row]:
            return work.unit.events(after=after.event, limit=_AT_ONCE)

        events = [
            row
            for row in self._control.look(site_id, query, in_order=True)
            if until is None or row.sequence <= until.event
        ]
        requests = [
            each
            for each in self._log.after(site_id, after.request, _AT_ONCE)
            if until is None or each.sequence <= until.request
        ]
        messages, position = [], after
        for row in events:
            position = Position(row.sequence, position.request)
            messages.append(self._message("event", position, of_event(row)))
        for exchange in requests:
            position = Position(position.event, exchange.sequence)
            messages.append(self._message("request", position, of_exchange(exchange)))
        return messages, position

    def _message(self, kind: str, position: Position, data: Json) -> str:
        return f"id: {position.text(self._log.run)}\nevent: {kind}\ndata: {wire.dumps(data)}\n\n"


async def _hang_up(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
