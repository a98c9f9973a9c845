"""Checks of a partner's handler: a right one is right, and each broken one is found by the right rule."""

import hmac
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from qiwi_payin import NotificationError, NotificationUnknown, notifications
from qiwi_payin_contract.command import BROKEN, COULD_NOT_RUN, KEPT, main
from qiwi_payin_contract.settings import Settings, SettingsError

KEY = "the-key-of-notifications"

Answer = Callable[[str, Mapping[str, str], bytes], int]


def right(method: str, headers: Mapping[str, str], body: bytes) -> int:
    """What the README's example does, over HTTP."""
    if method != "POST":
        return 405
    try:
        notifications.verify(body, headers.get("signature"), KEY)
    except NotificationUnknown:
        return 200
    except NotificationError:
        return 400
    return 200


def credulous(_method: str, _headers: Mapping[str, str], _body: bytes) -> int:
    return 200


def brittle(method: str, headers: Mapping[str, str], body: bytes) -> int:
    """Breaks off at whatever it does not know."""
    try:
        kind = json.loads(body)["type"]
        return right(method, headers, body) if kind in {"PAYMENT", "CAPTURE", "REFUND"} else 500
    except (ValueError, TypeError, KeyError):
        return 500


def rewriting(method: str, headers: Mapping[str, str], body: bytes) -> int:
    """Signs what a float makes of the sum."""
    try:
        data = json.loads(body)
        about = data[data["type"].lower()]
        text = "|".join(str(each) for each in (about[f"{data['type'].lower()}Id"], about["createdDateTime"]))
        number = about["amount"]["value"]
    except (ValueError, TypeError, KeyError, AttributeError):
        return 400
    made = hmac.digest(KEY.encode(), f"{text}|{number}".encode(), "sha256").hex()
    return 200 if method == "POST" and made == headers.get("signature") else 400


def whole_body(method: str, headers: Mapping[str, str], body: bytes) -> int:
    """Takes a body only as it is written most often."""
    try:
        as_usual = json.dumps(json.loads(body), ensure_ascii=False).count(" ") == body.decode().count(" ")
    except ValueError:
        return 400
    return right(method, headers, body) if as_usual else 400


def only_signed_headers(method: str, headers: Mapping[str, str], body: bytes) -> int:
    """Looks whether there is a signature, and not which."""
    return 200 if right(method, headers, body) == 200 or headers.get("signature") else 400


def sum_unsigned(method: str, headers: Mapping[str, str], body: bytes) -> int:
    """Remembers a signature by its id and time, so that the sum may be another."""
    known = sum_unsigned.__dict__.setdefault("known", set())
    answer = right(method, headers, body)
    if answer == 200:
        known.add(headers.get("signature"))
    return answer


class Remembering:
    """Refuses what it has seen before."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def __call__(self, method: str, headers: Mapping[str, str], body: bytes) -> int:
        answer = right(method, headers, body)
        if answer == 200 and body in self._seen:
            return 409
        self._seen.add(body)
        return answer


class InOrder:
    """Wants the payment before its capture and refund."""

    def __init__(self) -> None:
        self._paid: set[str] = set()

    def __call__(self, method: str, headers: Mapping[str, str], body: bytes) -> int:
        answer = right(method, headers, body)
        if answer != 200:
            return answer
        data = json.loads(body)
        about = data.get(str(data["type"]).lower(), {})
        if data["type"] == "PAYMENT":
            self._paid.add(about.get("paymentId"))
        return 200 if about.get("paymentId") in self._paid or data["type"] == "UNHEARD_OF" else 404


def closed(method: str, headers: Mapping[str, str], body: bytes) -> int:
    """Takes only what it knows."""
    known = {"type", "version", "payment", "capture", "refund"}
    try:
        grown = set(json.loads(body)) - known
    except (ValueError, TypeError):
        grown = set()
    return 422 if grown else right(method, headers, body)


def cased(method: str, headers: Mapping[str, str], body: bytes) -> int:
    """Wants the header's name in one case; the server below hands on the names as they came."""
    return right(method, headers, body) if "Signature" in headers.get("names", "") else 400


@contextmanager
def serving(answer: Answer, *, chunks: bool = True) -> Iterator[str]:
    """Serve a handler on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _take(self) -> None:
            self.close_connection = True
            headers = {name.lower(): value for name, value in self.headers.items()}
            headers["names"] = " ".join(self.headers)
            status = answer(self.command, headers, self._body())
            self.send_response_only(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_PUT = do_GET = _take  # noqa: N815

        def _body(self) -> bytes:
            if "chunked" not in self.headers.get("transfer-encoding", "") or not chunks:
                return self.rfile.read(int(self.headers.get("content-length") or 0))
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/qiwi?shop=1"
    finally:
        server.shutdown()
        server.server_close()


def run(url: str, *options: str) -> int:
    return main(["--handler", url, "--notification-key", KEY, "--effort", "quick", "--seed", "1", *options])


def test_a_right_handler_keeps_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(right) as url:
        code = run(url)
    told = capsys.readouterr().out
    assert code == KEPT, told
    assert "The contract is kept." in told
    assert "handler: the handler takes a signature in upper-case digits" in told
    assert KEY not in told


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (credulous, {"QP-HAND-007", "QP-HAND-008", "QP-HAND-009"}),
        (brittle, {"QP-HAND-009", "QP-HAND-010"}),
        (rewriting, {"QP-HAND-004"}),
        (whole_body, {"QP-HAND-004"}),
        (only_signed_headers, {"QP-HAND-007"}),
        (Remembering(), {"QP-HAND-002"}),
        (InOrder(), {"QP-HAND-005"}),
        (closed, {"QP-HAND-003"}),
        (cased, {"QP-HAND-006"}),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__) if callable(value) else "",
)
def test_a_broken_handler_is_found(answer: Answer, codes: set[str], capsys: pytest.CaptureFixture[str]) -> None:
    with serving(answer) as url:
        code = run(url)
    told = capsys.readouterr().out
    assert code == BROKEN, told
    assert {each for each in codes if f"BROKEN {each} " in told} == codes, told
    assert "curl -sS -i -X POST 'http://127.0.0.1:" in told
    assert KEY not in told


def test_a_handler_that_knows_no_chunks_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(right, chunks=False) as url:
        assert run(url) == BROKEN
    assert "BROKEN QP-HAND-006 " in capsys.readouterr().out


def test_a_finding_has_a_line_that_repeats_it(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(credulous) as url:
        run(url)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip().startswith("curl ")]
    assert any("-H 'signature: " in line and '"type": "' in line for line in lines)
    assert not any("authorization" in line.lower() for line in lines)


def test_a_handler_that_is_not_there_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with serving(right) as url:
        gone = url
    assert run(gone) == COULD_NOT_RUN
    assert "nothing listens at the handler's address" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({}, "give --notification-key"),
        ({"notification_key": KEY, "key": "k"}, "a key is given but no base URL"),
        ({"notification_key": KEY, "site": ["a", "b"]}, "tested for one site"),
        ({"notification_key": KEY, "site": ["a:k"]}, "tested for one site"),
        ({"notification_key": KEY, "only": "shapes"}, "the group shapes needs --base-url beside --handler"),
    ],
)
def test_a_handler_needs_its_key_and_nothing_of_a_server(given: dict[str, object], problem: str) -> None:
    with pytest.raises(SettingsError, match=problem):
        Settings.from_texts(handler="http://127.0.0.1:9/", environment={}, **given)  # type: ignore[arg-type]


def test_a_handler_is_tested_alone_or_beside_its_server() -> None:
    alone = Settings.from_texts(handler="http://127.0.0.1:9/", notification_key=KEY, site=["shop-1"], environment={})
    assert alone.groups == ("handler",)
    assert [site.site_id for site in alone.sites] == ["shop-1"]
    both = Settings.from_texts(
        handler="http://127.0.0.1:9/", base_url="http://127.0.0.1:8/partner", site=[f"a:k:{KEY}"], environment={}
    )
    assert both.groups[-1] == "handler"
    assert len(both.groups) > 1
    with pytest.raises(SettingsError, match="the group handler needs --handler URL"):
        Settings.from_texts(only="handler", environment={})
