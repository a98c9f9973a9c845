"""Which release this is."""

from functools import cache
from typing import Final

DISTRIBUTION: Final = "qiwi-payin"


@cache
def installed_version() -> str:
    """The version of the installed distribution, or `source` where the code runs without one."""
    # Imported here because it costs more than all of this package, and importing a client needs no version.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "source"
