"""What the benchmark of the client measures is there: its server answers, its probes ask and count alike."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tools.bench_client import __main__ as bench
from tools.bench_client import probe
from tools.bench_client.answerer import PAYMENT, answerer


def test_the_server_gives_the_same_bytes_to_each_request_of_a_connection() -> None:
    with answerer() as port, httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
        answers = [client.get("/a").content, client.put("/b", json={"a": 1}).content, client.get("/c").content]

    assert answers == [PAYMENT] * 3


@pytest.mark.parametrize("name", ["httpx", "httpx_async", "ours", "ours_async"])
def test_calls_are_counted_alike_in_each_run(name: str) -> None:
    with answerer() as port:
        counts = [
            json.loads(
                subprocess.run(  # noqa: S603 - our own interpreter
                    [sys.executable, str(Path(probe.__file__)), "calls", name, str(port), "10"],
                    check=True,
                    capture_output=True,
                ).stdout
            )
            for _ in range(2)
        ]

    assert counts[0].keys() == {"GET", "PUT"}
    assert counts[0] == pytest.approx(counts[1], rel=0.02)


def test_each_client_that_is_named_has_a_probe_and_each_import_is_code() -> None:
    assert bench.CLIENTS.keys() == probe.CLIENTS.keys()
    for code in bench.IMPORTS.values():
        ast.parse(code)
