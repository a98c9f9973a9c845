"""Reaches the server that a run was asked to test, or starts this project's sandbox for it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from qiwi_payin_contract.drivers import SandboxDriver, find_driver
from qiwi_payin_contract.handlers import NoServer, reach
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import NoAnswer, Target, TargetError

__all__ = ["OWN_SITES", "opened", "own_sites"]

OWN_SITES = ("test-00", "test-01", "test-02")
"""Sites of the sandbox that the suite starts: those of the documents' examples."""

_REFUSED = (401, 403)
_NO_SUCH_PATH = (404, 405)
_OF_ITS_OWN = (500, 502, 503)
"""Errors that a server of this API may answer with in any form."""


def own_sites() -> tuple[Site, ...]:
    """Sites with keys made for one run."""
    return tuple(Site(site_id, secrets.token_hex(16), secrets.token_hex(16)) for site_id in OWN_SITES)


@contextmanager
def opened(settings: Settings) -> Iterator[Target]:
    """Open the server of the settings, or the sandbox where they name neither one nor a handler.

    Raises:
        TargetError: nothing answers there, or a key is refused; nothing listens where the handler should be.
        DriverError: the driver that was asked for cannot be had.
    """
    if settings.handler is not None:
        reach(settings.handler)
    if settings.handler_alone:
        with NoServer(base_url=str(settings.handler), sites=settings.sites) as target:
            yield target
        return
    if settings.base_url is None:
        with _own_sandbox() as target:
            yield target
        return
    with Target(settings.base_url, settings.sites) as target:
        for site in settings.sites:
            _greet(target, site)
        target.driver = find_driver(settings.driver, target.base_url)
        yield target


@contextmanager
def _own_sandbox() -> Iterator[Target]:
    from qiwi_payin_sandbox import Sandbox  # noqa: PLC0415 - a run against another server needs no sandbox
    from qiwi_payin_sandbox import Site as SandboxSite  # noqa: PLC0415

    sites = own_sites()
    served = [SandboxSite(site.site_id, site.key, site.notification_key) for site in sites]
    with Sandbox(sites=served) as sandbox, Target(sandbox.base_url, sites, SandboxDriver(sandbox.base_url)) as target:
        yield target


def _greet(target: Target, site: Site) -> None:
    """See that the API is there and takes the key, by a bill that is not there and one that cannot be made."""
    bill_id = target.fresh_id("greeting")
    try:
        read = target.send("billsGet", site=site, bill_id=bill_id)
        put = target.send("billsCreate", {}, site=site, bill_id=bill_id)
    except NoAnswer as error:
        raise TargetError(f"{target.base_url}: {error}") from error
    if read.status in _REFUSED:
        raise TargetError(f"{target.base_url} refuses the key of the site {site.site_id}: HTTP {read.status}")
    of_this_api = put.status not in _NO_SUCH_PATH and isinstance(put.answer_json, dict)
    if not of_this_api and put.status not in _OF_ITS_OWN:
        kind = put.answer_headers.get("content-type", "no content type")
        raise TargetError(
            f"{target.base_url} does not answer as this API does ({put.status}, {kind}); "
            "is it everything before /payin/v1?"
        )
