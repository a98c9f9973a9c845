"""What is made from the installed description, once in a process: it takes longer than all else of a start."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from qiwi_payin_description import load

from qiwi_payin_sandbox.http.routing import Router
from qiwi_payin_sandbox.operations.table import HANDLERS


@cache
def installed_description() -> Mapping[str, Any]:
    """Return the description that is installed with the package; all share it, nobody changes it."""
    return load("sandbox")


@cache
def installed_router() -> Router:
    """Return its routes."""
    return Router(installed_description(), HANDLERS)
