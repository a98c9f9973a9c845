"""The contract suite's page: readable on a phone, in the dark, on paper, without scripts; its buttons work."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from qiwi_payin_contract.report.page import page as page_of
from qiwi_payin_contract.results import results_of

from tests.browser.screen import contrast, expect
from tests.contract.told_run import told_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import BrowserContext, Page

    from tests.browser.conftest import Picture

ADDRESS = "http://127.0.0.1/report.html"


@pytest.fixture(scope="module")
def html() -> str:
    with told_run() as run:
        return page_of(results_of(run)).encode(errors="backslashreplace").decode()


def opened(context: BrowserContext, html: str) -> Page:
    page = context.new_page()
    page.route(ADDRESS, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(ADDRESS)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1200])
def test_the_page_fits_its_width_and_can_be_read(
    new_context: Callable[..., BrowserContext], html: str, picture: Picture, width: int, scheme: str
) -> None:
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=True)
    page = opened(context, html)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for text in (
        ".over",
        ".message",
        ".chip.broken",
        ".chip.kept",
        ".m-reached",
        ".m-not-reached",
        ".origin",
        "nav a",
        "pre",
    ):
        if page.locator(text).count():
            assert contrast(page, text) >= 4.5, text
    picture(page, f"contract-page-{width}-{scheme}")


def test_a_command_is_copied_as_it_stands(new_context: Callable[..., BrowserContext], html: str) -> None:
    context = new_context(permissions=["clipboard-read", "clipboard-write"])
    page = opened(context, html)
    page.locator("button[data-copy='x1-1']").click()
    expect(page.locator("button[data-copy='x1-1']")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#x1-1").text_content()


def test_statements_are_filtered_by_state_without_a_script_and_searched_with_one(
    new_context: Callable[..., BrowserContext], html: str
) -> None:
    plain = opened(new_context(java_script_enabled=False), html)
    assert set(plain.locator("#statement-list > li:visible .chip").all_text_contents()) == {"broken"}
    plain.locator("label[for=f-untestable]").click()
    assert set(plain.locator("#statement-list > li:visible .chip").all_text_contents()) == {"untestable"}
    assert plain.get_by_role("button", name="Copy").count() == 0
    scripted = opened(new_context(), html)
    scripted.get_by_label("Search statements").fill("72 hours")
    expect(scripted.locator("#statement-list > li:visible")).to_have_count(1)


def test_on_paper_every_finding_is_open(new_context: Callable[..., BrowserContext], html: str) -> None:
    page = opened(new_context(), html)
    page.locator(".finding > summary").first.click()
    page.emulate_media(media="print")
    expect(page.locator(".finding .message")).to_be_visible()
    expect(page.locator("nav")).to_be_hidden()
