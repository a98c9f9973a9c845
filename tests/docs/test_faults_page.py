"""The page on faults runs as it stands, and names every fault that there is."""

import json
import re
from pathlib import Path
from typing import Any

from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox.faults.catalogue import ANSWERS, KINDS, NOTIFICATIONS

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox" / "faults.md").read_text()


def test_the_example_is_a_passing_test() -> None:
    block = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)[0]
    names: dict[str, Any] = {}
    exec(compile(block, "faults.md", "exec"), names)  # noqa: S102 - running it is the test
    names["test_a_lost_answer_debits_once"]()


def test_the_order_of_the_command_line_example_is_taken() -> None:
    (order,) = re.findall(r"-d '(.*)'", PAGE)
    with Sandbox() as sandbox:
        answer = sandbox._operate("sandboxAddFault", None, json.loads(order))  # noqa: SLF001 - the order as it is posted
        assert answer["kind"] == "error_503"


def test_its_tables_name_every_fault_and_every_setting() -> None:
    answers, notifications = PAGE.partition("## With answers")[2].split("## With notifications")
    assert re.findall(r"^\| `(\w+)` \|", answers, re.MULTILINE) == list(ANSWERS)
    assert re.findall(r"^\| `(\w+)` \|", notifications, re.MULTILINE) == list(NOTIFICATIONS)
    for name in frozenset().union(*(kind.needs | kind.takes for kind in KINDS.values())):
        assert f"`{name}`" in PAGE
