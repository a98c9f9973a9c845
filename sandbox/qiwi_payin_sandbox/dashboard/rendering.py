"""Templates to HTML, with the headers that every page of the dashboard bears."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from qiwi_payin_sandbox import masking, times
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.http.message import Response
from qiwi_payin_sandbox.web.templates import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SECURITY_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",  # with no-referrer browsers would not tell the origin of the pages' own forms
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every answer of the dashboard: nothing of elsewhere runs in it, and it runs in nothing of elsewhere."""

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Renderer:
    """Renders the templates of packages, by default of this one; those named first go before.

    Args:
        packages: The packages besides this one.
        filters: Filters of their own.
    """

    def __init__(self, *packages: str, filters: Mapping[str, Callable[..., Any]] | None = None) -> None:
        self._environment = environment(*packages, "qiwi_payin_sandbox.dashboard")
        self._environment.filters.update(
            json=json_text,
            money=money_text,
            moment=moment_text,
            short=short_moment_text,
            shown=masking.shown_text,
            minor=minor_text,
            segment=lambda text: quote(str(text), safe=""),
            span=span_text,
            **(filters or {}),
        )

    def page(
        self,
        template: str,
        values: Mapping[str, object],
        *,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Return the rendered template."""
        html = self._environment.get_template(template).render(values)
        return Response(
            status=status,
            headers={"Content-Type": "text/html; charset=utf-8", **SECURITY_HEADERS, **(headers or {})},
            body=html.encode(errors="replace"),
        )


def json_text(value: Any) -> str:
    """Return JSON as people read it, numbers as they were written."""
    return _indented(value, "")


def _indented(value: Any, indent: str) -> str:
    deeper = f"{indent}  "
    if isinstance(value, dict) and value:
        inner = (f"{deeper}{json.dumps(name, ensure_ascii=False)}: {_indented(value[name], deeper)}" for name in value)
        return "{\n" + ",\n".join(inner) + f"\n{indent}}}"
    if isinstance(value, list | tuple) and value:
        return "[\n" + ",\n".join(deeper + _indented(item, deeper) for item in value) + f"\n{indent}]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def minor_text(minor: int) -> str:
    """Return minor units as `1,234.50`."""
    sign = "\u2212" if minor < 0 else ""
    whole, _, fraction = Money(abs(minor), "").text.partition(".")
    return f"{sign}{int(whole):,}.{fraction}"


def money_text(minor: int, currency: str) -> str:
    """Return minor units as `1,234.50 RUB`, with a no-break space."""
    return f"{minor_text(minor)}\u00a0{currency}"


def moment_text(moment: datetime | int | str | None) -> str:
    """Return a moment, milliseconds or an API's text as `2024-03-01 12:00:00` in Moscow's time, as the API tells it."""
    if moment is None or moment == "":
        return "\u2014"
    if isinstance(moment, int):
        moment = times.from_milliseconds(moment)
    if isinstance(moment, str):
        moment = times.parse(moment)
    local = moment.astimezone(times.MOSCOW)
    fraction = f".{local.microsecond // 1000:03}" if local.microsecond else ""
    return f"{local:%Y-%m-%d %H:%M:%S}{fraction}"


def short_moment_text(moment: datetime | int | str | None) -> str:
    """Return a moment as `03-01 12:00:00`, for lists of what is about as old."""
    return moment_text(moment)[5:19] if moment else "\u2014"


def span_text(span: timedelta) -> str:
    """Return a length of time in its two largest units: `2 d 23 h`, `14 min`, `3 s`."""
    units = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (timedelta(seconds=1), "s"))
    parts = []
    for unit, name in units:
        count, span = divmod(span, unit)
        if count:
            parts.append(f"{count}\u00a0{name}")
    return " ".join(parts[:2]) or "less than 1\u00a0s"
