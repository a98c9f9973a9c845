"""A browser without JavaScript and style: follows redirects, reads the one form of a page and posts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urljoin

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action: str | None = None
        self.fields: dict[str, str] = {}
        self.links: list[str] = []
        self.refresh: str | None = None
        self.language: str | None = None
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = values.get("lang")
        elif tag == "form":
            self.action = values["action"]
        elif tag == "a":
            self.links.append(values["href"])
        elif tag == "meta" and values.get("http-equiv") == "refresh":
            self.refresh = values["content"]
        elif tag == "input" and (values.get("type") != "radio" or "checked" in values):
            self.fields[values["name"]] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        self.words += data.split()


@dataclass
class Page:
    """What came back: `text` is what a payer reads."""

    status: int
    headers: Mapping[str, str]
    html: str
    address: str
    action: str | None
    fields: dict[str, str]
    links: list[str]
    refresh: str | None
    language: str | None
    text: str


@dataclass
class PlainBrowser:
    """Opens and posts pages; keeps every request's address and every answer's text."""

    origin: str
    accept_language: str = ""
    addresses: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """Open a page."""
        return self._send("GET", urljoin(self.origin, address), None)

    def post(self, address: str, fields: Mapping[str, str]) -> Page:
        """Post fields to a page."""
        return self._send("POST", urljoin(self.origin, address), dict(fields))

    def submit(self, page: Page, **fields: str) -> Page:
        """Post a page's form, with some fields filled in."""
        assert page.action is not None, page.text
        return self.post(urljoin(page.address, page.action), page.fields | fields)

    def _send(self, method: str, address: str, data: dict[str, str] | None) -> Page:
        with httpx.Client(follow_redirects=True, trust_env=False) as client:
            answer = client.request(method, address, data=data, headers={"Accept-Language": self.accept_language})
        for part in (*answer.history, answer):
            self.addresses.append(str(part.request.url))
            self.answers.append(part.text + repr(part.headers))
        reader = _Reader()
        reader.feed(answer.text)
        return Page(
            status=answer.status_code,
            headers=answer.headers,
            html=answer.text,
            address=str(answer.url),
            action=reader.action,
            fields=reader.fields,
            links=reader.links,
            refresh=reader.refresh,
            language=reader.language,
            text=" ".join(reader.words),
        )
