"""Chromium, a sandbox and a partner's shop, all on loopback."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import urlsplit

import pytest
from qiwi_payin_sandbox import Sandbox, Site

from tests.browser.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

    Picture = Callable[[Page, str], None]

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_WAIT = 20_000


def _program() -> str | None:
    return next(filter(None, map(shutil.which, _NAMES)), None)


def _missing() -> str | None:
    if find_spec("playwright") is None:
        return "the package playwright is not installed"
    return None if _program() else f"none of {', '.join(_NAMES)} is on the path"


class _Unavailable(pytest.Module):
    """A module of tests that cannot run here: skipped as a whole, which is one line of the report."""

    def collect(self) -> NoReturn:
        pytest.skip(f"no browser: {_missing()}")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    required = "browser" in os.environ.get("QIWI_PAYIN_REQUIRE", "").split(",")
    if required or _missing() is None:
        return None
    return _Unavailable.from_parent(parent, path=module_path)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one module: while Playwright runs, no other test of the process can use asyncio."""
    if missing := _missing():
        pytest.fail(f"QIWI_PAYIN_REQUIRE asks for a browser, but {missing}", pytrace=False)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - it may be missing

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_program(), args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open contexts, each with settings of its own; in the end no page has asked anything of another machine."""
    contexts: list[BrowserContext] = []
    asked: list[str] = []
    wrong: list[str] = []

    def note_refusal(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            wrong.append(message.text)

    def open_context(**settings: Any) -> BrowserContext:
        context = chromium.new_context(**{"locale": "en-GB"} | settings)
        context.set_default_timeout(_WAIT)
        context.on("request", lambda request: asked.append(request.url))
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        context.on("console", note_refusal)
        contexts.append(context)
        return context

    yield open_context
    for context in contexts:
        context.close()
    assert {urlsplit(url).hostname for url in asked} <= {"127.0.0.1"}
    assert wrong == []


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


@pytest.fixture
def plain_page(new_context: Callable[..., BrowserContext]) -> Page:
    """A page without JavaScript."""
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(sites=[Site("test-00", key="key-of-test-00")]) as sandbox:
        yield sandbox


@pytest.fixture
def shop(sandbox: Sandbox) -> Iterator[Shop]:
    with Shop(f"{sandbox.base_url}/payin/v1/sites/{sandbox.site_id}", sandbox.key) as shop:
        yield shop


@pytest.fixture
def picture() -> Picture:
    """Take a screenshot into the folder that `QIWI_PAYIN_SCREENSHOTS` names, if it names one."""
    folder = os.environ.get("QIWI_PAYIN_SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)

    return take
