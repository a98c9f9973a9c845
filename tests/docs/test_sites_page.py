"""The page on sites: its examples run, and it names every setting and every operation."""

import re
from pathlib import Path
from typing import Any

from qiwi_payin_description import load
from qiwi_payin_sandbox import Site
from qiwi_payin_sandbox.sites.file import read_sites
from qiwi_payin_sandbox.sites.settings import _NAMES  # the names, which the page shows side by side

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox" / "sites.md").read_text()


def test_the_examples_run() -> None:
    names: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        exec(block, names)  # noqa: S102 - a page of ours


def test_the_file_of_sites_is_one(tmp_path: Path) -> None:
    (block,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    file = tmp_path / "sites.toml"
    file.write_text(block)
    (site,) = read_sites(file, {"SHOP_KEY": "key", "SHOP_NOTIFICATION_KEY": "notify"})
    assert (site.site_id, site.key, site.notification_key) == ("shop", "key", "notify")


def test_every_setting_is_named_in_both_ways() -> None:
    rows = set(re.findall(r"^\| `(\w+)` \| `(\w+)` \|", PAGE, re.MULTILINE))
    assert rows == set(_NAMES.items())
    described = load("sandbox")["components"]["schemas"]["SandboxSiteSettings"]["properties"]
    assert set(described) == set(_NAMES.values())
    assert all(hasattr(Site(), name) for name in _NAMES)


def test_every_operation_on_sites_keys_and_state_is_named() -> None:
    paths = {path for path in load("sandbox")["paths"] if re.search(r"/(sites|keys|state|reset|\{keyId\})$", path)}
    assert len(paths) == 5
    assert all(path in PAGE for path in paths)
