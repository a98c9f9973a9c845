"""What importing the client costs, counted in modules of fresh processes, which no neighbour disturbs."""

import json
import subprocess
import sys

import pytest

HTTPX = "import httpx"
MADE = """
import httpx
from qiwi_payin import {client}, NotFound

payin = {client}(key="k", site_id="s", transport=httpx.MockTransport(lambda request: httpx.Response(404)))
"""
USED = (
    MADE.format(client="PayIn")
    + """
try:
    payin.payments.get("1")
except NotFound as error:
    assert error.status == 404
"""
)
USED_ASYNC = (
    MADE.format(client="AsyncPayIn")
    + """
try:
    payin.payments.get("1").send(None)  # no event loop, which would count as ours
except NotFound as error:
    assert error.status == 404
"""
)


def modules_after(code: str) -> set[str]:
    run = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", f"{code}\nimport json, sys; json.dump(sorted(sys.modules), sys.stdout)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(run.stdout)) - {"json", "json.decoder", "json.encoder", "json.scanner", "_json"}


LIMITS = {"imported": 1.15, "used": 1.35}
"""Modules, times those of `import httpx`."""


@pytest.mark.parametrize(
    ("code", "most"),
    [
        ("import qiwi_payin", LIMITS["imported"]),
        ("from qiwi_payin import PayIn, AsyncPayIn, Money, OutcomeUnknown", LIMITS["imported"]),
        (USED, LIMITS["used"]),
        (USED_ASYNC, LIMITS["used"]),
    ],
    ids=["package", "names", "used", "used async"],
)
def test_few_modules_more_are_imported_than_by_httpx_alone(code: str, most: float) -> None:
    base, ours = modules_after(HTTPX), modules_after(code)

    assert len(ours) <= most * len(base), f"beyond httpx: {', '.join(sorted(ours - base))}"


@pytest.mark.parametrize("code", ["import qiwi_payin", USED], ids=["package", "used"])
def test_nothing_of_the_sandbox_the_suite_or_their_libraries_is_imported(code: str) -> None:
    heavy = {"qiwi_payin_sandbox", "qiwi_payin_contract", "qiwi_payin_description", "pytest", "asyncio", "sqlalchemy"}

    assert not {module for module in modules_after(code) - modules_after(HTTPX) if module.partition(".")[0] in heavy}
