"""The pages on time and on notifications run as they stand."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox.notifications.message import RETRY_AFTER, DeliveryState

PAGES = Path(__file__).parents[2] / "docs" / "sandbox"


def examples_of(page: str) -> dict[str, Callable[[], None]]:
    """Return the tests that a page shows."""
    found: dict[str, Any] = {}
    for block in re.findall(r"^```python\n(.*?)^```$", (PAGES / page).read_text(), re.DOTALL | re.MULTILINE):
        exec(compile(block, page, "exec"), found)  # noqa: S102 - running it is the test
    return {name: test for name, test in found.items() if name.startswith("test_")}


@pytest.mark.parametrize("page", ["time.md", "notifications.md"])
def test_the_examples_are_passing_tests(page: str) -> None:
    examples = examples_of(page)
    assert examples
    for example in examples.values():
        example()


def test_the_application_that_many_processes_serve_takes_the_key_of_its_site() -> None:
    (block,) = re.findall(r"```python\n(# shop_sandbox\.py.*?)```", (PAGES / "time.md").read_text(), re.DOTALL)
    found: dict[str, Any] = {}
    exec(block.replace("postgresql://payin@127.0.0.1/payin", "sqlite://"), found)  # noqa: S102 - a page of ours
    (key,) = re.findall(r'key="(.*?)"', block)

    async def status_of_an_unknown_bill() -> int:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(found["app"]()), base_url="http://shop") as client:
            path = "/partner/payin/v1/sites/shop/bills/b-1/details"
            return (await client.get(path, headers={"Authorization": f"Bearer {key}"})).status_code

    assert asyncio.run(status_of_an_unknown_bill()) == 404


def test_every_state_of_a_notification_is_explained() -> None:
    page = (PAGES / "notifications.md").read_text()
    assert set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE)) == set(DeliveryState)


def test_the_table_of_due_things_tells_the_repeats() -> None:
    def words(delay: timedelta) -> str:
        seconds = int(delay.total_seconds())
        count, unit = (seconds, "second") if seconds < 60 else (seconds // 60, "minute")
        return f"{count} {unit}{'s' if count > 1 else ''}"

    assert ", ".join(map(words, RETRY_AFTER)) in (PAGES / "time.md").read_text()


@pytest.mark.parametrize("page", ["time.md", "notifications.md"])
def test_every_method_that_a_table_names_is_there(page: str) -> None:
    for row in re.findall(r"^\| (`\w+\(.*?) \|", (PAGES / page).read_text(), re.MULTILINE):
        for name in re.findall(r"`(\w+)\(", row):
            assert callable(getattr(Sandbox, name))
