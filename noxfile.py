"""Every chore of the project has a name here: `nox -l` lists them, `nox -s NAME` does one.

All sessions share one environment below `.nox`, made with `venv` and `pip` alone, which takes up only what a session
needs and is not asked again until `pyproject.toml` changes.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "none"
nox.options.sessions = ["lint", "typecheck", "check", "tests", "contract"]

ROOT = Path(__file__).parent
ENVIRONMENT = ROOT / ".nox" / "project"
BINARIES = ENVIRONMENT / ("Scripts" if sys.platform == "win32" else "bin")
PYTHON = str(BINARIES / "python")
PAGE_MAKERS = ("tools.diagrams", "tools.rule_pages", "tools.api")
INSTALLED = {"project": ("-e", ".[contract]"), "postgres": ("-e", ".[postgres]")}
CODE = (
    "client_runtime/qiwi_payin_runtime",
    "sandbox/qiwi_payin_sandbox",
    "pytest_plugin/qiwi_payin_pytest",
    "contract_tests/qiwi_payin_contract",
    "generated_client/qiwi_payin",
    "generated_client/qiwi_payin_description",
    "tools",
    "tests",
    "noxfile.py",
)


def required() -> set[str]:
    """What must not be skipped where it is missing: names in QIWI_PAYIN_REQUIRE, such as browser, postgres, node."""
    return {name for name in os.environ.get("QIWI_PAYIN_REQUIRE", "").split(",") if name}


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def prepare(session: nox.Session, *groups: str) -> None:
    """Have the project and these dependency groups in the environment; what is there already costs nothing."""
    pyproject = ROOT / "pyproject.toml"
    digest = hashlib.sha256(pyproject.read_bytes()).hexdigest()
    if not Path(PYTHON).exists():
        session.log("making the environment, which takes about a minute the first time")
        session.run(sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT))
    stamps = {name: ENVIRONMENT / f"{name}.installed" for name in ("project", *groups)}
    missing = [name for name, stamp in stamps.items() if not stamp.exists() or stamp.read_text() != digest]
    if not missing:
        return
    declared = nox.project.load_toml(pyproject)
    requirements = [word for name in missing for word in INSTALLED.get(name, ())]
    for name in missing:
        if name in declared["dependency-groups"]:
            requirements += nox.project.dependency_groups(declared, name)
    session.run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *requirements)
    for name in missing:
        stamps[name].write_text(digest)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, the description and what it rests on."""
    prepare(session, "build-tools")
    session.run(PYTHON, "-m", "ruff", "check", ".")
    session.run(PYTHON, "-m", "ruff", "format", "--check", ".")
    session.run(PYTHON, "-m", "tools.lint")
    session.run(PYTHON, "-m", "tools.statements")


@nox.session
def typecheck(session: nox.Session) -> None:
    """Check types of all code, hand-written and generated, by mypy --strict; those of the client by pyright too."""
    prepare(session, "build-tools", "typecheck", "test", "browser", "postgres")
    session.run(PYTHON, "-m", "mypy", "--strict", *CODE)
    session.run(PYTHON, "-m", "basedpyright", "--pythonpath", PYTHON)


@nox.session
def generate(session: nox.Session) -> None:
    """Make generated_client, and the pages that come from the description and the rules, anew."""
    prepare(session, "build-tools")
    session.run(PYTHON, "-m", "tools.generate", *session.posargs)
    for page_maker in PAGE_MAKERS:
        session.run(PYTHON, "-m", page_maker)


@nox.session
def check(session: nox.Session) -> None:
    """Fail, naming the files, where generated_client or the pages made from it are not what the description makes."""
    prepare(session, "build-tools")
    session.run(PYTHON, "-m", "tools.check")
    for page_maker in PAGE_MAKERS:
        session.run(PYTHON, "-m", page_maker, "--check")


@nox.session
def api(session: nox.Session) -> None:
    """Name what changed in the client's public surface since the latest tag, or `-- REF`, or `-- A.whl`."""
    prepare(session, "build-tools")
    session.run(PYTHON, "-m", "tools.api", "--against", *session.posargs)


@nox.session
def changelog(session: nox.Session) -> None:
    """Draft the CHANGELOG entry from what changed in the description since the latest tag, or `-- --since REF`."""
    prepare(session, "build-tools")
    session.run(PYTHON, "-m", "tools.changelog", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run our own tests, a module at a time in each process; `nox -s tests -- ARGUMENTS` hands arguments to pytest.

    There are twice as many processes as cores, for a test waits a good deal of its time for a browser or a server.
    Modules come in the order of their names, not with those last that have few tests: they are often the longest.
    """
    prepare(session, "build-tools", "typecheck", "test", *sorted(required() & {"browser", "postgres"}))
    session.run(
        PYTHON,
        "-m",
        "pytest",
        f"--numprocesses={cores() * 2}",
        "--dist=loadscope",
        "--no-loadscope-reorder",
        *session.posargs,
    )


@nox.session
def contract(session: nox.Session) -> None:
    """Run the contract suite; without `-- --base-url URL ...` it starts the sandbox itself."""
    prepare(session)
    session.run(str(BINARIES / "qiwi-payin"), "contract", *session.posargs)


@nox.session
def kit(session: nox.Session) -> None:
    """See the whole way once: generate the client, start the sandbox, run the contract suite against it."""
    generate(session)
    contract(session)


@nox.session(name="bench-sandbox")
def bench_sandbox(session: nox.Session) -> None:
    """Measure what the sandbox costs, beside others where they are installed; `-- --quick` takes less time."""
    prepare(session, "build-tools", "postgres")
    session.run(PYTHON, "-m", "tools.bench", *session.posargs)


@nox.session(name="bench-client")
def bench_client(session: nox.Session) -> None:
    """Measure what the client costs beside bare httpx, generated clients and stripe; `-- --quick` takes less time."""
    prepare(session, "build-tools")
    session.run(PYTHON, "-m", "tools.bench_client", *session.posargs)


@nox.session(name="bench-contract")
def bench_contract(session: nox.Session) -> None:
    """Measure a run of the contract suite at each effort, beside plain schemathesis, and what it finds on a mock."""
    prepare(session)
    session.run(PYTHON, "-m", "tools.bench_contract", *session.posargs)


@nox.session(name="kill-matrix")
def kill_matrix(session: nox.Session) -> None:
    """Run the suite, and plain schemathesis beside it, against every broken server; `-- --help` tells the options."""
    prepare(session)
    session.run(PYTHON, "-m", "tools.kill_matrix", *session.posargs)


@nox.session
def seeds(session: nox.Session) -> None:
    """Run the suite on the clean sandbox over 20 seeds, which must not differ; `-- --load 2` on a busy machine."""
    prepare(session)
    session.run(PYTHON, "-m", "tools.kill_matrix.seeds", *session.posargs)


@nox.session(name="second-opinion")
def second_opinion(session: nox.Session) -> None:
    """Compare our bundle and overlays with Redocly's, ask Redocly, Spectral, Prism and Respect what they find."""
    if shutil.which("npm") is None:
        if "node" in required():
            session.error("QIWI_PAYIN_REQUIRE contains node, and npm is not there")
        session.skip("npm is not there")
    prepare(session, "build-tools")
    session.run(PYTHON, "-m", "tools.second_opinion", str(ROOT / ".nox" / "npm"))
