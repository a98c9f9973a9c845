"""Moments as the API writes them."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

_LEAP_SECOND: Final = re.compile(r"(?<=:\d\d):60(?:[.,]\d+)?")
_LONG_FRACTION: Final = re.compile(r"(?<=[.,]\d{6})\d+")


class Timestamp(datetime):
    """A `datetime` read from an answer, which remembers its text.

    It is written back character for character, however many digits its fraction has. Where the text has no offset, the
    moment is naive, as it came. A leap second counts as the last microsecond before it; digits beyond microseconds are
    in `text` alone. What arithmetic makes of it is an ordinary moment.
    """

    __slots__ = ("_text",)
    _text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ISO 8601 text.

        Raises:
            ValueError: the text names no moment.
        """
        readable = _LONG_FRACTION.sub("", _LEAP_SECOND.sub(":59.999999", text.upper()))
        try:
            found = datetime.fromisoformat(readable)
        except ValueError:
            raise ValueError("a moment such as 2024-03-01T17:10:31+03:00 is wanted") from None
        moment = cls.combine(found.date(), found.timetz())
        moment._text = text  # noqa: SLF001 - its own attribute, of a new object
        return moment

    @property
    def is_as_read(self) -> bool:
        """Whether it was read, and not made of another moment."""
        return hasattr(self, "_text")

    @property
    def text(self) -> str:
        """The text that was read, or else the ISO 8601 text of the moment."""
        return self._text if self.is_as_read else self.isoformat()

    def __repr__(self) -> str:
        return f"Timestamp({self.text!r})"

    def __reduce_ex__(self, protocol: Any) -> str | tuple[Any, ...]:
        return (Timestamp.parse, (self._text,)) if self.is_as_read else super().__reduce_ex__(protocol)


def written(moment: datetime) -> str:
    """The text of a moment in a request.

    Raises:
        ValueError: the moment has no offset, so that nobody could say when it is.
    """
    if isinstance(moment, Timestamp) and moment.is_as_read:
        return moment.text
    offset = moment.utcoffset()
    if offset is None:
        raise ValueError("a datetime with an offset is wanted, such as datetime.now(timezone.utc)")
    # Offsets of long ago have seconds, for which the wire has no place.
    return (moment.astimezone(UTC) if offset % timedelta(minutes=1) else moment).isoformat()
