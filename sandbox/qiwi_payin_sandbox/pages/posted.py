"""The body of a form that a browser posted."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

if TYPE_CHECKING:
    from starlette.requests import Request

_LONGEST_BODY = 64 * 1024
_MOST_FIELDS = 50


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of an `application/x-www-form-urlencoded` body; of a repeated field, the last value.

    Raises:
        HTTPException: 415 for another content type, 413 for more than 64 KiB, 400 for what cannot be read.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body must be application/x-www-form-urlencoded")
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LONGEST_BODY:
                text = f"the body is longer than {_LONGEST_BODY} bytes"
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)
    except ClientDisconnect:
        raise HTTPException(HTTPStatus.BAD_REQUEST, "the body breaks off") from None
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        # The cause would quote the body, which may hold card data.
        raise HTTPException(HTTPStatus.BAD_REQUEST, "the body is no readable form") from None
