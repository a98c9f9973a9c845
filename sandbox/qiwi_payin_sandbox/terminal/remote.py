"""A sandbox that is running somewhere, as commands reach it.

RemoteError
├── UnreachableError    nothing that can be understood was answered
└── RefusedError        the sandbox refused the operation
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.addresses import is_loopback

DEFAULT_ORIGIN = "http://127.0.0.1:8000"

_METHODS = ("get", "put", "post", "patch", "delete")
_PATIENCE_SECONDS = 60.0
_PAGE = 100
_BAD_REQUEST, _NOT_FOUND = 400, 404


class RemoteError(Exception):
    """The operation was not done; the message is fit for the person at the terminal."""

    exit_code = 2


class UnreachableError(RemoteError):
    """Nothing answers there, or something that is no sandbox."""


class RefusedError(RemoteError):
    """The sandbox refused the operation."""

    exit_code = 1


class Remote:
    """Control operations of one site of a running sandbox.

    Args:
        url: Any URL of the sandbox, such as its base URL; only its origin counts.
        site_id: The site; None: the only one that the sandbox has.
        key: A key of the site, or the sandbox's control key; needed where the sandbox is not on this machine.
        transport: What carries the requests; by default the network.

    Raises:
        RemoteError: The URL is none, or would carry the key in the clear to another machine.
    """

    def __init__(
        self,
        url: str = DEFAULT_ORIGIN,
        site_id: str | None = None,
        key: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            self.origin = str(httpx.URL(f"{parts.scheme}://{parts.netloc}"))
        except (ValueError, httpx.InvalidURL):
            raise RemoteError("the URL of the sandbox is none") from None
        if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc:
            raise RemoteError("the URL of the sandbox must be http://HOST[:PORT] or https://HOST[:PORT]")
        if key and parts.scheme == "http" and not is_loopback(host):
            raise RemoteError("a key goes to another machine by https only")
        self._given_site_id = site_id
        self._http = httpx.Client(
            base_url=self.origin,
            headers={"Authorization": f"Bearer {key}"} if key else {},
            timeout=_PATIENCE_SECONDS,
            trust_env=not is_loopback(host),
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @cached_property
    def site_id(self) -> str:
        """The site that the commands are about.

        Raises:
            RemoteError: None is named, and the sandbox has several.
        """
        if self._given_site_id is not None:
            return self._given_site_id
        listed = [str(site["siteId"]) for site in self._operate("sandboxInfo", {}, None, None)["sites"]]
        if len(listed) != 1:
            raise RemoteError(f"name a site with --site: {', '.join(listed) or 'the sandbox has none yet'}")
        return listed[0]

    def operate(
        self,
        operation_id: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        **parameters: str,
    ) -> Any:
        """Run a control operation on the site and return its answer, None where it has no body.

        Raises:
            RemoteError: It was not done.
        """
        return self._operate(operation_id, {**parameters, "siteId": self.site_id}, body, query)

    def each(self, operation_id: str, after: int = 0, **query: Any) -> Iterator[dict[str, Any]]:
        """Go through a list that comes in pages, from behind the entry with a sequence number.

        Raises:
            RemoteError: A page was not given.
        """
        while True:
            page = self.operate(operation_id, query={**query, "after": after, "limit": _PAGE})
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1]["sequence"]

    def _operate(
        self,
        operation_id: str,
        parameters: Mapping[str, str],
        body: Mapping[str, Any] | None,
        query: Mapping[str, Any] | None,
    ) -> Any:
        method, path = self._operations[operation_id]
        for name, value in parameters.items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        content = None if body is None else wire.dumps(dict(body)).encode()
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            answer = self._http.request(method, path, content=content, params=query, headers=headers)
        except httpx.HTTPError as error:
            raise UnreachableError(f"no sandbox answers at {self.origin} ({type(error).__name__})") from None
        try:
            told = wire.loads(answer.content) if answer.content else None
        except wire.MalformedError:
            raise UnreachableError(f"what answers at {self.origin} is no sandbox (HTTP {answer.status_code})") from None
        if answer.status_code >= _BAD_REQUEST:
            raise RefusedError(_refusal(answer.status_code, told, parameters))
        return told

    @cached_property
    def _operations(self) -> dict[str, tuple[str, str]]:
        from qiwi_payin_description import load  # noqa: PLC0415 - needed once something is asked for

        return {
            item[method]["operationId"]: (method.upper(), path)
            for path, item in load("sandbox")["paths"].items()
            for method in _METHODS
            if method in item
        }


def _refusal(status: int, told: Any, parameters: Mapping[str, str]) -> str:
    if not isinstance(told, dict):
        return f"refused (HTTP {status})"
    fields = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in (told.get("cause") or {}).items())
    if status == _NOT_FOUND:  # the answer leaves to the caller what was asked for
        fields = ", ".join(f"{name} {value}" for name, value in parameters.items())
    return ": ".join(part for part in (f"refused (HTTP {status})", str(told.get("description", "")), fields) if part)
