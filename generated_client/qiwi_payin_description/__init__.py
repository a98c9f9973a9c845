"""The QIWI payment acceptance API, described as data. Made by nox -s generate: not for editing."""

import json
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["NAMES", "load"]

NAMES = ("client", "decisions", "exchanges", "openapi", "sandbox", "statements", "workflows")


def load(name: str) -> dict[str, Any]:
    """Load a document by name, anew at each call: what the caller changes in it stays with the caller.

    Numbers with a fraction are `decimal.Decimal` with every digit that is written; no float is ever made.

    Args:
        name: one of `NAMES`.

    Raises:
        ValueError: there is no such document.
    """
    document: dict[str, Any] = json.loads(_text(name), parse_float=Decimal)
    return document


@cache
def _text(name: str) -> str:
    if name not in NAMES:
        raise ValueError(f"there is no document {name!r}; there are {', '.join(NAMES)}")
    return files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
