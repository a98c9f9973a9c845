"""A run that several processes share tells the same as one that does not."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from qiwi_payin_contract.command import BROKEN, COULD_NOT_RUN, INTERRUPTED, KEPT, main
from qiwi_payin_contract.faults.exchanges import FurtherField
from qiwi_payin_contract.faults.proxy import FaultProxy
from qiwi_payin_contract.sites import Site
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

KEY, OTHER = "5d41402abc4b2a76b9719d911017c592", "7d793037a0760186574b0282f2f435e7"
SITES = [f"--site=test-00:{KEY}:notification-key", f"--site=test-01:{OTHER}:notification-key"]
TWO = "--workers=2"


@pytest.fixture
def sandbox() -> object:
    sites = [SandboxSite("test-00", KEY, "notification-key"), SandboxSite("test-01", OTHER, "notification-key")]
    with Sandbox(sites=sites) as served:
        yield served


def rows(told: str) -> dict[str, list[str]]:
    """Tests, kept, broken and not run of each group, as a report tells them."""
    found = re.findall(r"^(\w+) +[0-9]+ +([0-9]+) +([0-9]+) +([0-9]+) +([0-9]+)  \w", told, re.MULTILINE)
    return {name: list(counts) for name, *counts in found}


def test_workers_with_sandboxes_of_their_own_make_one_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--only=scenarios,exchanges", "--workers=1", "--seed=1"]) == KEPT
    alone = rows(capsys.readouterr().out)
    assert main(["--only=scenarios,exchanges", TWO, "--seed=1"]) == KEPT
    told = capsys.readouterr().out
    assert rows(told) == alone != {}
    assert told.count("The contract is kept") == 1
    assert re.search(r"^all groups +\.{40,}", told, re.MULTILINE)


def test_workers_share_a_server_and_find_what_one_finds(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    sites = [Site("test-00", KEY), Site("test-01", OTHER)]
    with FaultProxy(sandbox.base_url, FurtherField(sites)) as proxy:
        options = ["--base-url", proxy.base_url, *SITES, "--only=exchanges,scenarios", TWO]
        assert main(options) == BROKEN
    told = capsys.readouterr()
    assert told.out.count("BROKEN QP-EXCH-100 ") == 1
    for key in (KEY, OTHER, "notification-key"):
        assert key not in told.out + told.err


def test_each_worker_keeps_to_its_part_of_the_budget(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base-url", sandbox.base_url, *SITES, "--only=scenarios", TWO, "--max-requests=120"]) == KEPT
    told = capsys.readouterr().out
    answers = re.findall(r"^[a-z]+[A-Z]\w+ +([0-9]+) ", told, re.MULTILINE)
    assert sum(map(int, answers)) <= 120
    assert "could not" not in told


def test_more_workers_than_clocks_could_not_run(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--base-url", sandbox.base_url, *SITES, "--workers=3"]) == COULD_NOT_RUN
    assert "--workers 3 needs as many sites here, 2 given" in capsys.readouterr().err


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def test_xdist_spreads_the_suite_and_one_report_is_printed(sandbox: Sandbox, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "qiwi_payin_contract.plugin", "-p", "xdist.plugin", "-n2"]
    options = [f"--payin-{option.removeprefix('--')}" for option in (*SITES, "--only=scenarios,notifications")]
    options.append(f"--payin-base-url={sandbox.base_url}")
    ended = subprocess.run(  # noqa: S603 - our own command
        [*command, "-p", "no:cacheprovider", "--pyargs", "qiwi_payin_contract", *options],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout + ended.stderr
    assert ended.stdout.count("The contract is kept") == 1
    assert rows(ended.stdout)["scenarios"][1] != "0"
    assert list(tmp_path.iterdir()) == []


def interrupted(command: list[str], sent: Callable[[], bool]) -> subprocess.CompletedProcess[str]:
    """Start a run, press Ctrl-C once it sends requests, and see how it ends."""
    # Whoever is started in the background, as these tests may be, begins deaf to Ctrl-C.
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"{listen}; import sys; from qiwi_payin_contract.command import main; sys.exit(main(sys.argv[1:]))"
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-c", code, *command],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        until = time.monotonic() + 60
        while not sent() and time.monotonic() < until and process.poll() is None:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupted_run_reports_what_it_saw_and_gives_back_what_it_opened(sandbox: Sandbox, workers: str) -> None:
    options = ["--base-url", sandbox.base_url, *SITES, "--only=behaviour,shapes,scenarios", f"--workers={workers}"]
    enough = 100
    ended = interrupted(
        [*options, "--max-amount=10.00", "--effort=normal"], lambda: len(sandbox.requests(limit=enough)) == enough
    )
    assert ended.returncode == INTERRUPTED, ended.stdout + ended.stderr
    assert "interrupted; the report is of what was seen until then" in ended.stderr
    assert "statements" in ended.stdout
    given_back = ended.stdout.partition("Given back at the end:")[2]
    assert "reversed: " in given_back
    assert KEY not in ended.stdout + ended.stderr


def test_process_that_starts_others_loads_nothing_that_only_they_need() -> None:
    """Loading it would take longer than many a group does, and the workers cannot begin before."""
    code = """
import sys
from qiwi_payin_contract import together
ready = together._SharedProgress.pytest_testnodeready
def look(self):
    heavy = {"schemathesis", "httpx", "jinja2", "qiwi_payin_contract.suite.conftest", "qiwi_payin_contract.run"}
    print("loaded", sorted(heavy & set(sys.modules)))
    ready(self)
together._SharedProgress.pytest_testnodeready = look
from qiwi_payin_contract.command import main
sys.exit(main(["--only=exchanges", "--workers=2"]))
"""
    ended = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False
    )
    assert ended.returncode == KEPT, ended.stdout + ended.stderr
    assert re.findall(r"^loaded (.*)$", ended.stdout, re.MULTILINE)[:1] == ["[]"]
