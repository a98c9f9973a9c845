"""Who may see and use the dashboard.

Whoever is on this machine needs no key, like with control operations. All others show the control key once and get a
cookie. Pages of other origins can neither read the dashboard (the Host header must name this machine, or the cookie
must come) nor make a browser post to it (the Origin header, and a token that only the pages themselves hold).

AccessError
├── LoginRequired    the control key is asked for
└── ForeignPost      a form of another origin, or an outdated one
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qiwi_payin_sandbox.http.message import Request
    from qiwi_payin_sandbox.ids import Ids

_COOKIE = "qiwi_payin_dashboard"
_TERM = timedelta(hours=12)
_NONCE_LENGTH = 32


class AccessError(Exception):
    """A request that the dashboard does not answer."""


class LoginRequired(AccessError):  # noqa: N818 - says what to do
    """The control key must be shown first."""


class ForeignPost(AccessError):  # noqa: N818 - says what it is
    """A form that no page of this dashboard has posted."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may use the dashboard.

    Attributes:
        token: What the forms of this visitor bear.
        is_logged_in: Whether the control key was shown, rather than the visitor being on this machine.
    """

    token: str
    is_logged_in: bool


class Access:
    """Lets visitors in.

    Args:
        ids: Signs cookies and tokens; its secret also signs what the API hands out, under other names.
        control_key: The key of the sandbox as a whole; without one only this machine's visitors are let in.
        run: Told apart from other runs, so that an old page's form is not taken for a new one's.
    """

    def __init__(self, ids: Ids, control_key: str | None, run: str) -> None:
        self._ids = ids
        self._control_key = control_key
        self._run = run

    @property
    def has_key(self) -> bool:
        """Whether anybody can log in."""
        return self._control_key is not None

    def admit(self, request: Request) -> Visitor:
        """Return who asks.

        Raises:
            LoginRequired: Nobody who may.
        """
        session = self._session(request)
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if session is None and scheme.lower() == "bearer" and self.opened_by(key.strip()):
            session = "bearer"
        if session is not None:
            return Visitor(self._token(session), is_logged_in=True)
        if request.is_of_this_machine and _is_navigation(request):
            return Visitor(self._token("local"), is_logged_in=False)
        raise LoginRequired

    def demand_own_form(self, request: Request, visitor: Visitor, token: str) -> None:
        """Demand that a page of this dashboard has posted.

        Raises:
            ForeignPost: Another one has.
        """
        if not request.is_of_own_origin:
            raise ForeignPost
        if not hmac.compare_digest(token.encode(), visitor.token.encode()):
            raise ForeignPost

    def opened_by(self, key: str) -> bool:
        """Whether this is the control key."""
        return self._control_key is not None and hmac.compare_digest(key.encode(), self._control_key.encode())

    def session_cookie(self, *, nonce: str, secure: bool) -> str:
        """Return the header that makes a browser stay logged in for 12 hours."""
        ends = int((datetime.now(UTC) + _TERM).timestamp())
        sealed = self._sealed(f"{ends}.{nonce}")
        return _cookie(sealed, int(_TERM.total_seconds()), secure=secure)

    @staticmethod
    def end_cookie() -> str:
        """Return the header that makes a browser forget that it was logged in."""
        return _cookie("", 0, secure=False)

    def _session(self, request: Request) -> str | None:
        if self._control_key is None:
            return None
        try:
            found = SimpleCookie(request.headers.get("cookie", "")).get(_COOKIE)
        except CookieError:
            return None
        content, _, signature = (found.value if found else "").rpartition(".")
        ends = content.partition(".")[0]
        if not content or not hmac.compare_digest(self._sealed(content), f"{content}.{signature}"):
            return None
        return content if ends.isdecimal() and int(ends) > datetime.now(UTC).timestamp() else None

    def _sealed(self, content: str) -> str:
        # the key takes part, so that nobody stays logged in after it has changed
        digest = self._ids.digest("dashboard session", self._control_key or "", content)
        return f"{content}.{base64.urlsafe_b64encode(digest).decode().rstrip('=')}"

    def _token(self, session: str) -> str:
        return self._ids.hex(_NONCE_LENGTH, "dashboard form", self._run, session)


def _is_navigation(request: Request) -> bool:
    """Whether no page of another origin asks, as far as the browser tells."""
    if request.headers.get("sec-fetch-site") == "cross-site":
        return request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"  # a link to here
    return True


def _cookie(value: str, seconds: int, *, secure: bool) -> str:
    return f"{_COOKIE}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"
