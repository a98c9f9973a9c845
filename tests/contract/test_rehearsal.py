"""A dry run sends nothing, and prints what a run would send."""

import re
from decimal import Decimal

import pytest
from qiwi_payin_contract.command import COULD_NOT_RUN, KEPT, main
from qiwi_payin_contract.limits import Sent
from qiwi_payin_contract.rehearsal import Rehearsal
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

from tests.contract.intermediaries import counted

KEY = "5d41402abc4b2a76b9719d911017c592"
LINE = re.compile(r"(PUT|GET|POST|DELETE|PATCH) http://127\.0\.0\.1:[0-9]+/partner/payin/v1/sites/shop/\S+( [0-9.]+)?")


def test_dry_run_sends_nothing_and_prints_what_would_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    with Sandbox(sites=[SandboxSite("shop", KEY)]) as sandbox, counted(sandbox.base_url) as (base_url, seen):
        options = ["--base-url", base_url, "--site", f"shop:{KEY}", "--seed=1", "--only=scenarios", "--driver=none"]
        assert main([*options, "--profile=test-site", "--dry-run"]) == KEPT
        told = capsys.readouterr().out
        assert seen == []
        assert main([*options, "--profile=test-site"]) == KEPT
        really = len(seen)
    lines = [line for line in told.splitlines() if line.startswith(("PUT", "GET", "POST", "DELETE", "PATCH"))]
    api = [line for line in lines if "/payin/v1/" in line]
    assert all(LINE.fullmatch(line) for line in api), [line for line in api if not LINE.fullmatch(line)]
    assert all(base_url in line for line in lines)
    assert abs(len(api) - really) <= 2, "the form is opened where payUrl leads to the server itself"
    total = next(line.split() for line in told.splitlines() if line.startswith("total"))
    assert int(total[1]) == len(lines)
    assert Decimal(total[3]) == 10
    assert told.endswith(f"This was a dry run: nothing was sent to {base_url}.\n")
    assert KEY not in told
    assert "The contract" not in told


def test_dry_run_shows_no_card_number_that_is_not_published(capsys: pytest.CaptureFixture[str]) -> None:
    rehearsal = Rehearsal("https://qiwi.example/partner")
    rehearsal(Sent("GET", "/payin/v1/sites/shop/payments/4000000000000002", "paymentsGet", {}, None, new_payment=False))
    assert "400000******0002" in capsys.readouterr().out


def test_dry_run_wants_right_options(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--dry-run", "--base-url=http://qiwi.example/partner", "--site=a:k"]) == COULD_NOT_RUN
    assert "https only" in capsys.readouterr().err
