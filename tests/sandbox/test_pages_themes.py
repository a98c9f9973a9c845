"""Themes of the form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_sandbox import Sandbox, Site
from qiwi_payin_sandbox.pages.themes import BUILT_IN, READABLE, accent, contrast, is_code, style_of, theme_of

if TYPE_CHECKING:
    from typing import Any

codes = st.from_regex(r"\A[A-Za-z0-9-]{1,30}\Z") | st.sampled_from(sorted(BUILT_IN))
THEME = re.compile(r"pages/themes/([^\"]+)\.css")


def theme_shown(site: Site, **bill: Any) -> str | None:
    with Sandbox(sites=[site], seed=1) as sandbox:
        client = httpx.Client(transport=sandbox.transport, headers={"Authorization": f"Bearer {sandbox.key}"})
        body = {"amount": {"value": "1.00", "currency": "RUB"}, "expirationDateTime": "2099-01-01T00:00:00+03:00"}
        address = f"{sandbox.local_base_url}/payin/v1/sites/{sandbox.site_id}/bills/1"
        found = THEME.search(client.get(client.put(address, json=body | bill).json()["payUrl"]).text)
        return found and found[1]


@given(codes, st.booleans())
def test_texts_of_every_theme_can_be_read(code: str, dark: bool) -> None:  # noqa: FBT001 - hypothesis gives it
    plain, stronger, on_accent, wash = accent(theme_of(code), dark=dark)
    panel = (24 / 255, 33 / 255, 41 / 255) if dark else (1.0, 1.0, 1.0)
    text = (233 / 255, 238 / 255, 242 / 255) if dark else (22 / 255, 33 / 255, 43 / 255)
    for one, other in ((plain, panel), (plain, on_accent), (stronger, on_accent), (plain, wash), (text, wash)):
        assert contrast(one, other) >= READABLE


@given(codes)
def test_a_code_gives_the_same_theme_each_time(code: str) -> None:
    assert style_of(theme_of(code)) == style_of(theme_of(code))


def test_case_tells_codes_apart() -> None:
    assert theme_of("ocean") != theme_of("Ocean") != theme_of("OCEAN")


@pytest.mark.parametrize("text", [None, "", "a_b", "тема", "a b", "../x", "x" * 256, "a\n"])
def test_digits_latin_letters_and_hyphens_make_a_code(text: str | None) -> None:
    assert not is_code(text)


def test_the_bills_theme_goes_before_the_sites() -> None:
    assert theme_shown(Site()) is None
    assert theme_shown(Site(theme="ocean")) == "ocean"
    assert theme_shown(Site(theme="ocean"), customFields={"themeCode": "Merchant01-style01"}) == "Merchant01-style01"


def test_a_style_sheet_is_there_for_every_code_and_for_nothing_else() -> None:
    with Sandbox() as sandbox, httpx.Client(transport=sandbox.transport, base_url="http://127.0.0.1") as client:
        style = client.get("/pages/themes/Any-Code-1.css")
        assert style.headers["content-type"] == "text/css; charset=utf-8"
        assert "--accent: #" in style.text
        tag = {"If-None-Match": style.headers["etag"]}
        assert client.get("/pages/themes/Any-Code-1.css", headers=tag).status_code == 304
        assert client.get("/pages/themes/any-code-1.css", headers=tag).status_code == 200
        for name in ("a_b.css", "..%2f..%2fx.css", ".css", "a%0a.css"):
            assert client.get(f"/pages/themes/{name}").status_code == 404, name
