"""Whoever sends control operations over HTTP, from this machine or from elsewhere."""

import json
from typing import Any

from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox.http.message import Request, Response


class Operator:
    """Sends control operations to a sandbox without a socket."""

    def __init__(self, sandbox: Sandbox, *, key: str | None = None, is_elsewhere: bool = False) -> None:
        self._sandbox = sandbox
        self._key = key
        self._is_local = not is_elsewhere

    def send(self, method: str, path: str, body: Any = None) -> Response:
        """Send JSON to a path below `/sandbox`."""
        headers = {"host": "127.0.0.1" if self._is_local else "sandbox.example"}
        if self._key is not None:
            headers["authorization"] = f"Bearer {self._key}"
        if body is not None:
            headers["content-type"] = "application/json"
        return self._sandbox.handle(
            Request(
                method=method,
                path=f"/sandbox{path}",
                headers=headers,
                body=b"" if body is None else json.dumps(body).encode(),
                peer_is_local=self._is_local,
            )
        )

    def ok(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """Send, demand success and return what is answered."""
        response = self.send(method, path, body)
        assert response.status == status, response.body
        return json.loads(response.body) if response.body else None

    def refused(self, method: str, path: str, body: Any = None, status: int = 400) -> Any:
        """Send, demand an error and return its causes."""
        response = self.send(method, path, body)
        assert response.status == status, response.body
        return json.loads(response.body).get("cause", {})
