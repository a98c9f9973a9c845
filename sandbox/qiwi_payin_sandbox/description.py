"""What every reader of a bundled OpenAPI document does: follow references, and find the API below its server."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit


def resolved(description: Mapping[str, Any], node: Any) -> Any:
    """Return what a node leads to: the node itself, or what stands at the end of its references."""
    while "$ref" in node:
        target: Any = description
        for token in node["$ref"].removeprefix("#/").split("/"):
            target = target[token.replace("~1", "/").replace("~0", "~")]
        node = target
    return node


def base_path(described: Mapping[str, Any]) -> str:
    """Return the path of a document's or path item's first server, without its last slash; empty where it has none."""
    servers = described.get("servers") or [{"url": "/"}]
    path: str = urlsplit(servers[0]["url"]).path
    return path.rstrip("/")
