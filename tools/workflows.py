"""The workflows of `openapi/workflows`, joined into one Arazzo document as it stands in the data package.

The root names a file for each workflow; a workflow refers to the root's components. In the data package the OpenAPI
documents lie beside it, so a source description's address becomes their name there.

    WorkflowsError (ValueError)    a file is missing or malformed, or a reference is of another kind
"""

from pathlib import Path, PurePosixPath
from typing import Any, Final

from tools.documents import DocumentError, read_mapping

ROOT: Final = "workflows.yaml"


class WorkflowsError(ValueError):
    """The files of the workflows cannot be joined."""


def joined(folder: Path) -> dict[str, Any]:
    """Join the workflows of a folder.

    Raises:
        WorkflowsError: see above.
    """
    try:
        root = read_mapping(folder / ROOT)
        return {
            **root,
            "sourceDescriptions": [_beside(source) for source in root["sourceDescriptions"]],
            "workflows": [_inward(read_mapping(folder / node["$ref"])) for node in root["workflows"]],
        }
    except (DocumentError, KeyError, TypeError) as error:
        raise WorkflowsError(f"{folder}: {error}") from error


def _beside(source: dict[str, Any]) -> dict[str, Any]:
    return {**source, "url": f"{PurePosixPath(source['url']).stem}.json"}


def _inward(value: Any) -> Any:
    """The same with references to the root's components as they are within one document."""
    if isinstance(value, list):
        return [_inward(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _reference(item) if key == "$ref" else _inward(item) for key, item in value.items()}


def _reference(text: str) -> str:
    file, mark, place = text.partition("#")
    if file != ROOT or not mark:
        raise WorkflowsError(f"{text} is not a place in {ROOT}")
    return f"#{place}"
