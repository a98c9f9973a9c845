"""``qiwi-payin contract``: options, exit codes, reports."""

import socket
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from qiwi_payin_contract.command import BROKEN, COULD_NOT_RUN, KEPT, main
from qiwi_payin_contract.drivers import NoDriver
from qiwi_payin_contract.faults.exchanges import FurtherField
from qiwi_payin_contract.faults.proxy import FaultProxy
from qiwi_payin_contract.sites import Site
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

KEY = "5d41402abc4b2a76b9719d911017c592"
CHEAP = "--only=notifications"


@pytest.fixture
def sandbox() -> object:
    with Sandbox(sites=[SandboxSite("test-00", KEY, "notification-key")]) as served:
        yield served


def options_of(sandbox: Sandbox, *more: str) -> list[str]:
    return ["--base-url", sandbox.base_url, "--site", "test-00", "--key", KEY, *more]


def test_without_a_url_the_sandbox_is_started_and_keeps_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--effort=quick", "--only=exchanges,scenarios,notifications"])
    told = capsys.readouterr().out
    assert code == KEPT, told
    assert "The contract is kept in what was run" in told


def test_what_lacks_a_key_or_a_driver_is_not_run_and_says_why(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options_of(sandbox, CHEAP)) == KEPT
    assert "no notification key was given" in capsys.readouterr().out
    assert main(options_of(sandbox, CHEAP, "--driver", "none")) == KEPT
    assert "no driver pays as the payer would" in capsys.readouterr().out


def test_one_site_and_no_driver_is_enough_for_what_needs_neither(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options_of(sandbox, "--only=exchanges,scenarios", "--driver=none")) == KEPT
    told = capsys.readouterr().out
    assert "scenarios: no driver pays as the payer would" in told
    assert "scenarios: 2 sites are needed, 1 given" in told


def test_a_site_with_another_hold_term_keeps_the_contract_where_the_term_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    site = SandboxSite("test-00", KEY, "notification-key", hold_term=timedelta(hours=1))
    with Sandbox(sites=[site]) as sandbox:
        options = options_of(sandbox, "--only=scenarios")
        assert main([*options, "--hold-term", "1"]) == KEPT, capsys.readouterr().out
        assert main(options) == BROKEN
        told = capsys.readouterr().out
    assert "BROKEN QP-FORM-010" in told
    assert "BROKEN QP-BOOKS-505" in told


def test_a_driver_of_the_users_own_is_found_by_its_name(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(options_of(sandbox, "--only=scenarios", f"--driver={__name__}:SilentDriver")) == KEPT
    assert "driver SilentDriver" in capsys.readouterr().out


class SilentDriver(NoDriver):
    """Knows the base URL and can do nothing."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--base-url", "http://qiwi.example/partner", "--site", "a:k"], "https only"),
        (["--base-url", "https://qiwi.example/partner/payin/v1", "--site", "a:k"], "ends before /payin/v1"),
        (["--base-url", "ftp://qiwi.example", "--site", "a:k"], "http address"),
        (["--base-url", "http://127.0.0.1:9/partner", "--site", "a"], "the site a has no key"),
        (["--base-url", "http://127.0.0.1:9/partner"], "give a site"),
        (["--site", "a:k"], "no base URL"),
        (["--base-url", "http://127.0.0.1:9/partner", "--site", "a:k", "--site", "a:l"], "named twice"),
        (["--only", "forms"], "no group 'forms'"),
        (["--effort", "heroic"], "'heroic'"),
        (["--hold-term", "3 days"], "hold term is in hours"),
        (["--hold-term", "0"], "hold term is in hours"),
        (["--hold-term", "121"], "hold term is in hours"),
        (["--hold-term", "nan"], "hold term is in hours"),
        (["--basis", "rumour"], "no basis 'rumour'"),
        (["--base-url", "http://127.0.0.1:9/partner", "--site", "a", "--key-file", "/nonexistent"], "cannot be read"),
    ],
)
def test_a_wrong_option_is_told_in_one_line(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QIWI_PAYIN_KEY", raising=False)
    assert main(options) == COULD_NOT_RUN
    told = capsys.readouterr()
    assert message in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


def test_an_unreachable_server_could_not_be_tested(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    assert main(["--base-url", f"http://127.0.0.1:{port}/partner", "--site", f"a:{KEY}"]) == COULD_NOT_RUN
    told = capsys.readouterr().err
    assert "got no answer" in told
    assert KEY not in told


def test_a_refused_key_could_not_be_tested_with(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base-url", sandbox.base_url, "--site", "test-00:wrong-key"]) == COULD_NOT_RUN
    told = capsys.readouterr().err
    assert "refuses the key of the site test-00: HTTP 401" in told
    assert "wrong-key" not in told


def test_a_driver_that_cannot_be_had_could_not_be_tested_with(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(options_of(sandbox, "--driver", "nowhere:Driver")) == COULD_NOT_RUN
    assert "the driver nowhere:Driver cannot be made" in capsys.readouterr().err


def test_the_key_comes_from_the_environment_or_a_file(
    sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = ["--base-url", sandbox.base_url, "--site", "test-00", "--only", "exchanges"]
    monkeypatch.setenv("QIWI_PAYIN_KEY", KEY)
    assert main(site) == KEPT
    monkeypatch.delenv("QIWI_PAYIN_KEY")
    (tmp_path / "key").write_text(f"{KEY}\n")
    assert main([*site, "--key-file", str(tmp_path / "key")]) == KEPT


def test_a_junit_report_is_written_and_holds_no_key(sandbox: Sandbox, tmp_path: Path) -> None:
    report = tmp_path / "junit.xml"
    assert main(options_of(sandbox, "--only=exchanges", "--junit", str(report))) == KEPT
    assert len(ET.parse(report).findall(".//testcase")) >= 9  # noqa: S314 - our own file
    assert KEY not in report.read_text()


def test_a_waived_rule_is_told_and_does_not_fail(capsys: pytest.CaptureFixture[str]) -> None:
    with (
        Sandbox(sites=[SandboxSite("test-00", KEY)]) as served,
        FaultProxy(served.base_url, FurtherField([Site("test-00", KEY)])) as proxy,
    ):
        options = ["--base-url", proxy.base_url, "--site", f"test-00:{KEY}", "--only=exchanges"]
        assert main([*options, "--decisions"]) == BROKEN
        assert "BROKEN QP-EXCH-100" in capsys.readouterr().out
        for waiver in ("--waive=decision:printed-answer-fields", "--waive=QP-EXCH-100", "--basis=documented,published"):
            assert main([*options, "--decisions", waiver]) == KEPT
            told = capsys.readouterr().out
            assert "QP-EXCH-100 decision:printed-answer-fields" in told
            assert "BROKEN" not in told


def test_a_finding_shows_rule_statements_exchange_and_a_command_without_the_key(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with (
        Sandbox(sites=[SandboxSite("test-00", KEY)]) as served,
        FaultProxy(served.base_url, FurtherField([Site("test-00", KEY)])) as proxy,
    ):
        assert main(["--base-url", proxy.base_url, "--site", f"test-00:{KEY}", "--only", "exchanges"]) == BROKEN
    told = capsys.readouterr().out
    assert "BROKEN QP-EXCH-100 (printed-answer-fields)" in told
    assert "decision: examples-bind-the-sandbox" in told
    assert "EN-093 (QIWI Form Payment using the API, Single-step Scenario, printed response)" in told
    assert "too many: ['internalId']" in told
    assert f"curl -sS -i -X PUT {proxy.base_url}/payin/v1/sites/test-00/bills/" in told
    assert '-H "Authorization: Bearer $QIWI_PAYIN_KEY"' in told
    assert KEY not in told
