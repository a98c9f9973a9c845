"""`qiwi-payin sandbox` as a person runs it, and as a machine kills it."""

import itertools
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from qiwi_payin_sandbox import Sandbox, Site, times
from qiwi_payin_sandbox.domain.ledger import account_sums
from qiwi_payin_sandbox.domain.money import Money

from tests.sandbox.listener import Listener
from tests.sandbox.partner import CARD, EXPIRES, Partner, balance_of, rubles

KEY = "key-of-test-00"


class Process:
    """A sandbox in a process of its own."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "qiwi_payin_sandbox.command", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.first_line = self._process.stdout.readline()
        self.base_url = self.first_line.rpartition(" at ")[2].strip()
        self.client = httpx.Client(trust_env=False, headers={"Authorization": f"Bearer {KEY}"})

    def call(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.base_url}/payin/v1/sites/test-00{path}"
        if path.startswith("/sandbox"):
            url = self.base_url.removesuffix("/partner") + path
        answer = self.client.request(method, url, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def end(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        self.client.close()
        if self._process.stdout is not None and self._process.stdout.closed:
            return self._process.returncode, "", ""
        if self._process.poll() is None:
            self._process.send_signal(number)
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        with self._process.stdout as out, self._process.stderr as err:
            said = self.first_line + out.read(), err.read()
        return self._process.wait(timeout=20), *said


@pytest.fixture
def start() -> Iterator[Any]:
    started: list[Process] = []

    def starter(*arguments: str) -> Process:
        started.append(Process(*arguments))
        return started[-1]

    yield starter
    for process in started:
        process.end(signal.SIGKILL)


def test_it_says_where_it_listens_and_a_key_only_where_it_made_one(start: Any) -> None:
    code, out, err = start("--site", f"test-00:{KEY}", "--site", "test-01:a:b").end()
    assert (code, err) == (0, "")
    origin = re.match(r"QIWI payment acceptance sandbox at (http://127\.0\.0\.1:[0-9]+)/partner\n", out)
    assert origin is not None
    assert f"{origin[1]}/dashboard\n" in out
    assert KEY not in out
    assert out.count("notification key") == 1
    assert "API access key" not in out


def test_without_sites_it_makes_one_with_keys_of_its_own_each_time(start: Any) -> None:
    outputs = [start().end()[1].splitlines()[2:] for _ in range(2)]
    assert outputs[0][0].strip() == "site test-00"
    assert outputs[0] != outputs[1]


def test_it_serves_the_api_the_control_operations_and_the_form(start: Any) -> None:
    process = start("--site", f"test-00:{KEY}")
    bill = process.call("PUT", "/bills/b-1", {"amount": rubles("1.00"), "expirationDateTime": "2999-01-01T00:00:00Z"})
    origin = process.base_url.removesuffix("/partner")
    assert bill["payUrl"] == f"{origin}/form?invoiceUid={bill['invoiceUid']}"
    assert process.client.get(bill["payUrl"]).status_code == 200
    assert process.call("GET", "/sandbox") == {
        "name": "qiwi-payin sandbox",
        "version": process.call("GET", "/sandbox")["version"],
        "sites": [{"siteId": "test-00", "test": True}],
    }
    assert process.call("POST", "/sandbox/sites/test-00/bills/b-1/pay")["status"]["value"] == "COMPLETED"


def test_addresses_of_pages_begin_with_the_public_url(start: Any) -> None:
    process = start("--site", f"test-00:{KEY}", "--public-url", "https://pay.example/sandbox/")
    bill = process.call("PUT", "/bills/b-1", {"amount": rubles("1.00"), "expirationDateTime": EXPIRES})
    assert bill["payUrl"].startswith("https://pay.example/sandbox/form?invoiceUid=")


def test_a_stranger_cannot_choose_the_address_of_pages(start: Any) -> None:
    process = start("--site", f"test-00:{KEY}")
    process.client.headers["Host"] = "evil.example"
    bill = process.call("PUT", "/bills/b-1", {"amount": rubles("1.00"), "expirationDateTime": EXPIRES})
    assert bill["payUrl"].startswith("http://127.0.0.1:")


def test_a_large_body_is_refused_and_the_server_goes_on(start: Any) -> None:
    process = start("--site", f"test-00:{KEY}")
    url = f"{process.base_url}/payin/v1/sites/test-00/bills/b-1"
    answer = process.client.put(url, content=b" " * 3_000_000, headers={"Content-type": "application/json"})
    assert answer.status_code == 400
    assert process.client.put(url, content=b"{", headers={"Content-type": "application/json"}).status_code == 400


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--site", "no-key"], "ID:KEY"),
        (["--site", "a:b:c:d"], "ID:KEY"),
        (["--site", "a:"], "key"),
        (["--site", "a b:key"], "site id"),
        (["--site", "a:k", "--site", "a:l"], "twice"),
        (["--port", "70000"], "port"),
        (["--public-url", "pay.example"], "public URL"),
        (["--store", "mysql://x/y"], "sqlite:///FILE"),
        (["--store", "postgresql://127.0.0.1/x"], "secret"),
        (["--host", "no such host"], "cannot listen"),
    ],
)
def test_what_it_cannot_do_it_says_in_one_line(arguments: list[str], words: str) -> None:
    command = [sys.executable, "-m", "qiwi_payin_sandbox.command", "--port", "0", *arguments]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    assert (ended.returncode, ended.stdout) == (2, "")
    (line,) = ended.stderr.splitlines()
    assert words in line


def test_where_the_extra_is_missing_the_import_says_what_brings_it() -> None:
    code = "import sys; sys.modules['starlette'] = None; import qiwi_payin_sandbox"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    assert ended.stderr.splitlines()[-1].endswith('pip install "qiwi-payin[sandbox]"')


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "qiwi_payin_sandbox.command", "--port", port]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    assert (ended.returncode, ended.stdout) == (2, "")
    assert len(ended.stderr.splitlines()) == 1
    assert f":{port}: Address already in use; take another port" in ended.stderr


def test_what_was_answered_survives_being_killed_and_due_work_goes_on(start: Any, tmp_path: Path) -> None:
    arguments = ("--site", f"test-00:{KEY}", "--store", f"sqlite:///{tmp_path / 'sandbox.sqlite3'}")
    with Listener(answers=[500, 200]) as listener:
        process = start(*arguments)
        process.call("PUT", "/sandbox/sites/test-00/clock", {"now": "2030-01-01T00:00:00Z", "frozen": True})
        body = {
            "amount": rubles("150.00"),
            "paymentMethod": {**CARD, "cvv2": "849"},
            "callbackUrl": listener.url,
        }
        process.call("PUT", "/payments/p-1", body)
        pares = process.call("POST", "/sandbox/sites/test-00/payments/p-1/3ds", {"answer": "confirm"})["pares"]
        paid = process.call("POST", "/payments/p-1/complete", {"threeDS": {"pares": pares}})
        process.end(signal.SIGKILL)

        process = start(*arguments)
        assert process.call("PUT", "/payments/p-1", body) == paid
        clock = process.call("GET", "/sandbox/sites/test-00/clock")
        assert (clock["now"], clock["frozen"]) == ("2030-01-01T03:00:00+03:00", True)
        fired = process.call("POST", "/sandbox/sites/test-00/clock/advance", {"seconds": 73 * 3600})["fired"]
        assert "capture.completed" in [each["what"] for each in fired]
        states = [each["state"] for each in process.call("GET", "/sandbox/sites/test-00/notifications")]
        assert states == ["delivered", "withheld"]
        assert len(listener.received) == 2


def hammer(process: Process, worker: int, answered: dict[str, Any]) -> None:
    """Make, capture and refund payments until the process is gone."""
    with suppress(httpx.HTTPError), httpx.Client(trust_env=False, headers=process.client.headers) as client:
        for number in itertools.count():
            path = f"/payments/{worker}-{number}"
            for step, body in (
                ("", {"amount": rubles("2.00"), "paymentMethod": CARD}),
                ("/captures/c", {}),
                ("/refunds/r", {"amount": rubles("1.00")}),
            ):
                answer = client.put(f"{process.base_url}/payin/v1/sites/test-00{path}{step}", json=body)
                answered[path + step] = answer.json()


def test_killed_in_the_middle_of_work_it_has_all_that_it_answered_and_its_books_are_right(
    start: Any, tmp_path: Path
) -> None:
    store = f"sqlite:///{tmp_path / 'sandbox.sqlite3'}"
    process = start("--site", f"test-00:{KEY}", "--store", store)
    answered: dict[str, Any] = {}

    workers = [threading.Thread(target=hammer, args=(process, number, answered)) for number in range(4)]
    for worker in workers:
        worker.start()
    while len(answered) < 100:
        workers[0].join(0.01)
    process.end(signal.SIGKILL)
    for worker in workers:
        worker.join()

    with Sandbox(store=store, sites=[Site(key=KEY)]) as sandbox, Partner(sandbox) as partner:
        for path, answer in answered.items():
            kept = partner.ok("GET", path)
            if path.count("/") > 2:
                assert kept == answer
        postings = sandbox.postings()
        assert sum(account_sums(postings).values()) == 0
        for payment_id in {posting.payment_id for posting in postings}:
            balance = balance_of(payment_id, postings)
            payment = partner.ok("GET", f"/payments/{payment_id}")
            assert payment["capturedAmount"] == rubles(Money(balance.captured, "RUB").text)
            assert payment["refundedAmount"] == rubles(Money(balance.refunded, "RUB").text)
        assert len(sandbox.notifications()) == len(postings)


def test_killed_while_a_notification_is_under_way_it_is_sent_again(start: Any, tmp_path: Path) -> None:
    arguments = ("--site", f"test-00:{KEY}", "--store", f"sqlite:///{tmp_path / 'sandbox.sqlite3'}")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = start(*arguments)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        body = {"amount": rubles("1.00"), "paymentMethod": CARD, "callbackUrl": url}
        process.call("PUT", "/payments/p-1", body)
        silent.settimeout(10)
        connection, _ = silent.accept()
        process.end(signal.SIGKILL)
        connection.close()

        process = start(*arguments)
        (notification,) = process.call("GET", "/sandbox/sites/test-00/notifications")
        assert notification["state"] == "pending"
        connection, _ = silent.accept()
        connection.close()


def waiting(server: socket.socket) -> Iterator[None]:
    """Connections that were made to a server and that it has not taken yet."""
    server.settimeout(0)
    with suppress(BlockingIOError):
        while True:
            server.accept()[0].close()
            yield


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_does_not_wait_until_all_is_delivered(start: Any, number: int) -> None:
    process = start("--site", f"test-00:{KEY}")
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        for each in range(20):
            body = {"amount": rubles("1.00"), "paymentMethod": CARD, "callbackUrl": url}
            process.call("PUT", f"/payments/p-{each}", body)
        assert process.end(number)[::2] == (0, "")
        assert len(list(waiting(silent))) < 20


def test_told_to_stop_while_the_clock_is_moved_it_stops_cleanly(start: Any, tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'sandbox.sqlite3'}"
    process = start("--site", f"test-00:{KEY}", "--store", store)
    with socket.create_server(("127.0.0.1", 0), backlog=100) as silent:
        process.call("PUT", "/sandbox/sites/test-00/clock", {"frozen": True})
        now = process.call("GET", "/sandbox/sites/test-00/clock")["now"]
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        for each in range(5):
            body = {"amount": rubles("1.00"), "paymentMethod": {**CARD, "expiryDate": "03/30"}, "callbackUrl": url}
            process.call("PUT", f"/payments/p-{each}", body)

        def move() -> None:
            with suppress(httpx.HTTPError, AssertionError):
                process.call("POST", "/sandbox/sites/test-00/clock/advance", {"seconds": 3600})

        moving = threading.Thread(target=move)
        moving.start()
        silent.settimeout(10)
        silent.accept()[0].close()
        with silent.accept()[0]:
            assert process.end()[::2] == (0, "")
        moving.join()
    with Sandbox(store=store, sites=[Site(key=KEY)]) as sandbox:
        assert times.parse(sandbox.get_clock()["now"]) < times.parse(now) + timedelta(hours=1)


@pytest.mark.parametrize(
    "head",
    [
        "PUT /partner/payin/v1/sites/test-00/bills/b-1 HTTP/1.1\r\nContent-Type: application/json",
        "POST /form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded",
    ],
)
@pytest.mark.parametrize("leaves", [True, False])
def test_half_a_request_leaves_no_trace_and_holds_nothing_up(start: Any, head: str, leaves: bool) -> None:  # noqa: FBT001
    process = start("--site", f"test-00:{KEY}")
    host, port = process.base_url.removeprefix("http://").removesuffix("/partner").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"{head}\r\nHost: {host}\r\nContent-Length: 50\r\n\r\npan={CARD['pan']}".encode())
        if leaves:
            connection.close()
        code, _, errors = process.end()
    assert code == 0
    assert "Traceback" not in errors
    assert CARD["pan"] not in errors


@pytest.mark.parametrize(
    "url", ["http://shop.example", "https://", "ftp://shop.example", "https://me@shop.example", "https://a b", "x", ""]
)
def test_a_public_url_is_https_off_this_machine_and_names_nobody(url: str) -> None:
    with pytest.raises(ValueError, match="public URL"):
        Sandbox(public_url=url)
