"""What a browser asks of a page.

PageError: a request that no page can answer
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qiwi_payin_sandbox.http.message import Request

_LONGEST_BODY = 64 * 1024
_MOST_FIELDS = 50
_FORM = "application/x-www-form-urlencoded"


class PageError(Exception):
    """A request that no page can answer: `status`, and a text for whoever sent it."""

    def __init__(self, status: HTTPStatus, text: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = dict(headers or {})


@dataclass(frozen=True)
class PageRequest:
    """A request, read as browsers send them."""

    http: Request = field(repr=False)
    public_url: str
    """What absolute addresses of the pages begin with."""

    @property
    def root(self) -> str:
        """What leads from this page's address to the folder of `/form` and `/acs`: all links are relative.

        So the pages work behind a proxy that puts them below a path.
        """
        return "../" * (self.http.path.count("/") - 1)

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The parameters of the address; of a repeated one, the last value.

        Raises:
            PageError: There are too many.
        """
        return _pairs(self.http.query)

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """The fields of the posted form; of a repeated one, the last value.

        Raises:
            PageError: 415 for another content type, 413 for more than 64 KiB, 400 for what cannot be read.
        """
        media_type = self.http.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != _FORM:
            raise PageError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"the body must be {_FORM}")
        if len(self.http.body) > _LONGEST_BODY:
            raise PageError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is longer than {_LONGEST_BODY} bytes")
        try:
            text = self.http.body.decode()
        except UnicodeDecodeError:
            # The cause would quote the body, which may hold card data.
            raise PageError(HTTPStatus.BAD_REQUEST, "the body is no readable form") from None
        return _pairs(text)


def _pairs(text: str) -> dict[str, str]:
    try:
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise PageError(HTTPStatus.BAD_REQUEST, "the form is not readable, or has too many fields") from None
