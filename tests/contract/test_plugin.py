"""The pytest plugin: the suite's own way in, and nothing to anybody else's tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

KEY = "5d41402abc4b2a76b9719d911017c592"
HEAVY = ("attrs", "httpx", "hypothesis.core", "schemathesis.core", "qiwi_payin_description", "qiwi_payin_sandbox")
PLUGIN = ["-p", "qiwi_payin_contract.plugin"]


def run_pytest(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", *PLUGIN, *arguments]
    return subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def test_tests_of_others_run_as_if_the_plugin_were_not_there(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(
        "import sys\n"
        "def test_nothing_heavy_is_imported():\n"
        f"    assert not [name for name in {HEAVY!r} if name in sys.modules]\n"
    )
    ended = run_pytest(tmp_path, "-q", "--strict-markers", "--strict-config", "-W", "error")
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout + ended.stderr
    assert "qiwi" not in ended.stdout


def test_the_suite_runs_by_pyargs_and_prints_its_report(tmp_path: Path) -> None:
    with Sandbox(sites=[SandboxSite("test-00", KEY, "notification-key")]) as sandbox:
        ended = run_pytest(
            tmp_path,
            "--pyargs",
            "qiwi_payin_contract",
            f"--payin-base-url={sandbox.base_url}",
            f"--payin-site=test-00:{KEY}:notification-key",
            "--payin-only=exchanges,notifications",
            "-p",
            "no:cacheprovider",
        )
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout + ended.stderr
    assert "The contract is kept" in ended.stdout
    assert KEY not in ended.stdout


def test_the_suite_leaves_nothing_in_the_folder_where_it_is_run(tmp_path: Path) -> None:
    ended = run_pytest(
        tmp_path,
        *("-p", "_hypothesis_pytestplugin", "-p", "schemathesis.pytest.plugin", "-p", "no:cacheprovider"),
        *("--pyargs", "qiwi_payin_contract", "--payin-only=behaviour,client", "--payin-effort=quick"),
        *("-k", "test_walks_ or test_client_sends_"),
    )
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout + ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_option_stops_pytest_with_exit_code_4(tmp_path: Path) -> None:
    ended = run_pytest(tmp_path, "--pyargs", "qiwi_payin_contract", "--payin-only=forms")
    assert ended.returncode == pytest.ExitCode.USAGE_ERROR
    assert "no group 'forms'" in ended.stdout + ended.stderr


def test_an_unreachable_server_stops_pytest_with_exit_code_2(tmp_path: Path) -> None:
    ended = run_pytest(
        tmp_path,
        "--pyargs",
        "qiwi_payin_contract",
        "--payin-base-url=http://127.0.0.1:9/partner",
        f"--payin-site=test-00:{KEY}",
        "--payin-only=exchanges",
        "-p",
        "no:cacheprovider",
    )
    assert ended.returncode == 2, ended.stdout + ended.stderr
    assert "got no answer" in ended.stdout + ended.stderr
