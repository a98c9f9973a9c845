"""Moments that partners send are read as they were meant, to the edges of the calendar."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from qiwi_payin_sandbox import times

OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(timezones=OFFSETS), st.datetimes(timezones=OFFSETS))
@example(datetime.min.replace(tzinfo=timezone(timedelta(minutes=1))), datetime.max.replace(tzinfo=times.MOSCOW))
@example(datetime.max.replace(tzinfo=timezone(-timedelta(hours=12))), datetime.max.replace(tzinfo=UTC))
def test_every_moment_is_read_in_its_order_and_can_be_written(one: datetime, other: datetime) -> None:
    read = times.parse(one.isoformat())
    assert times.parse(times.in_full(read)) == read
    assert abs(read - one.astimezone(read.tzinfo) if _ordinary(one) else timedelta()) < timedelta(milliseconds=1)
    if one <= other:
        assert read <= times.parse(other.isoformat())


def _ordinary(moment: datetime) -> bool:
    return 1 < moment.year < 9999


@pytest.mark.parametrize("second", ["9999-12-31T23:59:60Z", "9999-12-31T23:59:60-12:00", "0001-01-01T00:00:60+14:00"])
def test_leap_seconds_at_the_edges_are_read(second: str) -> None:
    assert times.in_full(times.parse(second))
