"""What `schemathesis run` with all checks finds on the same description, by itself."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import attrs
from qiwi_payin_contract.faults.catalogue import Fault
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_description import load

from tools.kill_matrix.trial import broken

__all__ = ["PlainResult", "plain"]


@attrs.define(frozen=True)
class PlainResult:
    """What a run came to.

    Attributes:
        failures: code and operation of each failure, such as ``ST108 GET /payin/v1/...``.
        requests: how many test cases were generated.
        seconds: how long it took.
    """

    failures: tuple[str, ...]
    requests: int
    seconds: float


def plain(fault: type[Fault] | None, *, max_examples: int, seed: int) -> PlainResult:
    """Run schemathesis' command with its defaults, told the site and its key, as somebody would who has no suite.

    Raises:
        RuntimeError: it wrote no report.
    """
    started = time.perf_counter()
    with broken(fault) as (base_url, sites, _), tempfile.TemporaryDirectory(prefix="qiwi-payin-plain-") as name:
        folder = Path(name)
        described = folder / "openapi.json"
        described.write_text(dumps(load("openapi")), encoding="utf-8")
        (folder / "schemathesis.toml").write_text(
            f'[parameters]\n"path.siteId" = "{sites[0].site_id}"\n\n'
            f'[auth.openapi.accessKey]\nbearer = "{sites[0].key}"\n',
            encoding="utf-8",
        )
        report = folder / "report.json"
        arguments = ["--url", base_url, "--checks", "all", "--max-examples", str(max_examples), "--seed", str(seed)]
        arguments += ["--report", "json", "--report-json-path", str(report)]
        ended = subprocess.run(  # noqa: S603 - this interpreter and our own words
            [sys.executable, "-m", "schemathesis.cli", "run", str(described), *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if not report.exists():
            raise RuntimeError(f"schemathesis ended with {ended.returncode} and no report: {ended.stdout[-500:]}")
        told = json.loads(report.read_text(encoding="utf-8"))
    failures = sorted(f"{one['code']} {operation}" for one in told["failures"] for operation in one["operations"])
    return PlainResult(tuple(failures), told["test_cases"]["generated"], time.perf_counter() - started)
