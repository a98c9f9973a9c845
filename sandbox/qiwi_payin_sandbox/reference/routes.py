"""Which page of the reference answers a path."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from http import HTTPStatus
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape
from qiwi_payin_description import load

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.dashboard.rendering import SECURITY_HEADERS, Renderer
from qiwi_payin_sandbox.description import base_path
from qiwi_payin_sandbox.http.message import Response
from qiwi_payin_sandbox.reference.model import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qiwi_payin_sandbox.http.message import Request

_FILES = {"reference.css": "text/css; charset=utf-8", "reference.js": "text/javascript; charset=utf-8"}
_CODE = re.compile(r"`([^`]+)`")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")
_TEXT = {"Content-Type": "text/plain; charset=utf-8", **SECURITY_HEADERS}


class Reference:
    """The reference of the API.

    Args:
        description: The OpenAPI document that the sandbox runs on, bundled.
    """

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._description = description
        self._renderer = Renderer("qiwi_payin_sandbox.reference", filters={"prose": prose, "words": words})
        self._page = lru_cache(maxsize=4)(self._rendered)

    def handle(self, request: Request, public_url: str) -> Response:
        """Answer a request of a browser.

        Args:
            request: The request.
            public_url: Where this server is.
        """
        path = request.path.rstrip("/").removeprefix("/docs").lstrip("/")
        if request.method not in {"GET", "HEAD"}:
            return Response(
                status=HTTPStatus.METHOD_NOT_ALLOWED, headers={**_TEXT, "Allow": "GET"}, body=b"read only\n"
            )
        root = "../" * (request.path.count("/") - 1)
        match path:
            case "":
                return self._page("reference.html", root, public_url)
            case "rules":
                return self._page("rules.html", root, public_url)
            case "openapi.json":
                headers = {"Content-Type": "application/json", "X-Content-Type-Options": "nosniff"}
                return Response(
                    status=HTTPStatus.OK, headers=headers, body=wire.dumps(self._served(public_url)).encode()
                )
        name = path.removeprefix("static/")
        if name in _FILES:
            return _content(_FILES[name], files("qiwi_payin_sandbox.reference").joinpath("static", name).read_bytes())
        return _told(HTTPStatus.NOT_FOUND)

    def _rendered(self, template: str, root: str, public_url: str) -> Response:
        return self._renderer.page(
            template,
            {
                "root": root,
                "visitor": None,
                "model": self._model,
                "origin": public_url,
                "base_path": base_path(self._description),
                "statements": load("statements")["statements"] if template == "rules.html" else (),
                "decisions": load("decisions")["decisions"] if template == "rules.html" else (),
            },
        )

    @cached_property
    def _model(self) -> Model:
        return Model(self._description)

    def _served(self, public_url: str) -> dict[str, Any]:
        """Return the description with the addresses of this server."""

        def here(item: Mapping[str, Any]) -> Mapping[str, Any]:
            origin = {"url": public_url, "description": "Origin of this sandbox"}
            return {**item, "servers": [origin]} if "servers" in item else item

        return {
            **self._description,
            "servers": [{"url": public_url + base_path(self._description), "description": "This sandbox"}],
            "paths": {path: here(item) for path, item in self._description["paths"].items()},
        }


def _content(media_type: str, body: bytes) -> Response:
    return Response(status=HTTPStatus.OK, headers={"Content-Type": media_type, **SECURITY_HEADERS}, body=body)


def _told(status: HTTPStatus, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status=status, headers={**_TEXT, **(headers or {})}, body=f"{status.phrase}\n".encode())


def words(text: str) -> Markup:
    """Return a line of a description as HTML: what stands in backticks is code."""
    html = _CODE.sub(r"<code>\1</code>", str(escape(text)))
    return Markup(_EMPHASIS.sub(r"<em>\1</em>", html))  # noqa: S704 - escaped above


def prose(text: str) -> Markup:
    """Return a description as HTML, its paragraphs as paragraphs."""
    paragraphs = [words(part.strip()) for part in text.split("\n\n") if part.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(part) for part in paragraphs)
