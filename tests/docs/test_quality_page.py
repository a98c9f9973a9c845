import re
from pathlib import Path
from typing import Any

from qiwi_payin import CardPaymentMethod, PayIn
from qiwi_payin_sandbox import Sandbox

from tests.client import test_client_types as types
from tests.client.test_client_imports import LIMITS
from tests.client.test_client_wheel import MOST_BYTES_OF_CLIENT

PAGE = (Path(__file__).parents[2] / "docs" / "client" / "quality.md").read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_example_says_how_a_payment_was_made() -> None:
    space: dict[str, Any] = {}
    exec(EXAMPLE, space)  # noqa: S102 - our own page
    with Sandbox() as sandbox:
        payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)
        card = CardPaymentMethod(pan="4444443616621049", expiry_date="12/34")
        payin.payments.create("1", payment_method=card, amount="1.00")

        assert space["how_it_was_paid"](payin, "1") == "444444******1049"


def test_the_example_passes_both_type_checkers_in_their_strict_modes(tmp_path: Path) -> None:
    example = tmp_path / "example.py"
    example.write_text(EXAMPLE)

    types.check_by_mypy(tmp_path, example)
    types.check_by_pyright(tmp_path, example)


def test_its_numbers_are_those_that_tests_hold() -> None:
    for limit in LIMITS.values():
        assert f"| {limit} times" in PAGE
    assert f"| {MOST_BYTES_OF_CLIENT // 1000} kB |" in PAGE
