"""What may stand between the suite and a server, on loopback: a forward proxy, a TLS front, a counter of requests."""

import http.client
import select
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

_HOP = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "content-length", "host"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen: list[str]
    upstream: str | None = None

    def log_message(self, *_: object) -> None:
        """Keep quiet."""

    def _pass_on(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length) if length else None
        address = urlsplit(self.path if self.upstream is None else self.upstream + self.path)
        self.seen.append(f"{self.command} {address.path}")
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
        connection.request(self.command, address.path + (f"?{address.query}" if address.query else ""), body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = do_PATCH = do_OPTIONS = do_TRACE = _pass_on  # noqa: N815 - http.server's

    def do_CONNECT(self) -> None:
        self.seen.append(f"CONNECT {self.path}")
        host, _, port = self.path.partition(":")
        with socket.create_connection((host, int(port))) as there:
            self.send_response(200)
            self.end_headers()
            ends = [self.connection, there]
            while True:
                ready, _, _ = select.select(ends, [], [], 10)
                for end in ready:
                    data = end.recv(65536)
                    if not data:
                        self.close_connection = True
                        return
                    (there if end is self.connection else self.connection).sendall(data)


@contextmanager
def _serving(upstream: str | None, context: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Handler", (_Handler,), {"seen": seen, "upstream": upstream})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"{'http' if context is None else 'https'}://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def forward_proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy: its address, and what went through it."""
    with _serving(None) as served:
        yield served


@contextmanager
def counted(base_url: str) -> Iterator[tuple[str, list[str]]]:
    """A way to a server that tells what went by: the base URL of it, and what came."""
    parts = urlsplit(base_url)
    with _serving(f"{parts.scheme}://{parts.netloc}") as (address, seen):
        yield address + parts.path, seen


@contextmanager
def tls_front(base_url: str, folder: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """A server behind TLS, by an authority of its own: base URL, certificates of the authority, and what came."""
    authority, certificate, key = folder / "ca.pem", folder / "server.pem", folder / "server.key"
    authority_key, request, names = folder / "ca.key", folder / "server.csr", folder / "names"
    names.write_text("subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n")
    new_key = ["-newkey", "rsa:2048", "-nodes"]
    for command in (
        [
            "req",
            "-x509",
            *new_key,
            "-days",
            "2",
            "-subj",
            "/CN=test authority",
            "-keyout",
            authority_key,
            "-out",
            authority,
        ],
        ["req", *new_key, "-subj", "/CN=127.0.0.1", "-keyout", key, "-out", request],
        [
            *(
                "x509",
                "-req",
                "-in",
                request,
                "-CA",
                authority,
                "-CAkey",
                authority_key,
                "-CAcreateserial",
                "-days",
                "2",
            ),
            *("-extfile", names, "-out", certificate),
        ],
    ):
        subprocess.run(["openssl", *map(str, command)], check=True, capture_output=True)  # noqa: S603, S607
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    parts = urlsplit(base_url)
    with _serving(f"{parts.scheme}://{parts.netloc}", context) as (address, seen):
        yield address + parts.path, authority, seen
