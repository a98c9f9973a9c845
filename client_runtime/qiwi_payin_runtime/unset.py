"""The value of a field that is absent.

JSON tells `null` from an absent key, and so does this package: `None` is `null`, `UNSET` is absent.
"""

from enum import Enum
from typing import Final, Literal


class Unset(Enum):
    """Type of `UNSET`. An enum, so that copies and pickles stay the one member and `is UNSET` narrows types."""

    UNSET = "UNSET"

    def __bool__(self) -> Literal[False]:
        return False

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET
"""What an optional field holds when it is absent."""
