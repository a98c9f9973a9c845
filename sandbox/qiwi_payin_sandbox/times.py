"""Moments as the API writes them: ISO 8601 in Moscow's offset, +03:00."""

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

MOSCOW = timezone(timedelta(hours=3))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_MILLISECOND = timedelta(milliseconds=1)
_RFC3339 = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}):(\d{2})(\.\d+)?([Zz]|[+-]\d{2}:\d{2})",
    re.ASCII,
)
_LEAP_SECOND = "60"
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=MOSCOW)


def milliseconds(moment: datetime) -> int:
    """Return the whole milliseconds since 1970."""
    return (moment - EPOCH) // _MILLISECOND


def from_milliseconds(count: int) -> datetime:
    """Return the moment so many milliseconds after 1970."""
    return EPOCH + count * _MILLISECOND


def to_milliseconds_precision(moment: datetime) -> datetime:
    """Drop what is finer than a millisecond."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def in_seconds(moment: datetime) -> str:
    """Write the moment as bills do: `2023-02-17T14:50:44+03:00`."""
    return moment.astimezone(MOSCOW).isoformat(timespec="seconds")


@lru_cache(maxsize=256)
def in_milliseconds(moment: datetime) -> str:
    """Write the moment as payments, captures and refunds do, without trailing zeros: `2024-03-01T17:10:31.28+03:00`."""
    text = moment.astimezone(MOSCOW).isoformat(timespec="milliseconds")
    fraction = text[19:23].rstrip("0").rstrip(".")
    return text[:19] + fraction + text[23:]


def in_full(moment: datetime) -> str:
    """Write the moment with six fraction digits, as error bodies do."""
    return moment.astimezone(MOSCOW).isoformat(timespec="microseconds")


def parse(text: str) -> datetime:
    """Read an RFC 3339 date-time with its offset, to the millisecond.

    A moment that cannot be told in UTC and in Moscow's offset, within hours of the years 1 and 9999, is taken for the
    nearest that can.

    Raises:
        ValueError: It is none, or has no offset.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        raise ValueError("not a date and time with an offset, such as 2023-07-07T14:30:00+03:00")
    date, minutes, seconds, fraction, offset = match.groups()
    leap = seconds == _LEAP_SECOND
    fraction = (fraction or ".0")[:7]
    read = datetime.fromisoformat(f"{date}T{minutes}:{'59' if leap else seconds}{fraction:0<7}{offset.upper()}")
    # Python compares moments with offsets beyond what it can write in UTC.
    moment = min(max(read, _EARLIEST), _LATEST).astimezone(UTC) + timedelta(seconds=leap)
    return to_milliseconds_precision(min(moment, _LATEST))
