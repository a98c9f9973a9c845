"""The pages on the contract suite say what is so."""

import re
import sys
from pathlib import Path

import pytest
from qiwi_payin_contract.command import BROKEN, KEPT, main
from qiwi_payin_contract.drivers import Ability, Driver, find_driver
from qiwi_payin_contract.faults.exchanges import FurtherField
from qiwi_payin_contract.faults.proxy import FaultProxy
from qiwi_payin_contract.sites import Site
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

PAGES = Path(__file__).parents[2] / "docs" / "contract"
KEY = "5d41402abc4b2a76b9719d911017c592"


def test_the_driver_on_the_page_answers_three_ds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", (PAGES / "drivers.md").read_text(), re.DOTALL | re.MULTILINE)
    (tmp_path / "bank_page_driver.py").write_text(block)
    monkeypatch.syspath_prepend(tmp_path)
    with Sandbox(sites=[SandboxSite("test-01", KEY)]) as sandbox:
        driver = find_driver("bank_page_driver:BankPageDriver", sandbox.base_url)
        assert isinstance(driver, Driver)
        code = main(
            [
                "--base-url",
                sandbox.base_url,
                f"--site=test-01:{KEY}",
                "--only=scenarios",
                "--effort=quick",
                "--driver=bank_page_driver:BankPageDriver",
            ]
        )
    told = capsys.readouterr().out
    assert code == KEPT, told
    assert "driver BankPageDriver" in told
    assert "no driver answers 3-D Secure" not in told
    assert "no driver pays as the payer would" in told
    sys.modules.pop("bank_page_driver")


def test_the_page_names_every_ability() -> None:
    page = (PAGES / "drivers.md").read_text()
    assert not [ability for ability in Ability if f"Ability.{ability.name}`" not in page]


def test_a_finding_goes_to_the_folder_that_was_named_with_a_pytest_file(tmp_path: Path) -> None:
    site = Site("test-01", KEY)
    with (
        Sandbox(sites=[SandboxSite("test-01", KEY)]) as sandbox,
        FaultProxy(sandbox.base_url, FurtherField([site])) as proxy,
    ):
        where = ["--base-url", proxy.base_url, f"--site=test-01:{KEY}"]
        told = ["--only=exchanges", "--decisions", "--findings", str(tmp_path / "findings")]
        assert main([*where, *told]) == BROKEN
    assert list((tmp_path / "findings").glob("01-QP-*.json"))


def test_the_broken_server_on_the_page_is_found_broken(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", (PAGES / "proof.md").read_text(), re.DOTALL | re.MULTILINE)
    names: dict[str, object] = {}
    exec(compile(block, "proof.md", "exec"), names)  # noqa: S102 - running it is the test
    assert names["code"] == BROKEN
    assert "BROKEN QP-EXCH-100" in capsys.readouterr().out
