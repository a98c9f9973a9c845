"""What users install: the wheel, built here from the tree as it stands."""

import email
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import EntryPoint
from pathlib import Path, PurePosixPath
from typing import Final
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from qiwi_payin_runtime.version import VERSION

from tests.client import bare

ROOT: Final = Path(__file__).parents[2]
PACKAGES: Final = {
    "qiwi_payin": "generated_client",
    "qiwi_payin_description": "generated_client",
    "qiwi_payin_runtime": "client_runtime",
    "qiwi_payin_sandbox": "sandbox",
    "qiwi_payin_contract": "contract_tests",
    "qiwi_payin_pytest": "pytest_plugin",
}
"""The packages that are shipped, and where they are kept."""
KINDS: Final = {".css", ".html", ".j2", ".js", ".json", ".py", ".svg", ".toml", ".txt", ".typed"}
MOST_BYTES: Final = 1_200_000
"""Of the whole wheel."""
MOST_BYTES_OF_CLIENT: Final = 120_000
"""Of what the client alone takes of it."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        check=True,
        capture_output=True,
        cwd=ROOT,
    )
    [built] = folder.iterdir()
    return built


def entries(wheel: Path) -> dict[PurePosixPath, int]:
    """The files of a wheel, its metadata aside, and the bytes that each takes of it."""
    with ZipFile(wheel) as archive:
        files = {PurePosixPath(entry.filename): entry.compress_size for entry in archive.infolist()}
    return {file: size for file, size in files.items() if not file.parts[0].endswith(".dist-info")}


def metadata(wheel: Path, name: str) -> str:
    with ZipFile(wheel) as archive:
        return archive.read(f"qiwi_payin-{VERSION}.dist-info/{name}").decode()


def test_it_needs_two_libraries(wheel: Path) -> None:
    told = email.message_from_string(metadata(wheel, "METADATA"))
    needed = [Requirement(line) for line in told.get_all("Requires-Dist", [])]

    assert {requirement.name for requirement in needed if not requirement.marker} == {"attrs", "httpx"}
    assert all("extra == " in str(requirement.marker) for requirement in needed if requirement.marker)


def test_it_holds_the_files_of_our_packages_and_no_other(wheel: Path) -> None:
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "--", *set(PACKAGES.values())]
    known = subprocess.run(listed, check=True, capture_output=True, text=True, cwd=ROOT)  # noqa: S603 - our own words
    wanted = {
        PurePosixPath(path).relative_to(folder)
        for path in filter(None, known.stdout.split("\0"))
        if (folder := PACKAGES.get(PurePosixPath(path).parts[1])) and (ROOT / path).exists()
    }

    assert set(entries(wheel)) == wanted
    assert {file.parts[0] for file in wanted} == set(PACKAGES)
    assert {file.suffix or file.name for file in wanted} <= KINDS


def test_each_package_says_that_it_is_typed(wheel: Path) -> None:
    assert {PurePosixPath(package, "py.typed") for package in PACKAGES} <= set(entries(wheel))


def test_it_is_small(wheel: Path) -> None:
    client = sum(size for file, size in entries(wheel).items() if file.parts[0] in {"qiwi_payin", "qiwi_payin_runtime"})

    assert wheel.stat().st_size <= MOST_BYTES
    assert client <= MOST_BYTES_OF_CLIENT


def test_each_of_its_entry_points_leads_somewhere(wheel: Path) -> None:
    groups = ConfigParser(delimiters="=")
    groups.read_string(metadata(wheel, "entry_points.txt"))
    points = [EntryPoint(name, value, group) for group in groups.sections() for name, value in groups.items(group)]

    assert {"qiwi-payin", "sandbox", "contract"} <= {point.name for point in points}
    for point in points:
        assert point.load() is not None


def test_its_name_and_version_are_those_of_the_package(wheel: Path) -> None:
    told = email.message_from_string(metadata(wheel, "METADATA"))

    assert (told["Name"], told["Version"]) == ("qiwi-payin", VERSION)
    assert wheel.name == f"qiwi_payin-{VERSION}-py3-none-any.whl"


def test_the_client_works_where_nothing_but_its_two_libraries_is_installed(wheel: Path, tmp_path: Path) -> None:
    with ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    bare.link_libraries(tmp_path)
    code = """
import importlib.util
import httpx, qiwi_payin
for name in qiwi_payin.__all__:
    getattr(qiwi_payin, name)
with qiwi_payin.PayIn(key="k", site_id="s", transport=httpx.MockTransport(lambda _: httpx.Response(404))) as payin:
    try:
        payin.bills.get("1")
    except qiwi_payin.NotFound:
        print(qiwi_payin.__file__)
assert importlib.util.find_spec("pytest") is None
from qiwi_payin_runtime.command import main
main()
"""

    told = bare.run(tmp_path, code, "--help")

    assert told.startswith(str(tmp_path))
    assert "contract" in told
