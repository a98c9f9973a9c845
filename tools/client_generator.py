"""Make the Python client from the description under the client overlay.

openapi-python-client reads the description: it names classes and fields, resolves references and finds what does not
fit. What the code looks like is ours: the templates in `overlays/generator/templates` write declarative models and thin
resources, and `qiwi_payin_runtime` does the work. The generator is changed in three places:

- a schema with `x-python-type: Money` is one value of the runtime's `Money`;
- a number, or text of `format: decimal`, is a `decimal.Decimal`, because a float cannot hold a sum;
- a list of names that may grow (`x-extensible-enum`) is an enum like any other, as all our enums are open.

Its Python interface is not a public one, so the version is pinned and a fault in the description, even one that it
would only warn of, stops the run.

    ClientGeneratorError (ValueError)    the description cannot be made into a client, or a tool is not the pinned one
"""

import itertools
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import jinja2
from openapi_python_client import Project
from openapi_python_client import schema as oai
from openapi_python_client.config import Config, ConfigFile, MetaType
from openapi_python_client.parser import GeneratorData, properties
from openapi_python_client.parser.errors import GeneratorError

from tools.client_code import Code
from tools.client_types import DecimalProperty, MoneyProperty
from tools.documents import read_mapping
from tools.project import ROOT

PACKAGE: Final = "qiwi_payin"
SETTINGS: Final = ROOT / "overlays" / "generator"
_PINNED: Final = ("openapi-python-client", "ruff")
_HEADER: Final = (
    "# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.\n"
)
_RUFF: Final = ("--isolated", "--target-version", "py311", "--line-length", "120", "--no-cache", "--quiet")
_FORMATTING: Final = (("check", "--fix", "--select", "F401,I,UP"), ("format",))


class ClientGeneratorError(ValueError):
    """No client can be made of this description, or not with these tools."""


def generate(document: Path, into: Path) -> None:
    """Write the package `qiwi_payin` into a folder, in place of one that is there.

    The same document gives the same bytes, whatever the machine, the time and the hash seed.

    Args:
        document: the description, joined and under the client overlay, as JSON.
        into: folder that gets the package.

    Raises:
        ClientGeneratorError: see above; what was there stays.
        DocumentError: the document cannot be read.
    """
    _check_tools()
    description = read_mapping(document)
    with TemporaryDirectory() as scratch:
        made = Path(scratch) / PACKAGE
        for path, text in _files(description, document):
            target = made / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
        _tidy(made)
        shutil.rmtree(into / PACKAGE, ignore_errors=True)
        shutil.copytree(made, into / PACKAGE)


def _files(description: dict[str, Any], document: Path) -> Iterator[tuple[str, str]]:
    config = _config(document)
    with _decimals():
        data = GeneratorData.from_dict(_with_open_lists(description), config=config)
    if isinstance(data, GeneratorError):
        raise ClientGeneratorError(f"{data.header}: {data.detail}")
    faults = [*data.errors]
    for collection in data.endpoint_collections_by_tag.values():
        faults += collection.parse_errors
        for endpoint in collection.endpoints:
            faults += endpoint.errors
    if faults:
        raise ClientGeneratorError("\n".join(f"{fault.header}: {fault.detail}" for fault in faults))
    templates = Project(openapi=data, config=config, custom_template_path=SETTINGS / "templates").env
    templates.undefined = jinja2.StrictUndefined
    code = Code(description, data)
    templates.globals.update(code=code)

    def rendered(template: str, **values: Any) -> str:
        return _HEADER + templates.get_template(template).render(**values)

    yield "py.typed", ""
    for name in ("__init__", "client", "errors", "forms", "notifications", "opentelemetry"):
        yield f"{name}.py", rendered(f"{name.strip('_')}.py.jinja")
    yield "models/__init__.py", rendered("models_init.py.jinja")
    for model in code.models:
        yield f"models/{model.class_info.module_name}.py", rendered("model.py.jinja", model=model)
    for enum in code.enums:
        yield f"models/{enum.class_info.module_name}.py", rendered("str_enum.py.jinja", enum=enum)
    yield "resources/__init__.py", rendered("resources_init.py.jinja")
    yield "raw/__init__.py", rendered("raw_init.py.jinja")
    for resource, folder in itertools.product(code.resources, ("resources", "raw")):
        yield f"{folder}/{resource.module}.py", rendered(f"{folder.removesuffix('s')}.py.jinja", resource=resource)


def _config(document: Path) -> Config:
    return Config.from_sources(
        ConfigFile(**read_mapping(SETTINGS / "config.yaml")),
        meta_type=MetaType.NONE,
        document_source=document,
        file_encoding="utf-8",
        overwrite=False,
        output_path=None,
    )


def _with_open_lists(value: Any) -> Any:
    """A copy of the description in which each list of names that may grow is an `enum`."""
    if isinstance(value, list):
        return [_with_open_lists(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    result = {key: _with_open_lists(item) for key, item in value.items()}
    names = value.get("x-extensible-enum")
    return result | {"enum": names} if isinstance(names, list) else result


@contextmanager
def _decimals() -> Iterator[None]:
    """Have the generator make Money and Decimal properties where we want them."""
    original = properties.property_from_data

    def property_from_data(name: Any, required: bool, data: Any, schemas: Any, **rest: Any) -> Any:  # noqa: FBT001
        if isinstance(data, oai.Schema):
            if (data.model_extra or {}).get("x-python-type") == "Money":
                return MoneyProperty.of(name, data, required=required), schemas
            if data.type == oai.DataType.NUMBER or (
                data.type == oai.DataType.STRING and data.schema_format == "decimal"
            ):
                return DecimalProperty.of(name, data, required=required), schemas
        return original(name=name, required=required, data=data, schemas=schemas, **rest)

    vars(properties)[original.__name__] = property_from_data
    try:
        yield
    finally:
        vars(properties)[original.__name__] = original


def _check_tools() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    for tool in _PINNED:
        wanted = next((line for line in groups["build-tools"] if line.startswith(f"{tool}==")), "")
        if version(tool) != wanted.partition("==")[2]:
            raise ClientGeneratorError(f"{tool} {version(tool)} is installed, but {wanted or 'a pinned one'} is wanted")


def _tidy(package: Path) -> None:
    for verb, *options in _FORMATTING:
        run = subprocess.run(  # noqa: S603 - our own interpreter and a folder that we made
            [sys.executable, "-m", "ruff", verb, *_RUFF, *options, str(package)],
            capture_output=True,
            text=True,
            check=False,
            cwd=package.parent,  # so that what counts as first-party does not depend on where we were started
        )
        if run.returncode != 0:
            raise ClientGeneratorError(re.sub(re.escape(str(package)), PACKAGE, run.stdout + run.stderr))
