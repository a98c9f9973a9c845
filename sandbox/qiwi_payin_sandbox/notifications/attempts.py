"""The log of attempts to deliver a notification."""

from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from qiwi_payin_sandbox.notifications.delivery import Headers, Outcome
from qiwi_payin_sandbox.notifications.message import Notification

_LARGEST_BODY = 2048
_LONGEST_VALUE = 256
_MOST_HEADERS = 40
_HIDDEN = "(hidden)"
_SECRET_HEADERS = frozenset(
    {"authorization", "proxy-authorization", "www-authenticate", "proxy-authenticate", "cookie", "set-cookie"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One attempt to deliver a notification.

    Attributes:
        number: Its place among the attempts of the notification, from 1.
        at: When, by the site's clock.
        status: The HTTP status of the answer.
        error: Why there was none.
        resent: Somebody asked for it; the schedule does not count it.
        fault: What was made to go wrong with it.
        milliseconds: How long it took.
        url: Where it went.
        sent_headers: The headers of the request; its body is the notification's.
        headers: The headers of the answer, without the values of cookies and credentials.
        body: The beginning of the answer's body.
        body_cut: Whether the body goes on after that.
    """

    number: int
    at: datetime
    status: int | None = None
    error: str | None = None
    resent: bool = False
    fault: str | None = None
    milliseconds: int | None = None
    url: str | None = None
    sent_headers: Headers = ()
    headers: Headers = ()
    body: str = field(default="", repr=False)
    body_cut: bool = False


def attempt_of(
    notification: Notification, at: datetime, outcome: Outcome, milliseconds: int, *, resent: bool, fault: str | None
) -> Attempt:
    """Return the entry of the attempt that comes after those that a notification has seen.

    Answers come from whoever listens at the address, so only so much of them is kept.
    """
    return Attempt(
        number=notification.tries + notification.resent + 1,
        at=at,
        status=outcome.status,
        error=outcome.error,
        resent=resent,
        fault=fault,
        milliseconds=milliseconds,
        url=notification.url,
        sent_headers=outcome.sent_headers,
        headers=tuple(_kept(name, value) for name, value in outcome.headers[:_MOST_HEADERS]),
        body=outcome.body[:_LARGEST_BODY].decode(errors="replace"),
        body_cut=outcome.body_cut or len(outcome.body) > _LARGEST_BODY,
    )


def host_of(url: str | None) -> str:
    """Return what tells the addresses of one host from others, in lower case; empty where there is none."""
    try:
        return urlsplit(url or "").netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _kept(name: str, value: str) -> tuple[str, str]:
    if name.lower() in _SECRET_HEADERS:
        return name[:_LONGEST_VALUE], _HIDDEN
    return name[:_LONGEST_VALUE], value[:_LONGEST_VALUE]
