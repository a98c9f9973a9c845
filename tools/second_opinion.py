"""Ask tools that others wrote, from npm, whether they see the description as ours do.

Redocly must join it and lay every overlay over it with the same result, as data; Redocly and Spectral must find nothing
in it under their strict rules; Prism must serve it; Redocly Respect must go through the workflows, on a sandbox without
and on a broken server with findings. Versions are pinned, and installed into a folder of their own.

Usage: python -m tools.second_opinion FOLDER        where to install; exit code 1 when an opinion differs
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import httpx

from tools import respect
from tools.documents import read, write_json
from tools.project import Description

PACKAGES: Final = ("@redocly/cli@2.77.0", "@stoplight/spectral-cli@6.16.3", "@stoplight/prism-cli@5.16.0")

_REDOCLY_RULES: Final = {
    "extends": ["recommended-strict"],
    "rules": {
        # It looks for required properties inside `not` and `then`, where they are not declared; tools.lint does better.
        "no-required-schema-properties-undefined": "off",
        # Its validator wants a constant in every branch and refuses the open last one; tools.lint judges the examples.
        "no-invalid-media-type-examples": "off",
        "no-invalid-parameter-examples": "error",
        "no-enum-type-mismatch": "error",
        "no-identical-paths": "error",
        "no-unresolved-refs": "error",
        "no-unused-components": "error",
        "operation-4xx-response": "error",
        "operation-operationId-unique": "error",
        "spec-strict-refs": "off",
    },
}
_SPECTRAL_RULES: Final = {"extends": [["spectral:oas", "recommended"]], "rules": {"info-contact": "off"}}
_ENVIRONMENT: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
_START_SECONDS: Final = 30.0


class OpinionError(Exception):
    """A tool could not be run."""


class _Tools:
    def __init__(self, folder: Path) -> None:
        self._binaries = folder / "node_modules" / ".bin"
        wanted = folder / "installed"
        if wanted.exists() and wanted.read_text() == "\n".join(PACKAGES):
            return
        npm = shutil.which("npm")
        if npm is None:
            raise OpinionError("npm is not there")
        folder.mkdir(parents=True, exist_ok=True)
        arguments = ["install", "--prefix", str(folder), "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]
        _finish([npm, *arguments, *PACKAGES])
        wanted.write_text("\n".join(PACKAGES))

    def command(self, name: str, *arguments: str) -> list[str]:
        return [str(self._binaries / name), *arguments]


def _run(command: list[str]) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **_ENVIRONMENT}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603


def _finish(command: list[str]) -> None:
    done = _run(command)
    if done.returncode:
        raise OpinionError(f"{Path(command[0]).name} {command[1]} failed:\n{done.stdout}{done.stderr}")


def differences(ours: Any, theirs: Any, place: str = "#") -> Iterator[str]:
    """Places where two documents differ as data; 150 and 150.00 are the same number."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in {**ours, **theirs}:
            if key not in theirs or key not in ours:
                yield f"{place}/{key}: only in {'ours' if key in ours else 'theirs'}"
            else:
                yield from differences(ours[key], theirs[key], f"{place}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from differences(one, other, f"{place}/{index}")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield f"{place}: ours {ours!r}, theirs {theirs!r}"


def _joined_alike(tools: _Tools, description: Description, scratch: Path) -> Iterator[str]:
    for name, ours in description.documents().items():
        theirs = scratch / f"redocly-{name}.json"
        _finish(tools.command("redocly", "bundle", str(description.folder / "openapi.yaml"), "-o", str(theirs)))
        for part in description.parts(name) if name != "openapi" else []:
            _finish(tools.command("redocly", "bundle", str(theirs), "--overlay", str(part), "-o", str(theirs)))
        different = list(differences(ours, read(theirs)))
        yield from (f"redocly makes another {name}.json: {line}" for line in different)


def _without_findings(tools: _Tools, bundled: Path, scratch: Path) -> Iterator[str]:
    (scratch / "redocly.yaml").write_text(json.dumps(_REDOCLY_RULES))
    (scratch / "spectral.json").write_text(json.dumps(_SPECTRAL_RULES))
    redocly = ("lint", str(bundled), "--config", str(scratch / "redocly.yaml"), "--format=stylish")
    spectral = ("lint", str(bundled), "--ruleset", str(scratch / "spectral.json"), "--fail-severity=warn")
    for name, arguments in (("redocly", redocly), ("spectral", spectral)):
        try:
            _finish(tools.command(name, *arguments))
        except OpinionError as error:
            yield str(error)


def _served(tools: _Tools, bundled: Path, scratch: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = tools.command("prism", "mock", str(bundled), "--host", "127.0.0.1", "--port", str(port))
    log = scratch / "prism.log"
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=output) as prism:  # noqa: S603
        try:
            answer = _first_answer(f"http://127.0.0.1:{port}/payin/v1/sites/test-00/bills/1/details", prism)
        finally:
            prism.terminate()
    if answer is None:
        yield f"prism does not serve the description:\n{log.read_text()}"
    elif answer.status_code != httpx.codes.OK:
        yield f"prism answers {answer.status_code} to billsGet: {answer.text}"


def _first_answer(url: str, server: "subprocess.Popen[bytes]") -> httpx.Response | None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            return httpx.get(url, headers={"Authorization": "Bearer any"}, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.1)
    return None


def main(arguments: list[str]) -> int:
    """Print each opinion that differs from ours."""
    description = Description()
    try:
        tools = _Tools(Path(arguments[0]).resolve())
        with TemporaryDirectory() as folder:
            scratch = Path(folder)
            bundled = scratch / "openapi.json"
            write_json(bundled, description.documents()["openapi"])
            problems = [
                *_joined_alike(tools, description, scratch),
                *_without_findings(tools, bundled, scratch),
                *_served(tools, bundled, scratch),
                *respect.judged(lambda *options: _run(tools.command("redocly", *options)), description, scratch),
            ]
    except OpinionError as error:
        problems = [str(error)]
    sys.stdout.writelines(f"{problem}\n" for problem in problems)
    sys.stdout.write(f"second opinion: {len(problems)} differences ({', '.join(PACKAGES)})\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
