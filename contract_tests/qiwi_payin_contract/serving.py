"""Reaches the server that a run was asked to test, or starts this project's sandbox for it."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import urlsplit

from qiwi_payin_contract.drivers import Driver, NoDriver, SandboxDriver, find_driver
from qiwi_payin_contract.greeting import greet, mark_of
from qiwi_payin_contract.handlers import NoServer, reach
from qiwi_payin_contract.limits import Limits, Watcher
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target, TargetError, checked_base_url, is_loopback
from qiwi_payin_contract.wire import Wire, WireError

__all__ = ["OWN_SITES", "opened", "own_sites"]

OWN_SITES = ("test-00", "test-01", "test-02")
"""Sites of the sandbox that the suite starts: those of the documents' examples."""


def own_sites() -> tuple[Site, ...]:
    """Sites with keys made for one run."""
    return _with_new_keys(OWN_SITES)


@contextmanager
def opened(settings: Settings, worker: str = "", watcher: Watcher | None = None) -> Iterator[Target]:
    """Open the server of the settings, or the sandbox where they name none or nothing may be sent to it.

    Where a handler of notifications is to be tested and no server is named, there is none.

    Args:
        settings: of the run.
        worker: name of the process among those that share the run; ids depend on it.
        watcher: told of every request before it is sent.

    Raises:
        TargetError: nothing answers there, a key is refused, or a site is not in test mode; nothing listens where the
            handler should be.
        DriverError: the driver that was asked for cannot be had.
    """
    if settings.handler is not None:
        reach(settings.handler)
    if settings.handler_alone:
        with NoServer(base_url=str(settings.handler), sites=settings.sites) as target:
            yield target
        return
    wire = Wire(settings.proxy, settings.ca, Limits(settings.max_requests, settings.max_payments, settings.max_amount))
    if watcher is not None:
        wire.limits.watchers.append(watcher)
    if settings.base_url is None or settings.dry_run:
        with _own_sandbox(settings, Wire(limits=wire.limits) if settings.dry_run else wire) as target:
            target.mark = mark_of(settings.seed, worker)
            if settings.base_url is not None:
                greet(target, settings, worker)
            yield target
        return
    try:
        with Target(settings.base_url, settings.sites, wire=wire) as target:
            target.driver = find_driver(settings.driver, target.base_url, wire)
            greet(target, settings, worker)
            yield target
    except WireError as error:
        raise TargetError(str(error)) from error


@contextmanager
def _own_sandbox(settings: Settings, wire: Wire) -> Iterator[Target]:
    from qiwi_payin_sandbox import Sandbox  # noqa: PLC0415 - a run against another server needs no sandbox
    from qiwi_payin_sandbox import Site as SandboxSite  # noqa: PLC0415

    sites = _with_new_keys(site.site_id for site in settings.sites) if settings.sites else own_sites()
    served = [
        SandboxSite(
            site.site_id,
            site.key,
            site.notification_key,
            hold_term=timedelta(seconds=int(settings.hold_term.total_seconds())),
            test_limits=settings.profile is not None,
        )
        for site in sites
    ]
    with (
        Sandbox(sites=served) as sandbox,
        Target(sandbox.base_url, sites, _driver_of_own(settings, sandbox.base_url, wire), wire=wire) as target,
    ):
        target.test_sites.update(site.site_id for site in sites)
        yield target


def _driver_of_own(settings: Settings, base_url: str, wire: Wire) -> Driver:
    """The sandbox's driver; in a dry run only where the server meant is one that may have a driver as well."""
    if settings.driver == "none":
        return NoDriver()
    if settings.dry_run and settings.base_url is not None:
        here = is_loopback(urlsplit(checked_base_url(settings.base_url)).hostname or "")
        if settings.driver != "auto" or not here:
            return NoDriver()
    return SandboxDriver(base_url, wire=wire)


def _with_new_keys(site_ids: Iterable[str]) -> tuple[Site, ...]:
    return tuple(Site(site_id, secrets.token_hex(16), secrets.token_hex(16)) for site_id in site_ids)
