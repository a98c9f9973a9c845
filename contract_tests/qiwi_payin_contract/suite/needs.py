"""What a test needs of the server, its sites and the driver; without it the test is not run, and says why."""

import pytest

from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

__all__ = ["need_driver", "need_notification_key", "need_sites"]

_WHY = {
    Ability.PAY: "no driver pays as the payer would",
    Ability.THREE_DS: "no driver answers 3-D Secure as the payer would",
    Ability.CLOCK: "no driver moves the server's clock",
    Ability.NOTIFICATIONS: "no driver shows the server's notifications",
}


def need_driver(target: Target, *abilities: Ability) -> None:
    """Leave the test where the driver lacks an ability."""
    for ability in abilities:
        if not target.able(ability):
            pytest.skip(_WHY[ability])


def need_sites(target: Target, count: int) -> tuple[Site, ...]:
    """Leave the test where fewer sites are known; answer the first ``count``."""
    if len(target.sites) < count:
        pytest.skip(f"{count} sites are needed, {len(target.sites)} given")
    return target.sites[:count]


def need_notification_key(target: Target) -> Site:
    """Leave the test where no site has a notification key; answer the first that has."""
    for site in target.sites:
        if site.notification_key:
            return site
    pytest.skip("no notification key was given")
