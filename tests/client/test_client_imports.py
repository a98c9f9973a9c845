"""What importing the client costs, counted in modules of fresh processes, which no neighbour disturbs."""

import json
from pathlib import Path

import pytest
import qiwi_payin
import qiwi_payin_runtime

from tests.client import bare

IMPORTED, MADE = "import httpx", "import httpx; httpx.{client}()"
USED = """
from qiwi_payin import {client}
payin = {client}(key="k", site_id="s")
payin.payments
"""
LIMITS = {"imported": 1.15, "used": 1.35}
"""Modules, times those of httpx alone: of `import httpx`, and of a client of httpx that was made."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bare")
    bare.link_libraries(folder)
    for package in (qiwi_payin, qiwi_payin_runtime):
        (folder / package.__name__).symlink_to(package.__path__[0])
    return folder


def modules_after(folder: Path, code: str) -> set[str]:
    return set(json.loads(bare.run(folder, f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)))")))


@pytest.mark.parametrize(
    ("code", "base", "most"),
    [
        ("import qiwi_payin", IMPORTED, LIMITS["imported"]),
        (USED.format(client="PayIn"), MADE.format(client="Client"), LIMITS["used"]),
        (USED.format(client="AsyncPayIn"), MADE.format(client="AsyncClient"), LIMITS["used"]),
    ],
    ids=["imported", "used", "used async"],
)
def test_few_modules_more_are_imported_than_by_httpx_alone(folder: Path, code: str, base: str, most: float) -> None:
    alone, ours = modules_after(folder, base), modules_after(folder, code)

    assert len(ours) <= most * len(alone), f"{len(ours) / len(alone):.2f}, by {', '.join(sorted(ours - alone))}"


def test_importing_the_package_brings_nothing_but_itself(folder: Path) -> None:
    brought = modules_after(folder, "import qiwi_payin") - modules_after(folder, "import importlib, typing")

    assert brought == {"qiwi_payin"}


def test_no_library_is_imported_but_the_two_and_what_httpx_needs(folder: Path) -> None:
    libraries = {name.partition(".")[0] for name in modules_after(folder, USED.format(client="PayIn"))}
    made = {name.partition(".")[0] for name in modules_after(folder, MADE.format(client="Client"))}

    assert {name for name in libraries - made if (folder / name).exists()} == {
        "attr",
        "qiwi_payin",
        "qiwi_payin_runtime",
    }
