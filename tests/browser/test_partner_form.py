"""3-D Secure of a payment that was made on the partner's own form, in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.screen import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Picture
    from tests.browser.shop import Shop


@pytest.mark.parametrize(("answer", "status"), [("Confirm", "COMPLETED"), ("Refuse", "DECLINED")])
def test_the_banks_answer_comes_back_to_the_partner_who_completes_the_payment(
    page: Page, shop: Shop, answer: str, status: str, picture: Picture
) -> None:
    page.goto(f"{shop.address}/pay")
    page.get_by_role("button", name="To the bank").click()
    expect(page.get_by_text("127.0.0.1")).to_be_visible()
    picture(page, "issuer-for-partner-en")
    page.get_by_role("button", name=answer).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"order-1: {status}")
    assert page.url == f"{shop.address}/3ds"
    assert shop.call("GET", "payments/1")["status"]["value"] == status
