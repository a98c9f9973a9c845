"""A partner's server that takes notifications."""

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self


@dataclass
class Listener:
    """Answers each notification with the next of `answers`, the last of them for ever."""

    answers: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    endless: bool = False
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def __enter__(self) -> Self:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                listener.received.append((dict(self.headers.items()), body))
                answers = listener.answers
                self.send_response(answers.pop(0) if len(answers) > 1 else answers[0])
                for name, value in listener.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                with suppress(OSError):
                    while listener.endless:
                        self.wfile.write(b"x" * 65536)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/callback?x=1"
