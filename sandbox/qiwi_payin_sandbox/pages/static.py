"""The files that pages load: style, script, icon and the popup library."""

from __future__ import annotations

import hashlib
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING

from qiwi_payin_sandbox.http.message import Response
from qiwi_payin_sandbox.web.request import PageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qiwi_payin_sandbox.web.request import PageRequest

_TYPES = {
    "payment.css": "text/css; charset=utf-8",
    "payment.js": "text/javascript; charset=utf-8",
    "popup.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_CROSS_ORIGIN = {"Cross-Origin-Resource-Policy": "cross-origin"}


def asset(page: PageRequest) -> Response:
    """Answer `GET /pages/{file}`.

    Raises:
        PageError: There is no such file.
    """
    name = page.http.path.rpartition("/")[2]
    if name not in _TYPES:
        raise PageError(HTTPStatus.NOT_FOUND, "no such file")
    return content(page, _read(name), _TYPES[name])


def popup_library(page: PageRequest) -> Response:
    """Answer `GET /popup/v2.js`, for pages of any origin."""
    return content(page, _read("popup.js"), _TYPES["popup.js"], _CROSS_ORIGIN)


def content(page: PageRequest, body: bytes, media_type: str, more: Mapping[str, str] | None = None) -> Response:
    """Return a file that the browser asks about again each time, and loads again when it has changed."""
    tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    headers = {
        "Content-Type": media_type,
        "Cache-Control": "no-cache",
        "ETag": tag,
        "X-Content-Type-Options": "nosniff",
        **(more or {}),
    }
    if page.http.headers.get("if-none-match") == tag:
        return Response(status=HTTPStatus.NOT_MODIFIED, headers=headers, body=b"")
    return Response(status=HTTPStatus.OK, headers=headers, body=body)


@cache
def _read(name: str) -> bytes:
    return files("qiwi_payin_sandbox.pages").joinpath("static", name).read_bytes()
