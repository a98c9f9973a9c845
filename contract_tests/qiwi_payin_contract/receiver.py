"""A partner's address for notifications, on loopback."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

import attrs

from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.shop import at

__all__ = ["Arrived", "Receiver"]


@attrs.define(frozen=True)
class Arrived:
    """A notification as it arrived.

    Attributes:
        method: HTTP method.
        headers: names in lower case.
        body: exact bytes.
    """

    method: str
    headers: dict[str, str] = attrs.field(repr=False)
    body: bytes = attrs.field(repr=False)

    def is_about(self, kind: str, object_id: str) -> bool:
        """Whether it tells of a payment, capture or refund."""
        try:
            data = loads(self.body)
        except ValueError:
            return False
        return bool(at(data, "type") == kind and at(data, kind.lower(), f"{kind.lower()}Id") == object_id)


class Receiver:
    """Takes notifications and answers each with ``status``, which may be changed at any time."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self._arrived: list[Arrived] = []
        self._changed = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        """Address for ``callbackUrl``."""
        return f"http://127.0.0.1:{self._server.server_port}/notifications"

    @property
    def arrived(self) -> tuple[Arrived, ...]:
        """What has arrived so far, in order."""
        with self._changed:
            return tuple(self._arrived)

    def take(self, arrived: Arrived) -> int:
        """Keep what arrived; the status to answer with."""
        with self._changed:
            self._arrived.append(arrived)
            self._changed.notify_all()
        return self.status

    def wait(self, count: int, seconds: float = 3.0) -> tuple[Arrived, ...]:
        """Wait until so many have arrived, or the time is over; what has arrived then."""
        until = time.monotonic() + seconds
        with self._changed:
            self._changed.wait_for(lambda: len(self._arrived) >= count, timeout=max(0.0, until - time.monotonic()))
            return tuple(self._arrived)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response_only(receiver.take(Arrived(self.command, headers, body)))
            self.send_header("content-length", "0")
            self.end_headers()

        do_POST = do_PUT = do_GET = _take  # noqa: N815 - names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Write nothing: the suite has its own output."""

    return Handler
