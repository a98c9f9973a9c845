"""The dashboard: what it shows, what it does, and whom it lets in."""

import re
import sqlite3
from collections.abc import Iterator
from typing import Any, Self
from urllib.parse import urljoin

import httpx
import pytest
from qiwi_payin_sandbox import Clock, Sandbox
from qiwi_payin_sandbox.http.message import Request
from qiwi_payin_sandbox.store import listing, schema
from sqlalchemy import Select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from tests.sandbox.conftest import NOW
from tests.sandbox.listener import Listener
from tests.sandbox.partner import Partner

KEY = "control-key-of-the-sandbox"
LISTS = ["bills", "payments", "captures", "refunds", "tokens", "notifications", "events", "requests"]
PAN = "4444443616621049"


class Browser:
    """Opens pages of the dashboard and presses their buttons."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._client = httpx.Client(base_url=sandbox.origin, trust_env=False, follow_redirects=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def open(self, path: str = "", **headers: str) -> httpx.Response:
        return self._client.get(f"/dashboard/sites/test-00{path}", headers=headers)

    def text(self, path: str = "") -> str:
        page = self.open(path)
        assert page.status_code == 200, page.text
        return page.text

    def press(self, path: str, act: str, **fields: str) -> str:
        """Post the form for an act that stands on a page, and return the page that this leads to."""
        page = self.open(path)
        forms = re.findall(r'<form method="post" action="([^"]*/do/([^"]+))"[^>]*>(.*?)</form>', page.text, re.DOTALL)
        for action, name, inner in forms:
            found = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', inner))
            fixed = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', inner))
            if name == act and all(value == fixed.get(field, value) for field, value in fields.items()):
                answer = self._client.post(urljoin(str(page.url), action), data=found | fields)
                assert answer.status_code == 200, answer.text
                return answer.text
        raise AssertionError(f"{path} has no form for {act}")


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[Browser]:
    with Browser(sandbox) as browser:
        yield browser


@pytest.fixture
def lively(partner: Partner) -> Partner:
    """A site on which everything has happened once."""
    partner.bill("b-1", customer={"account": "buyer"})
    partner.bill("b-2")
    partner.sandbox.pay_bill("b-1")
    partner.payment("p-1", "100.00", flags=["BIND_PAYMENT_TOKEN"], customer={"account": "buyer"})
    partner.refund("p-1", "r-1", "10.00")
    partner.capture("p-1", "c-1")
    partner.refund("p-1", "r-2", "20.00")
    partner.payment("p-2", card={"expiryDate": "02/34"})
    partner.payment("p-3", card={"cvv2": "849"})
    return partner


# what it shows


def test_the_root_leads_to_the_dashboard_and_the_reference(sandbox: Sandbox) -> None:
    page = httpx.get(f"{sandbox.origin}/", trust_env=False)
    assert page.status_code == 200
    assert 'href="dashboard"' in page.text
    assert 'href="docs"' in page.text


def test_sites_are_listed_without_their_keys(sandbox: Sandbox) -> None:
    page = httpx.get(f"{sandbox.origin}/dashboard", trust_env=False)
    assert "test-00" in page.text
    assert sandbox.key not in page.text


@pytest.mark.parametrize("section", LISTS)
def test_an_empty_list_tells_what_to_do_next(browser: Browser, section: str) -> None:
    assert "empty" in browser.text(f"/{section}")


@pytest.mark.parametrize("section", LISTS)
def test_lists_show_what_has_happened(browser: Browser, lively: Partner, section: str) -> None:
    wanted = {
        "bills": "b-2",
        "payments": "p-3",
        "captures": "c-1",
        "refunds": "r-2",
        "tokens": "buyer",
        "notifications": "PAYMENT",
        "events": "refund.completed",
        "requests": "refundsCreate",
    }
    assert wanted[section] in browser.text(f"/{section}")


def test_a_payment_is_shown_with_its_ledger_and_timeline(browser: Browser, lively: Partner) -> None:
    page = browser.text("/payments/p-1")
    table = re.search(r'<table class="ledger">(.*?)</table>', page, re.DOTALL)
    assert table is not None
    rows = [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", table[1], re.DOTALL)[1:]]
    moves = [(re.sub("<.*?>", "", row[1]), row[2], row[3], row[4]) for row in rows]
    assert moves == [
        ("authorise", "payer", "held", "100.00"),
        ("reverse", "held", "payer", "10.00"),
        ("capture", "held", "site", "90.00"),
        ("refund", "site", "payer", "20.00"),
    ]
    assert [row[5:] for row in rows][-1] == ["\u221270.00", "0.00", "70.00", "0.00"]
    assert all(row[-1] == "0.00" for row in rows)
    happened = re.findall(r'<span class="event[^"]*">([^<]+)</span>', page)
    assert [one for one in happened if not one.startswith("notification")] == [
        "payment.created",
        *(["token.issued", "payment.completed"] if happened.index("token.issued") == 1 else happened[1:3]),
        "refund.completed",
        "capture.completed",
        "refund.completed",
    ]


def test_every_store_shows_the_same_pages(store: str) -> None:
    with Sandbox(store=store, seed=1, clock=Clock.frozen(NOW)) as sandbox, Browser(sandbox) as browser:
        with Partner(sandbox) as partner:
            partner.bill("b-1")
            partner.payment("p-1", flags=["BIND_PAYMENT_TOKEN"], customer={"account": "a"})
            partner.capture("p-1", "c-1")
            partner.refund("p-1", "r-1", "20.00")
        shown = {"bills": "b-1", "captures": "c-1", "refunds": "20.00", "tokens": "usable", "events": "token.issued"}
        shown["requests"] = "refundsCreate"
        for section in LISTS:
            assert shown.get(section, "p-1" if section != "requests" else "refundsCreate") in browser.text(
                f"/{section}"
            )
        assert "\u2212130.00" in browser.text("/payments/p-1")
        assert browser.open("/search?q=c-1").url.path.endswith("/payments/p-1")


def test_pages_of_what_is_not_there_say_so(browser: Browser) -> None:
    for path in ("/bills/none", "/payments/none", "/notifications/none", "/requests/9", "/requests/x", "/nothing"):
        assert browser.open(path).status_code == 404, path
    assert httpx.get(str(browser.open().url.join("/dashboard/sites/other")), trust_env=False).status_code == 404


def test_an_id_is_found_whatever_it_is_of(browser: Browser, lively: Partner) -> None:
    trace_id = lively.error(404, "GET", "/payments/none")["traceId"]
    uid = lively.ok("GET", "/bills/b-1/details")["invoiceUid"]
    notified = lively.sandbox.notifications()[0]["notificationId"]
    found = {
        "b-1": "/bills/b-1",
        uid: "/bills/b-1",
        "p-1": "/payments/p-1",
        " c-1 ": "/payments/p-1",
        "r-2": "/payments/p-1",
        notified: f"/notifications/{notified}",
    }
    for wanted, page in found.items():
        assert browser.open(f"/search?q={wanted}").url.path.endswith(page)
    assert "/requests/" in browser.open(f"/search?q={trace_id}").url.path
    assert "Nothing found" in browser.text("/search?q=none")


def test_a_list_goes_on_page_by_page(browser: Browser, partner: Partner) -> None:
    for number in range(120):
        partner.bill(f"bill-{number:03}")
    seen: list[str] = []
    path = "/bills"
    while path:
        page = browser.text(path)
        seen += re.findall(r"/bills/(bill-\d+)\"", page)
        older = re.search(r'href="[^"]*(/bills\?before=\d+)"', page)
        path = older[1] if older else ""
    assert seen == [f"bill-{number:03}" for number in reversed(range(120))]


def test_of_what_is_secret_no_page_shows_anything(browser: Browser, lively: Partner) -> None:
    token = lively.ok("GET", "/payments/p-1")["createdToken"]["token"]
    secrets = [token, PAN, lively.sandbox.key, lively.sandbox.notification_key]
    notified = [f"/notifications/{each['notificationId']}" for each in lively.sandbox.notifications()]
    logged = [f"/requests/{each['sequence']}" for each in lively.sandbox.requests()]
    for path in ("", *(f"/{name}" for name in LISTS), "/payments/p-1", "/bills/b-1", *notified, *logged):
        page = browser.text(path)
        assert [secret for secret in secrets if secret in page] == [], path


# what it does


def test_the_clock_is_moved_frozen_and_released(browser: Browser, lively: Partner) -> None:
    assert "2024-03-01T12:15:00" in browser.press("", "advance", count="15", unit="minutes")
    browser.press("", "release")
    assert lively.sandbox.get_clock()["frozen"] is False
    browser.press("", "freeze")
    assert lively.sandbox.get_clock()["frozen"] is True


def test_a_bill_is_made_and_paid(browser: Browser, sandbox: Sandbox) -> None:
    page = browser.press("", "create-bill", amount="12.00")
    bill_id = re.search(r"The bill (bill-\w+) waits", page)
    assert bill_id is not None
    assert "is COMPLETED" in browser.press(f"/bills/{bill_id[1]}", "pay", three_ds="confirm")
    assert sandbox.events()[-1]["type"] == "bill.paid"


def test_a_refusal_is_told_with_the_field_and_the_rule(browser: Browser) -> None:
    page = browser.press("", "create-bill", amount="12")
    assert "amount: Invalid money format. Should have 2 fraction digits" in page
    assert "notice-refused" in page


def test_a_hold_is_captured_and_given_back(browser: Browser, partner: Partner) -> None:
    partner.payment("p-1", "100.00")
    assert "COMPLETED" in browser.press("/payments/p-1", "refund", amount="30.00")
    browser.press("/payments/p-1", "capture")
    assert partner.ok("GET", "/payments/p-1")["capturedAmount"]["value"] == "70.00"


def test_three_d_secure_is_answered(browser: Browser, partner: Partner) -> None:
    partner.payment("p-1", card={"cvv2": "849"})
    browser.press("/payments/p-1", "answer-3ds", answer="confirm")
    assert partner.sandbox.events()


def test_a_fault_is_set_shown_and_removed(browser: Browser, partner: Partner) -> None:
    browser.press("", "add-fault", kind="error_500", operation="billsGet", times="1")
    assert "billsGet, struck 0 of 1" in browser.text()
    assert partner.sandbox.handle(_get(partner, "/bills/b-1/details")).status == 500
    assert "struck" not in browser.text()
    browser.press("", "add-fault", kind="latency", milliseconds="1", times="")
    browser.press("", "remove-fault")
    assert "Nothing goes wrong" in browser.text()


def test_a_notification_is_sent_again() -> None:
    with Listener() as listener, Sandbox(clock=Clock.frozen(NOW)) as sandbox, Browser(sandbox) as browser:
        with Partner(sandbox) as partner:
            partner.payment(callbackUrl=listener.url)
        sandbox.advance(0)
        [told] = sandbox.notifications()
        browser.press(f"/notifications/{told['notificationId']}", "resend")
        sandbox.advance(0)
        bodies = {body for _, body in listener.received}
        assert (len(listener.received), len(bodies)) == (2, 1)


def test_a_site_is_reset(browser: Browser, lively: Partner) -> None:
    browser.press("", "reset")
    assert "Nothing has happened here yet" in browser.text()


# whom it lets in


def ask(sandbox: Sandbox, path: str, *, method: str = "GET", local: bool = True, body: str = "", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if body:
        named["content-type"] = "application/x-www-form-urlencoded"
    return sandbox.handle(
        Request(
            method=method,
            path=path,
            headers={"host": "127.0.0.1:8000", **named},
            body=body.encode(),
            peer_is_local=local,
        )
    )


PRIVATE = ["/dashboard", "/dashboard/sites/test-00", "/dashboard/sites/test-00/stream", "/dashboard/sites/other"]


@pytest.mark.parametrize("path", PRIVATE)
def test_others_than_this_machine_are_asked_for_the_control_key(sandbox: Sandbox, path: str) -> None:
    answer = ask(sandbox, path, local=False)
    assert answer.status == 401
    assert b"test-00" not in answer.body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1, evil.example", ""])
def test_a_name_that_a_stranger_made_point_here_is_not_this_machine(sandbox: Sandbox, host: str) -> None:
    assert ask(sandbox, "/dashboard/sites/test-00", host=host).status == 401


def test_the_control_key_opens_until_it_is_another() -> None:
    with Sandbox(control_key=KEY, seed=1) as sandbox:
        assert ask(sandbox, "/dashboard/login", method="POST", local=False, body="key=wrong").status == 401
        answer = ask(sandbox, "/dashboard/login", method="POST", local=False, body=f"key={KEY}")
        assert answer.status == 303
        set_cookie = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Strict"} <= set(set_cookie.split("; "))
        assert KEY not in set_cookie
        cookie = set_cookie.partition(";")[0]
        assert ask(sandbox, "/dashboard", local=False, cookie=cookie).status == 200
        assert ask(sandbox, "/dashboard", local=False, authorization=f"Bearer {KEY}").status == 200
        assert ask(sandbox, "/dashboard", local=False, cookie=cookie[:-1]).status == 401
        late = re.sub(r"=\d", "=9", cookie)
        assert ask(sandbox, "/dashboard", local=False, cookie=late).status == 401
    with Sandbox(control_key="another", seed=1) as sandbox:
        assert ask(sandbox, "/dashboard", local=False, cookie=cookie).status == 401


def test_a_key_of_a_site_opens_nothing_here(sandbox: Sandbox) -> None:
    assert ask(sandbox, "/dashboard", local=False, authorization=f"Bearer {sandbox.key}").status == 401


def test_only_its_own_pages_can_post(sandbox: Sandbox) -> None:
    act = "/dashboard/sites/test-00/do/freeze"
    page = ask(sandbox, "/dashboard/sites/test-00").body.decode()
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token is not None
    body = f"token={token[1]}"
    for wrong in ("token=", "", f"token={'0' * 32}"):
        assert ask(sandbox, act, method="POST", body=wrong or "x=1").status == 403
    for origin in ("http://evil.example", "http://127.0.0.1:3000", "null"):
        assert ask(sandbox, act, method="POST", body=body, origin=origin).status in {401, 403}
    assert ask(sandbox, act, method="POST", body=body, origin="http://127.0.0.1:8000").status == 303
    assert ask(sandbox, act, method="POST", body=body).status == 303
    assert ask(sandbox, act).status == 404


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "\\evil", "a\nb", "..//x"])
def test_an_act_leads_nowhere_else(sandbox: Sandbox, back: str) -> None:
    page = ask(sandbox, "/dashboard/sites/test-00").body.decode()
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token is not None
    body = str(httpx.QueryParams({"token": token[1], "back": back}))
    location = ask(sandbox, "/dashboard/sites/test-00/do/freeze", method="POST", body=body).headers["Location"]
    led = urljoin("http://127.0.0.1:8000/dashboard/sites/test-00/do/freeze", location)
    assert led.startswith("http://127.0.0.1:8000/")


def test_a_notice_cannot_be_made_up(browser: Browser) -> None:
    assert "You have won" not in browser.text("?notice=You+have+won")


@pytest.mark.parametrize("path", ["/", "/dashboard", "/dashboard/sites/test-00", "/dashboard/nothing", "/docs"])
def test_no_page_can_be_framed_or_load_anything_of_elsewhere(sandbox: Sandbox, path: str) -> None:
    answer = ask(sandbox, path)
    assert answer.headers["X-Frame-Options"] == "DENY"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert not re.search(rb"<script(?![^>]*src=)|\sstyle=|\son\w+=|(?:src|href)=\"(?:https?:)?//(?!127)", answer.body)


def test_what_is_written_into_fields_is_text_and_no_markup(browser: Browser, partner: Partner) -> None:
    partner.bill("b-1", comment="<script>alert(1)</script>", customer={"account": "<b>"})
    assert "<script>alert" not in browser.text("/bills/b-1")
    assert "<script>alert" not in browser.text("/requests/1")
    assert "<script>alert" not in browser.open("/search?q=<script>alert").text


def test_lists_are_read_by_an_index_and_not_sorted() -> None:
    queries = [query for name, query in vars(listing).items() if isinstance(query, Select)]
    assert len(queries) >= 10
    with sqlite3.connect(":memory:") as database:
        for statement in schema._definitions(sqlite_dialect()):  # noqa: SLF001 - the tables as they are made
            database.execute(statement)
        for query in queries:
            text = str(query.compile(dialect=sqlite_dialect(), compile_kwargs={"render_postcompile": True}))
            values = dict.fromkeys(re.findall(r":(\w+)", text), 1) if ":" in text else [1] * text.count("?")
            plan = " | ".join(row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {text}", values))
            assert "SCAN payin" not in plan, (plan, text)
            assert "TEMP B-TREE" not in plan, (plan, text)


def _get(partner: Partner, path: str) -> Request:
    return Request(
        method="GET",
        path=f"/partner/payin/v1/sites/test-00{path}",
        headers={"authorization": f"Bearer {partner.site.key}", "host": "127.0.0.1"},
    )
