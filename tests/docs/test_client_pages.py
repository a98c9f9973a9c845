"""The pages on waiting and on the form's links run as they stand, against a sandbox."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from qiwi_payin import Money, PayIn, Verdict, forms
from qiwi_payin_runtime.clock import Clock, Wake
from qiwi_payin_sandbox import Sandbox

PAGES = Path(__file__).parents[2] / "docs" / "client"
BILL = "order-1815"
TOMORROW = datetime.now(UTC) + timedelta(days=1)


class Watch(Clock):
    """Moves on instead of sleeping; `then` happens in the first pause."""

    def __init__(self, then: Callable[[], object] = lambda: None) -> None:
        self.time = 0.0
        self._then: list[Callable[[], object]] = [then]

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float, wake: Wake | None = None) -> None:
        while self._then:
            self._then.pop()()
        if wake is None or not wake.wait(0):
            self.time += seconds


def run(page: str) -> dict[str, Any]:
    """Run all blocks of a page, one after another, in the same names."""
    names: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", (PAGES / page).read_text(), re.DOTALL | re.MULTILINE):
        exec(compile(block, page, "exec"), names)  # noqa: S102 - running it is the test
    return names


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        monkeypatch.setenv("QIWI_PAYIN_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("QIWI_PAYIN_KEY", sandbox.key)
        monkeypatch.setenv("QIWI_PAYIN_SITE_ID", sandbox.site_id)
        yield sandbox


def at(sandbox: Sandbox, watch: Watch | None = None, *, flags: tuple[str, ...] = ("SALE",)) -> PayIn:
    """A client of the sandbox, with a bill to pay."""
    payin = PayIn(sandbox.local_base_url, transport=sandbox.transport, clock=watch)
    payin.bills.create(BILL, amount="150.00", expiration_date_time=TOMORROW, flags=flags)
    return payin


@pytest.mark.parametrize(
    ("flags", "price", "words"), [(("SALE",), "150.00", "ship"), ((), "150.00", "capture"), ((), "15.00", "look at it")]
)
def test_what_now_tells_shipping_from_capturing(
    sandbox: Sandbox, flags: tuple[str, ...], price: str, words: str
) -> None:
    what_now = run("waiting.md")["what_now"]
    payin = at(sandbox, flags=flags)

    assert what_now(payin, BILL, price) == "ask again later"
    sandbox.pay_bill(BILL)
    assert what_now(payin, BILL, price) == words


def test_the_waiting_shop_sees_the_payment_or_the_end_of_its_patience(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    paid_soon = run("waiting.md")["paid_soon"]

    assert not paid_soon(at(sandbox, Watch()), BILL, "150.00")
    assert capsys.readouterr().out == "CREATED\n"
    assert paid_soon(at(sandbox, Watch(lambda: sandbox.pay_bill(BILL))), BILL, "150.00")


@pytest.mark.parametrize(("is_told", "seconds"), [(True, 0), (False, 600)])
def test_the_shop_that_waits_for_a_notification_asks_after_it_or_after_ten_minutes(
    sandbox: Sandbox,
    is_told: bool,  # noqa: FBT001 - a parameter of pytest's
    seconds: float,
) -> None:
    paid_after_notification = run("waiting.md")["paid_after_notification"]
    told = threading.Event()

    def pay() -> None:
        sandbox.pay_bill(BILL)
        if is_told:
            told.set()

    watch = Watch(pay)

    assert paid_after_notification(at(sandbox, watch), BILL, "150.00", told)
    assert watch.time == seconds


def test_the_test_of_the_page_passes() -> None:
    run("waiting.md")["test_the_shop_waits_for_its_payer"]()


def test_every_verdict_is_explained() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", (PAGES / "waiting.md").read_text(), re.MULTILINE)) == set(Verdict)


def test_the_links_of_the_page_lead_to_the_form(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    names = run("forms.md")

    assert capsys.readouterr().out.startswith(f"{sandbox.origin}/form?invoiceUid=")
    assert names["link"].startswith(forms.CREATE_URL)


def test_a_paid_link_is_held_for_the_sum_that_was_asked_for(sandbox: Sandbox) -> None:
    public_key = sandbox.sites[sandbox.site_id].public_key or ""
    link = forms.create_link(public_key, amount=Money("1815.50"), bill_id="order-1816", url=f"{sandbox.origin}/create")
    (check,) = re.findall(r"`(payin\.bills\.get\(.*?)`", (PAGES / "forms.md").read_text())
    with httpx.Client(transport=sandbox.transport) as browser:
        assert browser.get(link).is_redirect
    sandbox.pay_bill("order-1816")

    assert eval(check, {"payin": PayIn(transport=sandbox.transport)})  # noqa: S307 - the page's own text
