import contextlib
import io
import json
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from qiwi_payin_sandbox import Sandbox, Site
from qiwi_payin_sandbox.terminal import clock, events, listen, pay, resend
from qiwi_payin_sandbox.terminal.remote import Remote, RemoteError

from tests.sandbox.listener import Listener
from tests.sandbox.partner import CARD, Partner

Command = Callable[[list[str], httpx.BaseTransport], int]


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("QIWI_PAYIN_SANDBOX", "QIWI_PAYIN_SITE_ID", "QIWI_PAYIN_KEY", "QIWI_PAYIN_NOTIFICATION_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def said(partner: Partner, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run a command on the partner's sandbox and return what it said."""

    def run(command: Any, *arguments: str, code: int = 0) -> str:
        assert command.main(list(arguments), partner.sandbox.transport) == code
        output = capsys.readouterr()
        return str(output.out if code == 0 else output.err)

    return run


def test_a_bill_is_paid_in_one_command(partner: Partner, said: Callable[..., str]) -> None:
    partner.bill("b-1", "150.00", flags=["SALE"])

    line = said(pay, "b-1")

    assert re.fullmatch(r"bill b-1: payment \S+ COMPLETED, 150\.00 RUB, captured 150\.00\n", line)
    assert partner.ok("GET", "/bills/b-1/details")["status"]["value"] == "PAID"


def test_a_refused_payment_is_told_with_its_reason(partner: Partner, said: Callable[..., str]) -> None:
    partner.bill("b-1")

    assert "DECLINED (ACQUIRING_NOT_PERMITTED)" in said(pay, "b-1", "--card", CARD["pan"], "--expiry", "02/34")


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        (("--expiry", "02/34"), "ACQUIRING_NOT_PERMITTED"),
        (("--holder", "SANDBOX 51"), "ACQUIRING_INSUFFICIENT_FUNDS"),
        (("--three-ds", "expire"), "PAYMENT_EXPIRED_3DS"),
    ],
)
def test_one_option_alone_decides_what_becomes_of_a_payment(
    partner: Partner, said: Callable[..., str], option: tuple[str, str], reason: str
) -> None:
    partner.bill("b-1")

    assert f"DECLINED ({reason})" in said(pay, "b-1", *option)


def test_nothing_of_a_saved_card_can_be_typed(said: Callable[..., str]) -> None:
    assert "--token stands for a card that is saved" in said(pay, "b-1", "--token", "t", "--expiry", "02/34", code=2)


def test_what_is_not_there_is_named(said: Callable[..., str]) -> None:
    assert said(pay, "nowhere", code=1) == (
        "qiwi-payin pay: refused (HTTP 404): Resource not found: billId nowhere, siteId test-00\n"
    )


def test_a_card_number_is_in_no_error(partner: Partner, said: Callable[..., str]) -> None:
    partner.bill("b-1")

    error = said(pay, "b-1", "--card", "44444436166210x9", code=1)

    assert "pan" in error
    assert "44444436166210" not in error


def test_the_clock_is_moved_and_what_fires_is_told_in_order(partner: Partner, said: Callable[..., str]) -> None:
    partner.payment("p-1")

    told = said(clock, "--advance", "72h").splitlines()

    assert [line.split()[1] for line in told[:-1]][:1] == ["capture.completed"]
    assert told[-1].startswith("2024-03-04T12:00:00")
    assert told[-1].endswith(" frozen")


def test_the_clock_jumps_to_the_next_due_thing(partner: Partner, said: Callable[..., str]) -> None:
    partner.payment("p-1")

    told = said(clock, "--next")

    assert "capture.completed" in told
    assert "2024-03-04T12:00:00" in told.splitlines()[-1]


def test_time_that_goes_back_is_refused(said: Callable[..., str]) -> None:
    assert "The clock never goes back" in said(clock, "--set", "2020-01-01T00:00:00+03:00", code=1)


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("90s", 90), ("15m", 900), ("72h", 259200), ("5d", 432000)])
def test_durations_are_whole_numbers_with_a_unit(text: str, seconds: int, said: Callable[..., str]) -> None:
    before = json.loads(said(clock, "--json"))["now"]
    after = json.loads(said(clock, "--advance", text, "--json"))["now"]

    from datetime import datetime  # noqa: PLC0415 - this test alone counts with moments

    assert (datetime.fromisoformat(after) - datetime.fromisoformat(before)).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "1.5h", "-1", "1w", "٣"])
def test_what_is_no_duration_is_refused_before_anything_is_done(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        clock.main(["--advance", text])

    assert left.value.code == 2
    assert "a duration is a whole number" in capsys.readouterr().err or text == "-1"


def test_events_come_in_order_and_from_where_one_left_off(partner: Partner, said: Callable[..., str]) -> None:
    partner.bill("b-1")
    first = [json.loads(line) for line in said(events, "--json").splitlines()]
    partner.payment("p-1")

    new = [json.loads(line) for line in said(events, "--json", "--after", str(first[-1]["sequence"])).splitlines()]

    assert [event["type"] for event in first][-1] == "bill.created"
    assert new[0]["type"] == "payment.created"
    assert all(event["paymentId"] == "p-1" for event in new)


def test_more_events_than_a_page_are_all_printed(partner: Partner, said: Callable[..., str]) -> None:
    for number in range(120):
        partner.bill(f"b-{number}")

    told = said(events)

    assert sum("bill.created" in line for line in told.splitlines()) == 120


def test_a_notification_is_posted_once_more(partner: Partner, said: Callable[..., str]) -> None:
    with Listener() as listener:
        partner.payment("p-1", callbackUrl=listener.url)
        partner.sandbox.advance(0)

        told = said(resend, "--of", "p-1")

        assert told.endswith("HTTP 200\n")
        assert len(listener.received) == 2
        assert listener.received[0][1] == listener.received[1][1]


def test_what_tells_of_a_bill_is_posted_once_more_by_the_id_that_a_shop_knows(
    partner: Partner, said: Callable[..., str]
) -> None:
    with Listener() as listener:
        partner.bill("b-1", customFields={"invoice_callback_url": listener.url})
        partner.bill("b-2", customFields={"invoice_callback_url": listener.url})
        for bill_id in ("b-1", "b-2"):
            said(pay, bill_id)
        partner.sandbox.advance(0)

        said(resend, "--of", "b-1")

        told = [json.loads(body)["payment"]["billId"] for _, body in listener.received]
        assert sorted(told) == ["b-1", "b-1", "b-2"]


def test_nothing_to_post_again_is_said(said: Callable[..., str]) -> None:
    assert said(resend, "--failed") == "nothing to post again\n"
    assert "no notification tells of p-9" in said(resend, "--of", "p-9", code=2)


def test_of_several_sites_one_must_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox(sites=[Site("one"), Site("two")]) as sandbox:
        assert clock.main([], sandbox.transport) == 2
        assert "name a site with --site: one, two" in capsys.readouterr().err
        assert clock.main(["--site", "two"], sandbox.transport) == 0


def test_where_nothing_answers_the_address_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert clock.main(["--sandbox", "http://127.0.0.1:9", "--site", "test-00"]) == 2
    assert "no sandbox answers at http://127.0.0.1:9" in capsys.readouterr().err


def test_what_is_no_sandbox_is_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    page = httpx.MockTransport(lambda _request: httpx.Response(502, text="<html>"))

    assert clock.main(["--site", "test-00"], page) == 2
    assert "is no sandbox (HTTP 502)" in capsys.readouterr().err


@pytest.mark.parametrize("url", ["http://payments.example", "ftp://127.0.0.1", "127.0.0.1:8000", "http://a@127.0.0.1"])
def test_a_key_goes_to_no_address_where_others_could_read_it(url: str) -> None:
    with pytest.raises(RemoteError) as refused:
        Remote(url, "test-00", "k-1234567890")

    assert "k-1234567890" not in str(refused.value)


@contextlib.contextmanager
def _listening(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, key: str | None, *arguments: str
) -> Iterator[tuple[str, io.StringIO, threading.Thread]]:
    """Listen in a thread until so many notifications have come as the arguments say."""
    if key is not None:
        monkeypatch.setenv("QIWI_PAYIN_NOTIFICATION_KEY", key)
    output = io.StringIO()
    monkeypatch.setattr("sys.stdout", output)
    thread = threading.Thread(target=listen.main, args=(["--port", "0", *arguments], sandbox.transport))
    thread.start()
    while (found := re.search(r"listening for notifications at (\S+)", output.getvalue())) is None:
        thread.join(0.01)
        assert thread.is_alive(), "it does not listen"
    yield found[1], output, thread
    thread.join(10)
    assert not thread.is_alive()


def test_notifications_are_verified_and_printed(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    key = partner.sandbox.notification_key
    with _listening(partner.sandbox, monkeypatch, key, "--count", "2", "--register") as (_, output, thread):
        partner.payment("p-1", flags=["SALE"])
        partner.ok("PUT", "/payments/p-1/refunds/r-1", {"amount": {"value": "1.00", "currency": "RUB"}})
        partner.sandbox.advance(0)
        thread.join(10)

    told = output.getvalue().splitlines()[1:]
    assert sorted(told) == ["PAYMENT p-1 SUCCESS 150.00 RUB: verified", "REFUND r-1 SUCCESS 1.00 RUB: verified"]


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_forged_notification_is_called_so_and_refused(
    form: list[str], partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _listening(partner.sandbox, monkeypatch, "another key", "--count", "1", *form) as (url, output, thread):
        partner.payment("p-1", callbackUrl=url)
        partner.sandbox.advance(0)
        thread.join(10)

    assert "forged" in output.getvalue()
    assert "p-1" not in output.getvalue()
    assert partner.sandbox.notifications()[0]["attempts"][0]["status"] == 400


def test_what_is_not_forged_is_handed_on_to_the_shop_byte_for_byte(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = partner.sandbox.notification_key
    with Listener(answers=[503]) as shop:
        arguments = ("--count", "1", "--register", "--forward", shop.url)
        with _listening(partner.sandbox, monkeypatch, key, *arguments) as (_, output, thread):
            partner.payment("p-1")
            partner.sandbox.advance(0)
            thread.join(10)

        (notification,) = partner.sandbox.notifications()
        ((headers, body),) = shop.received
    assert body.decode() == notification["body"]
    assert headers["Signature"] == notification["signature"]
    assert output.getvalue().endswith("verified; the shop answered 503\n")
    assert notification["attempts"][0]["status"] == 503


def test_a_forged_notification_is_handed_on_to_nobody(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    with Listener() as shop:
        arguments = ("--count", "1", "--register", "--forward", shop.url)
        with _listening(partner.sandbox, monkeypatch, "another key", *arguments) as (_, _output, thread):
            partner.payment("p-1")
            partner.sandbox.advance(0)
            thread.join(10)

        assert shop.received == []


@pytest.mark.parametrize("url", ["http://shop.example/", "ftp://127.0.0.1/", "127.0.0.1:80", "http://[::1"])
def test_notifications_are_handed_on_to_this_machine_only(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        listen.main(["--forward", url])

    assert left.value.code == 2
    assert "on this machine" in capsys.readouterr().err


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"type": "PAYMENT"}', b'{"type": ["PAYMENT"], "payment": 1}'])
def test_what_is_no_notification_is_called_malformed(
    body: bytes, partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _listening(partner.sandbox, monkeypatch, "key", "--count", "1") as (url, output, _):
        assert httpx.post(url, content=body, trust_env=False).status_code == 400

    assert "malformed" in output.getvalue()


def test_no_payment_token_is_printed(partner: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    key = partner.sandbox.notification_key
    with _listening(partner.sandbox, monkeypatch, key, "--count", "1", "--json") as (url, output, thread):
        created = partner.payment("p-1", flags=["BIND_PAYMENT_TOKEN"], customer={"account": "anna"}, callbackUrl=url)
        partner.sandbox.advance(0)
        thread.join(10)

    notification = json.loads(output.getvalue().splitlines()[1])
    assert notification["verdict"] == "verified"
    assert notification["payment"]["paymentId"] == "p-1"
    assert created["createdToken"]["token"] not in output.getvalue()


def test_a_port_in_use_is_named(partner: Partner, capsys: pytest.CaptureFixture[str]) -> None:
    with Listener() as listener:
        port = listener.url.split(":")[2].split("/")[0]

        assert listen.main(["--port", port], partner.sandbox.transport) == 2

    assert f"cannot use port {port}" in capsys.readouterr().err
