import copy
import pickle
import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from qiwi_payin_runtime.timestamps import Timestamp, written

from tests.client.described import moments

MOSCOW = timezone(timedelta(hours=3))


@given(moments())
@example("2024-03-01T17:10:31.28+03:00")
@example("2024-03-01T17:10:31.123456789+03:00")
@example("2024-03-01t17:10:31z")
@example("2016-12-31T23:59:60Z")
@example("2024-03-01T17:10:31+0300")
@example("2024-03-01T17:10:31")
def test_a_moment_is_written_back_character_for_character(text: str) -> None:
    moment = Timestamp.parse(text)

    for twin in (moment, copy.deepcopy(moment), pickle.loads(pickle.dumps(moment))):  # noqa: S301 - our own bytes
        assert twin == moment
        assert twin.text == written(twin) == text


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-03-01T17:10:31.28+03:00", datetime(2024, 3, 1, 17, 10, 31, 280000, MOSCOW)),
        ("2024-03-01T17:10:31.123456789+03:00", datetime(2024, 3, 1, 17, 10, 31, 123456, MOSCOW)),
        ("2024-03-01T14:10:31Z", datetime(2024, 3, 1, 17, 10, 31, tzinfo=MOSCOW)),
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, 999999, UTC)),
        ("2024-03-01T17:10:31", datetime(2024, 3, 1, 17, 10, 31)),  # noqa: DTZ001 - naive as it came
    ],
)
def test_a_moment_is_the_moment_that_its_text_says(text: str, moment: datetime) -> None:
    assert Timestamp.parse(text) == moment


def test_what_arithmetic_makes_of_a_moment_forgets_the_text() -> None:
    later = Timestamp.parse("2024-03-01T17:10:31.28+03:00") + timedelta(seconds=1)

    assert written(later) == "2024-03-01T17:10:32.280000+03:00"


def test_what_arithmetic_makes_of_a_moment_without_an_offset_is_not_written() -> None:
    with pytest.raises(ValueError, match="with an offset"):
        written(Timestamp.parse("2024-03-01T17:10:31") + timedelta(seconds=1))


def test_what_arithmetic_makes_of_a_moment_keeps_its_time_zone_in_copies_and_pickles() -> None:
    moment = Timestamp.parse("2024-03-01T17:10:31Z").astimezone(ZoneInfo("Europe/Berlin"))

    for twin in (copy.copy(moment), copy.deepcopy(moment), pickle.loads(pickle.dumps(moment))):  # noqa: S301
        assert twin == moment
        assert twin.tzinfo is moment.tzinfo


@pytest.mark.parametrize("text", ["", "tomorrow", "2024-13-01T00:00:00Z", "2024-03-01T25:00:00Z"])
def test_a_text_that_names_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a moment such as"):
        Timestamp.parse(text)


@given(st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - zones follow
@example(datetime(1800, 1, 1, tzinfo=ZoneInfo("Europe/Moscow")))
def test_what_a_request_says_is_the_moment_that_was_meant(moment: datetime) -> None:
    assert Timestamp.parse(written(moment)) == moment.astimezone(UTC)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d", written(moment))
