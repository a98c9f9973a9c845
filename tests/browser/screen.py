"""What tests see and do on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from playwright.sync_api._generated import LocatorAssertions  # no public module exports this class


def expect(locator: Locator) -> LocatorAssertions:
    """Return playwright's assertions, which wait for what they assert."""
    from playwright.sync_api import expect as assertions  # noqa: PLC0415 - it may be missing

    return assertions(locator)


def type_card(page: Page, *, number: str = "4444443616621049", expiry: str = "1234", cvv: str = "123") -> None:
    page.get_by_label("Card number").press_sequentially(number)
    page.get_by_label("Expiry date").press_sequentially(expiry)
    page.get_by_label("CVV").press_sequentially(cvv)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def contrast(page: Page, selector: str) -> float:
    """Return the contrast of a text to what is behind it, as WCAG reckons it."""
    found = page.locator(selector).first.evaluate(
        """(element) => {
          const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
          const light = (colour) => numbers(colour).slice(0, 3)
            .map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
            .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
          let behind = element;
          while (numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
          const pair = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor].map(light);
          return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        }"""
    )
    return float(found)
