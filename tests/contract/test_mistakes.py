"""What a user gets wrong is told in one line, without a traceback and without a key."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from qiwi_payin_contract.command import COULD_NOT_RUN, INTERRUPTED
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

from tests.contract.honest_server import SITES, HonestServer, served

SITE, KEY = SITES[0].site_id, SITES[0].key
LIVE = ("--allow-live-site", SITE, "--yes-real-money")
HEARS_CTRL_C = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
"""Whoever is started in the background, as these tests may be, begins deaf to it."""
RUN = f"{HEARS_CTRL_C}; import sys; from qiwi_payin_contract.command import main; sys.exit(main())"
CONTRACT = [sys.executable, "-c", RUN]


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with served(HonestServer()) as address:
        yield address


@contextmanager
def page_server() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<html>Welcome</html>")

        do_PUT = do_GET  # noqa: N815 - names that http.server calls

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/partner"
    server.shutdown()
    server.server_close()


def told(*options: str) -> str:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    environment.pop("QIWI_PAYIN_KEY", None)
    ended = subprocess.run(  # noqa: S603 - our own command
        [*CONTRACT, *options], env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == COULD_NOT_RUN, ended.stdout + ended.stderr
    assert ended.stderr.count("\n") == 1
    assert KEY not in ended.stderr + ended.stdout
    return ended.stderr


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--site", f"nowhere:{KEY}"], "refuses the key of the site nowhere: HTTP 403"),
        (["--site", f"a/b:{KEY}"], "the id of a site is letters"),
        (["--site", f"{SITE}:{KEY}\n"], f"the key of the site {SITE} has characters"),
        (["--site", f"{SITE}:ключ"], f"the key of the site {SITE} has characters"),
        (["--site", SITE, "--key-file", "/"], "cannot be read: IsADirectoryError"),
        (["--site", f"{SITE}:{KEY}", "--waive", "QP-NONE-001"], "no rule 'QP-NONE-001' to waive"),
        (["--site", f"{SITE}:{KEY}", "--waive", "practice:amount-txt"], "is practice:amount-text meant?"),
        (["--site", f"{SITE}:{KEY}", "--basis", ","], "no basis is named"),
        (["--site", f"{SITE}:{KEY}", "--junit", "/"], "the report / cannot be written"),
        (["--site", f"{SITE}:{KEY}", "--junit", "/dev/null/x.xml"], "cannot be written"),
        (["--sites", f"{SITE}:{KEY}"], "unknown: --sites"),
        (["--site", SITE, f"--kye={KEY}"], "unknown: --kye"),
        ([f"{SITE}:{KEY}"], "a word that belongs to no option"),
        (["--site", f"{SITE}:{KEY}", "--seed", "one"], "--seed"),
    ],
)
def test_a_wrong_option_is_told(base_url: str, options: list[str], message: str) -> None:
    assert message in told("--base-url", base_url, "--only=exchanges", *options)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda url: f"{url}/payin/v1/sites/{SITE}", "ends before /payin/v1"),
        (lambda url: url.replace("http:", "https:"), "got no answer: ConnectError"),
        (lambda _: "http://[::1/partner", "must be an http address"),
        (lambda _: "http://127.0.0.1:99999/partner", "must be an http address"),
        (lambda _: "127.0.0.1:8000/partner", "must be an http address"),
    ],
)
def test_a_wrong_address_is_told(base_url: str, change: object, message: str) -> None:
    assert callable(change)
    assert message in told("--base-url", change(base_url), "--only=exchanges", "--site", f"{SITE}:{KEY}")


def test_a_server_of_something_else_is_told() -> None:
    with page_server() as address:
        said = told("--base-url", address, "--only=exchanges", "--site", f"{SITE}:{KEY}")
    assert f"{address} does not answer as this API does (200, text/html)" in said


def test_a_path_where_the_api_is_not_is_told() -> None:
    with Sandbox(sites=[SandboxSite(SITE, KEY)]) as sandbox:
        origin = sandbox.base_url.removesuffix("/partner")
        said = told("--base-url", origin, "--only=exchanges", "--site", f"{SITE}:{KEY}")
    assert "does not answer as this API does (404, application/json)" in said


def test_a_key_without_a_server_is_told() -> None:
    assert "no base URL" in told("--key", KEY)


def test_an_interrupted_run_ends_with_130_and_one_line(base_url: str, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    running = subprocess.Popen(  # noqa: S603 - our own command
        [*CONTRACT, "--base-url", base_url, "--site", f"{SITE}:{KEY}", "--only=shapes", *LIVE],
        cwd=tmp_path,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    shown = ""
    while not shown.endswith("shapes        ."):
        shown += running.stdout.read(1)
        assert running.poll() is None
    running.send_signal(signal.SIGINT)
    _, error = running.communicate(timeout=60)
    assert running.returncode == INTERRUPTED, error
    assert error.strip() == "qiwi-payin contract: interrupted; the report is of what was seen until then"
