"""Redocly Respect goes through the workflows: against a sandbox it must pass, against a broken server it must not."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from qiwi_payin_contract.faults.proxy import FaultProxy
from qiwi_payin_contract.faults.scenarios import HoldDebits
from qiwi_payin_contract.sites import Site
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

from tools.documents import parse_json, write_json
from tools.objects import Node, walk
from tools.project import Description
from tools.workflows import joined

if TYPE_CHECKING:
    import subprocess

_SITE: Final = Site("test-01", "key-for-the-second-opinion", "notification-key-for-the-second-opinion")


def write(description: Description, folder: Path) -> Path:
    """Write workflows and descriptions as Respect can use them; answers the workflows' file."""
    for name, document in description.documents().items():
        write_json(folder / f"{name}.json", opened(document))
    path = folder / "workflows.json"
    write_json(path, joined(description.folder / "workflows"))
    return path


def opened(document: dict[str, Any]) -> dict[str, Any]:
    """A description whose schemas say that they are open: Respect closes all others, conditional ones included.

    Discriminators are left out: its validator wants a constant in every branch, and the last branch is an open one.
    """
    copy = deepcopy(document)
    for node in walk(Node("openapi", copy)):
        if node.kind == "schema":
            node.value.pop("discriminator", None)
            if "properties" in node.value:
                node.value.setdefault("unevaluatedProperties", True)
    return copy


def judged(
    run: "Callable[..., subprocess.CompletedProcess[str]]", description: Description, scratch: Path
) -> Iterator[str]:
    """What Respect holds against a sandbox, and that it holds nothing against a broken server.

    Args:
        run: runs Redocly with arguments, and does not mind its exit code.
        description: whose workflows they are.
        scratch: folder for what is read and written on the way.
    """
    folder = scratch / "respect"
    folder.mkdir()
    workflows = write(description, folder)
    for name, broken in (("honest", False), ("broken", True)):
        told = folder / f"told-of-{name}.json"
        with _serving(broken=broken) as (base_url, origin):
            done = run(*_arguments(workflows, base_url, origin, told))
        if not told.exists():
            yield f"respect tells nothing of the {name} server:\n{done.stdout}{done.stderr}"
            continue
        failed = list(failures(parse_json(told.read_text())))
        if bool(failed) != bool(done.returncode):
            yield f"respect ends with {done.returncode} at the {name} server, and tells of {len(failed)} failed checks"
        if broken and not failed:
            yield f"respect finds nothing in a server that {HoldDebits.sentence()}"
        if not broken:
            yield from (f"respect: {line}" for line in failed)


def failures(told: dict[str, Any]) -> Iterator[str]:
    """What failed in a run by its own report, or that nothing was run."""
    ran = [workflow for file in told["files"].values() for workflow in file["executedWorkflows"]]
    if not ran:
        yield "no workflow was run"
    for workflow in ran:
        for step in workflow["executedSteps"]:
            for check in step["checks"]:
                if check["status"] != "success":
                    yield f"{workflow['workflowId']}, {step['stepId']}: {check['name']}: {check.get('message', '')}"


@contextmanager
def _serving(*, broken: bool) -> Iterator[tuple[str, str]]:
    """A sandbox, behind a fault where it shall be broken: base URL, and origin of the control operations."""
    with ExitStack() as stack:
        site = SandboxSite(_SITE.site_id, _SITE.key, _SITE.notification_key)
        base_url = sandbox_url = stack.enter_context(Sandbox(sites=[site])).base_url
        if broken:
            base_url = stack.enter_context(FaultProxy(sandbox_url, HoldDebits([_SITE]))).base_url
        parts = urlsplit(sandbox_url)
        yield base_url, f"{parts.scheme}://{parts.netloc}"


def _arguments(workflows: Path, base_url: str, origin: str, told: Path) -> list[str]:
    now = datetime.now(UTC).replace(microsecond=0)
    inputs = {
        "siteId": _SITE.site_id,
        "accessKey": _SITE.key,
        "run": f"{now:%H%M%S}",
        "expiresLater": (now + timedelta(days=30)).isoformat(),
        "expiresSoon": (now + timedelta(hours=1)).isoformat(),
    }
    servers = ("--server", f"payin={base_url}", "--server", f"sandbox={origin}")
    return ["respect", str(workflows), *servers, "--input", json.dumps(inputs), "--json-output", str(told)]
