"""The page on testing runs as it stands, as a user's tests."""

import re
from pathlib import Path

import pytest
from qiwi_payin_pytest import plugin

pytest_plugins = ["pytester"]

PAGES = Path(__file__).parents[2] / "docs" / "client"


def blocks_of(page: str) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", (PAGES / page).read_text(), re.DOTALL | re.MULTILINE)


def test_the_page_on_testing_is_a_users_file_of_passing_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    text = "\n\n".join(blocks_of("testing.md"))
    pytester.path.joinpath("test_shop.py").write_text(text)

    ran = pytester.runpytest_subprocess("-p", "qiwi_payin_pytest.plugin", "--strict-markers", "-W", "error")

    ran.assert_outcomes(passed=len(re.findall(r"^ *def test_", text, re.MULTILINE)))


def test_the_page_on_testing_names_all_fixtures() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", (PAGES / "testing.md").read_text(), re.MULTILINE))
    fixtures = {name for name, value in vars(plugin).items() if isinstance(value, type(plugin.payin))}

    assert named == fixtures
