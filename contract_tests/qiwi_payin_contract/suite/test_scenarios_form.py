"""What the English document says beside its stories: where the form is, how times are written."""

import re
from urllib.parse import urlsplit

import httpx
import pytest

from qiwi_payin_contract import scenarios as rules
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.shop import Shop, at
from qiwi_payin_contract.target import Target

GROUP = "scenarios"

TO_THE_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}")
UP_TO_THREE_DIGITS = re.compile(TO_THE_SECOND.pattern.replace("[+-]", r"(\.[0-9]{0,2}[1-9])?[+-]"))


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


@looks_at(rules.FORM_OPENS)
def test_form_stands_at_pay_url(shop: Shop, findings: Findings) -> None:
    created = shop.create_bill()
    address = at(created.answer_json, "payUrl")
    base = urlsplit(shop.target.base_url)
    if not isinstance(address, str) or urlsplit(address).netloc != base.netloc:
        pytest.skip("payUrl leads to another host, which the suite does not call")
    try:
        page = shop.target.open(address)
    except httpx.HTTPError as error:
        findings.expect(False, rules.FORM_OPENS, f"nothing answers at payUrl: {error}", created)  # noqa: FBT003
        return
    is_page = page.status_code == 200 and page.headers.get("content-type", "").startswith("text/html")
    findings.expect(is_page, rules.FORM_OPENS, f"payUrl is answered {page.status_code}, not with a page", created)


@looks_at(rules.TIMES)
def test_times_are_written_as_published(shop: Shop, findings: Findings) -> None:
    created = shop.create_bill()
    text = str(at(created.answer_json, "status", "changedDateTime"))
    findings.expect(TO_THE_SECOND.fullmatch(text), rules.TIMES, f"a bill's status changed at {text!r}", created)
    amount, part = shop.sums("200.00", "1.00")
    paid = shop.create_payment(amount)
    payment_id = paid.path_parameters["paymentId"]
    for answered in (paid, shop.refund(payment_id, part), shop.capture(payment_id)):
        text = str(at(answered.answer_json, "createdDateTime"))
        findings.expect(UP_TO_THREE_DIGITS.fullmatch(text), rules.TIMES, f"createdDateTime is {text!r}", answered)
