"""`qiwi-payin listen`: take notifications, verify their signatures and print them."""

import argparse
import hmac
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from qiwi_payin_description import load

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.addresses import is_loopback
from qiwi_payin_sandbox.masking import Masks, shown_text
from qiwi_payin_sandbox.notifications.message import headers_with
from qiwi_payin_sandbox.terminal import shell
from qiwi_payin_sandbox.terminal.remote import Remote, RemoteError

_LARGEST_BODY = 1024 * 1024
_SLOWEST_SECONDS = 10.0
_TAKEN, _REFUSED, _NOT_TAKEN = 200, 400, 502

VERIFIED, NOT_VERIFIED, FORGED, MALFORMED = "verified", "not verified, there is no key", "forged", "malformed"
"""What a notification is worth."""


class CannotListenError(RemoteError):
    """The port cannot be listened on."""


def main(argv: Sequence[str] | None = None, transport: httpx.BaseTransport | None = None) -> int:
    """Take notifications until interrupted, and return the exit code."""
    arguments = _parser().parse_args(argv)
    return shell.run(_listen, arguments, transport)


def _parser() -> argparse.ArgumentParser:
    parser = shell.parser(
        "listen",
        "Take notifications on this machine, verify and print them. The notification key is read from "
        "QIWI_PAYIN_NOTIFICATION_KEY; without it nothing is verified.",
    )
    parser.add_argument("--port", type=int, default=9000, help="port to listen on, 0 for a free one (default: 9000)")
    parser.add_argument("--answer", metavar="STATUS", type=int, default=_TAKEN, help="HTTP status to answer with")
    parser.add_argument(
        "--forward", metavar="URL", type=_own_url, help="hand what is not forged on to a shop on this machine"
    )
    parser.add_argument("--count", metavar="N", type=int, help="end after so many notifications")
    parser.add_argument("--register", action="store_true", help="make this the site's notification URL in the sandbox")
    parser.add_argument("--json", action="store_true", help="print each notification as JSON in a line, tokens masked")
    return parser


class Reader:
    """Reads notifications as the description says that they are made.

    Args:
        key: The site's notification key; None: signatures are not verified.
    """

    def __init__(self, key: str | None) -> None:
        description = load("sandbox")
        self._key = key.encode() if key else None
        self._masks = Masks(description)
        self._rules: dict[str, Mapping[str, Any]] = {
            name: item["post"]["x-signature"] for name, item in description["webhooks"].items()
        }

    def line(self, notification: Any, verdict: str) -> str:
        """Return a notification in a line for a person, without what nobody has vouched for."""
        if verdict in {FORGED, MALFORMED}:
            return f"{verdict}: nothing of it is to be believed"
        type_ = notification["type"]
        told = notification[type_.lower()]
        status = told["status"]
        reason = f" ({status['reasonCode']})" if "reasonCode" in status else ""
        text = (
            f"{type_} {told[f'{type_.lower()}Id']} {status['value']}{reason} {shell.money(told['amount'])}: {verdict}"
        )
        return shown_text(text)

    def json(self, notification: Any, verdict: str) -> dict[str, Any]:
        """Return what was read as JSON, payment tokens masked, without what nobody has vouched for."""
        if verdict in {FORGED, MALFORMED}:
            return {"verdict": verdict}
        return {"verdict": verdict, **self._masks.of_notification(notification["type"]).masked(notification)}

    def verdict(self, notification: Any, signature: str) -> str:
        """Return what a notification and its signature are worth."""
        try:
            rule = self._rules[notification["type"]]
            signed = str(rule["separator"]).join(_text(notification, path) for path in rule["fields"])
            self.line(notification, VERIFIED)
        except (KeyError, TypeError, AttributeError):
            return MALFORMED
        if self._key is None:
            return NOT_VERIFIED
        expected = hmac.new(self._key, signed.encode(), "sha256").hexdigest()
        return VERIFIED if hmac.compare_digest(expected.encode(), signature.lower().encode()) else FORGED


def _text(notification: Any, path: str) -> str:
    value = notification
    for name in path.split("."):
        value = value[name]
    return str(value)


def _listen(remote: Remote, arguments: argparse.Namespace) -> None:
    reader = Reader(os.environ.get("QIWI_PAYIN_NOTIFICATION_KEY"))
    left = arguments.count
    enough = threading.Event()
    printing = threading.Lock()

    def take(signature: str, body: bytes) -> int:
        nonlocal left
        try:
            notification = wire.loads(body)
        except wire.MalformedError:
            notification = None
        verdict = reader.verdict(notification, signature)
        status, said = _REFUSED, ""
        if verdict in {VERIFIED, NOT_VERIFIED}:
            status = arguments.answer
            if arguments.forward:
                status, said = _forwarded(arguments.forward, shop, signature, body)
        with printing:
            if arguments.json:
                shell.say_json(reader.json(notification, verdict))
            else:
                shell.say(reader.line(notification, verdict) + said)
            if left is not None:
                left -= 1
                if left <= 0:
                    enough.set()
        return status

    try:
        server = ThreadingHTTPServer(("127.0.0.1", arguments.port), _handler(take))
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotListenError(f"cannot use port {arguments.port}: {reason}; --port 0 takes a free one") from None
    with server, httpx.Client(timeout=_SLOWEST_SECONDS, trust_env=False) as shop:
        url = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            if arguments.register:
                remote.operate("sandboxChangeSite", {"notificationUrl": url})
            shell.say(f"listening for notifications at {url}")
            enough.wait()
        finally:
            server.shutdown()
            thread.join()


def _own_url(text: str) -> str:
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        url = httpx.URL()
    if url.scheme not in {"http", "https"} or not is_loopback(url.host):
        raise argparse.ArgumentTypeError("notifications are handed on to http://127.0.0.1:PORT/PATH, on this machine")
    return text


def _forwarded(url: str, shop: httpx.Client, signature: str, body: bytes) -> tuple[int, str]:
    """Return the status that the shop answers, and what is to be said of it."""
    try:
        status = shop.post(url, content=body, headers=dict(headers_with(signature))).status_code
    except httpx.HTTPError as error:
        return _NOT_TAKEN, f"; the shop did not answer ({type(error).__name__})"
    return status, f"; the shop answered {status}"


def _handler(take: Callable[[str, bytes], int]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = _SLOWEST_SECONDS

        def do_POST(self) -> None:
            """Take a notification."""
            length = self.headers.get("Content-Length", "")
            readable = length.isascii() and length.isdigit() and int(length) <= _LARGEST_BODY
            status = take(self.headers.get("Signature", ""), self.rfile.read(int(length))) if readable else _REFUSED
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing: what arrives is printed once it is verified."""

    return Handler
