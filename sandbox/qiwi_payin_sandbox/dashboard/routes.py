"""Which page of the dashboard answers a path."""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from importlib.resources import files
from secrets import token_hex
from typing import TYPE_CHECKING
from urllib.parse import unquote

from qiwi_payin_sandbox.dashboard.access import Access, ForeignPost, LoginRequired, Visitor
from qiwi_payin_sandbox.dashboard.acts import ACTS, Act, UnusableFieldError, refused_text
from qiwi_payin_sandbox.dashboard.pages import Page, SitePages
from qiwi_payin_sandbox.dashboard.rendering import SECURITY_HEADERS, Renderer
from qiwi_payin_sandbox.http.errors import ApiError
from qiwi_payin_sandbox.http.message import Response
from qiwi_payin_sandbox.web.request import PageError, PageRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from qiwi_payin_sandbox.dashboard.control import Control
    from qiwi_payin_sandbox.dashboard.feed import Feed
    from qiwi_payin_sandbox.http.message import Request

_log = logging.getLogger("qiwi_payin_sandbox")

_FILES = {"dashboard.css": "text/css; charset=utf-8", "dashboard.js": "text/javascript; charset=utf-8"}
_BACK = re.compile(r"[A-Za-z0-9._:~%/-]{0,1000}", re.ASCII)
_NOTICES = 512


class Dashboard:
    """All pages of the dashboard.

    Args:
        control: The sandbox.
        feed: Tells what happens.
        control_key: The key of the sandbox as a whole, which lets in who is not on this machine.
    """

    def __init__(self, control: Control, feed: Feed, control_key: str | None) -> None:
        self._control = control
        self._feed = feed
        self._renderer = Renderer()
        self._pages = SitePages(control)
        self._ids = control.services.engine.ids
        self._access = Access(self._ids, control_key, token_hex(8))

    def handle(self, request: Request, public_url: str) -> Response:
        """Answer a request of a browser; every failure is an answer too.

        Args:
            request: The request.
            public_url: What absolute addresses of the payer's pages begin with.
        """
        page = PageRequest(request, public_url)
        parts = [unquote(part) for part in request.path.strip("/").split("/")]
        try:
            return self._answer(page, parts)
        except LoginRequired:
            return self._ask_for_key(page)
        except ForeignPost:
            return self._message(page, HTTPStatus.FORBIDDEN, "This form is not, or no longer, of this dashboard.")
        except ApiError as error:
            return self._message(page, HTTPStatus(error.status), refused_text(error))
        except PageError as error:
            return self._message(page, error.status, error.text, error.headers)
        except Exception:  # noqa: BLE001 - logged; a fault of ours must be an answer too
            _log.exception("a page of the dashboard failed")
            return self._message(page, HTTPStatus.INTERNAL_SERVER_ERROR, "The page failed; the log says why.")

    def _answer(self, page: PageRequest, parts: list[str]) -> Response:
        method = "GET" if page.http.method == "HEAD" else page.http.method
        match method, parts:
            case "GET", [""]:
                return self._renderer.page("start.html", self._frame(page, None, None))
            case "GET", ["dashboard", "static", name] if name in _FILES:
                return _file(name)
            case "POST", ["dashboard", "login"]:
                return self._log_in(page)
        return self._answer_visitor(page, self._access.admit(page.http), method, parts)

    def _answer_visitor(self, page: PageRequest, visitor: Visitor, method: str, parts: list[str]) -> Response:
        if method == "POST":
            self._access.demand_own_form(page.http, visitor, page.fields.get("token", ""))
        match method, parts:
            case "GET", ["dashboard"]:
                return self._sites(page, visitor)
            case "GET", ["dashboard", "login"]:
                return _redirect(f"{page.root}dashboard")
            case "POST", ["dashboard", "logout"]:
                return _redirect(f"{page.root}dashboard", {"Set-Cookie": self._access.end_cookie()})
            case "GET" | "POST", ["dashboard", "sites", site_id, *rest] if self._has_site(site_id):
                return self._answer_of_site(page, visitor, site_id, [method, *rest])
        raise PageError(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _answer_of_site(self, page: PageRequest, visitor: Visitor, site_id: str, asked: list[str]) -> Response:
        match asked:
            case ["GET", "stream"]:
                return self._feed.stream(site_id, page.http.headers.get("last-event-id") or page.query.get("after"))
            case ["POST", "do", act] if act in ACTS:
                return self._act(page, site_id, act)
            case ["GET", *rest]:
                return self._site_page(page, visitor, site_id, rest)
        raise PageError(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _has_site(self, site_id: str) -> bool:
        return self._control.services.engine.sites.find(site_id) is not None

    # pages

    def _sites(self, page: PageRequest, visitor: Visitor) -> Response:
        clocks = {site_id: self._control.services.engine.clock(site_id) for site_id in self._control.sites}
        frame = self._frame(page, visitor, None)
        return self._renderer.page("sites.html", {**frame, "clocks": clocks})

    def _site_page(self, page: PageRequest, visitor: Visitor, site_id: str, rest: list[str]) -> Response:
        frame = self._frame(page, visitor, site_id)  # first: what happens while the page is made is followed, too
        if rest == ["search"]:
            wanted = page.query.get("q", "")
            found = self._pages.search(site_id, wanted)
            if found is not None:
                return _redirect(f"{page.root}dashboard/sites/{site_id}/{found}")
            shown = Page("not_found.html", {"wanted": wanted[:200]})
        else:
            shown = self._shown(page, site_id, rest)
        return self._renderer.page(shown.template, {**frame, "section": rest[0] if rest else "", **shown.values})

    def _shown(self, page: PageRequest, site_id: str, rest: list[str]) -> Page:
        pages, url = self._pages, page.public_url
        lists: Mapping[str, Callable[[str, int | None], Page]] = {
            "bills": pages.bills,
            "payments": pages.payments,
            "captures": pages.captures,
            "refunds": pages.refunds,
            "tokens": pages.tokens,
            "notifications": pages.notifications,
            "events": pages.events,
            "requests": pages.requests,
        }
        match rest:
            case []:
                return pages.overview(site_id)
            case [kind] if kind in lists:
                return lists[kind](site_id, _before(page))
            case ["bills", bill_id]:
                return pages.bill(site_id, bill_id, url)
            case ["payments", payment_id]:
                return pages.payment(site_id, payment_id, url)
            case ["notifications", notification_id]:
                return pages.notification(site_id, notification_id)
            case ["requests", sequence]:
                return pages.request(site_id, sequence)
        raise PageError(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _frame(self, page: PageRequest, visitor: Visitor | None, site_id: str | None) -> dict[str, object]:
        """Return what every page shows around what it is about."""
        engine = self._control.services.engine
        site = self._control.sites[site_id] if site_id is not None else None
        return {
            "root": page.root,
            "here": page.http.path.strip("/").removeprefix("dashboard").strip("/"),
            "origin": page.public_url,
            "base_path": self._control.base_path,
            "sites": self._control.sites,
            "site": site,
            "site_id": site_id,
            "clock": engine.clock(site_id) if site_id is not None else None,
            "visitor": visitor,
            "notice": self._notice(page),
            "stream": self._feed.cursor(site_id) if site_id is not None else None,
        }

    def _notice(self, page: PageRequest) -> tuple[str, str] | None:
        sealed = page.query.get("notice")
        parts = self._ids.unseal(sealed) if sealed else None
        return (parts[1], parts[2]) if parts is not None and parts[0] == "dashboard notice" else None

    def _message(
        self, page: PageRequest, status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None
    ) -> Response:
        frame = self._frame(page, None, None)
        return self._renderer.page(
            "message.html", {**frame, "text": text, "title": status.phrase}, status=status, headers=headers
        )

    # acts

    def _act(self, page: PageRequest, site_id: str, name: str) -> Response:
        try:
            kind, text = "done", ACTS[name](Act(self._control, site_id, page.fields, page.public_url))
        except ApiError as error:
            kind, text = "refused", refused_text(error)
        except UnusableFieldError as error:
            kind, text = "refused", str(error)
        back = page.fields.get("back", "")
        if not _BACK.fullmatch(back):
            back = f"sites/{site_id}"
        notice = self._ids.seal("dashboard notice", kind, text[:_NOTICES])
        quoted = notice.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
        return _redirect(f"{page.root}dashboard/{back}?notice={quoted}")

    # who may

    def _ask_for_key(self, page: PageRequest, *, wrong: bool = False) -> Response:
        frame = self._frame(page, None, None)
        return self._renderer.page(
            "login.html", {**frame, "wrong": wrong, "has_key": self._access.has_key}, status=HTTPStatus.UNAUTHORIZED
        )

    def _log_in(self, page: PageRequest) -> Response:
        if not page.http.is_of_own_origin:
            raise ForeignPost
        if not self._access.opened_by(page.fields.get("key", "")):
            return self._ask_for_key(page, wrong=True)
        secure = page.public_url.startswith("https:")
        cookie = self._access.session_cookie(nonce=token_hex(8), secure=secure)
        return _redirect(f"{page.root}dashboard", {"Set-Cookie": cookie})


def _before(page: PageRequest) -> int | None:
    text = page.query.get("before", "")
    return int(text) if text.isdecimal() and len(text) <= 18 else None  # noqa: PLR2004 - fits a column of the store


def _redirect(address: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        status=HTTPStatus.SEE_OTHER, headers={"Location": address, **SECURITY_HEADERS, **(headers or {})}, body=b""
    )


def _file(name: str) -> Response:
    body = files("qiwi_payin_sandbox.dashboard").joinpath("static", name).read_bytes()
    return Response(status=HTTPStatus.OK, headers={"Content-Type": _FILES[name], **SECURITY_HEADERS}, body=body)
