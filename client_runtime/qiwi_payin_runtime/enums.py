"""Names of a list that may grow."""

from enum import StrEnum
from typing import Self


class OpenEnum(StrEnum):
    """A list of names to which the API may add.

    A name that the description does not know is a member all the same, with `is_known` false: it compares equal to its
    text, is written back unchanged, and never makes an answer unreadable.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member

    @property
    def is_known(self) -> bool:
        """Whether the description lists this name."""
        return type(self).__members__.get(self.name) is self
