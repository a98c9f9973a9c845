"""Which release this is."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Final

DISTRIBUTION: Final = "qiwi-payin"


@cache
def installed_version() -> str:
    """The version of the installed distribution, or `source` where the code runs without one."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "source"
