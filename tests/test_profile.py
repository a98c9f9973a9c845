"""How examples are drawn in all tests."""

from hypothesis import settings


def test_no_example_has_a_time_limit() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
