"""What the workers of a run saw, brought together as one run."""

from qiwi_payin_contract.cleanup import told_of
from qiwi_payin_contract.drivers import Driver, NoDriver, SandboxDriver, find_driver
from qiwi_payin_contract.report.terminal import render
from qiwi_payin_contract.results import results_of
from qiwi_payin_contract.run import Outcome, Run, State
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.workers import Shares

__all__ = ["lost", "merged", "report"]


def merged(shares: Shares) -> Run | None:
    """The run as all workers saw it together; None where none has seen anything."""
    runs = [seen for seen in shares.seen() if "run" in seen]
    if not runs:
        return None
    first, settings = runs[0], shares.settings
    sites = settings.sites or tuple(Site(site_id, "-") for site_id in first["sites"])
    base_url = settings.base_url or first["baseUrl"]
    run = Run.of(settings, Target(base_url, sites, _driver(settings, base_url, own=first["ownSandbox"])))
    for seen in runs:
        run.merge(seen["run"])
    return run


def report(shares: Shares) -> str:
    """The report of all workers together."""
    run = merged(shares)
    return "\n".join([*shares.errors, *([render(results_of(run)), *told_of(run)] if run else [])])


def lost(shares: Shares, run: Run | None, test: str) -> None:
    """Note a test that went down with its worker."""
    if run is not None:
        run.tell(Outcome(shares.settings.groups[0], test, State.FAILED, f"the process that ran {test} is gone"))


def _driver(settings: Settings, base_url: str, *, own: bool) -> Driver:
    if own:
        return SandboxDriver(base_url)
    return find_driver(settings.driver, base_url) if ":" in settings.driver else NoDriver()
