"""What a test needs of the server, its sites and the driver; without it the test is not run, and says why."""

import pytest

from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

__all__ = [
    "WHY_NOT_RUN",
    "need_driver",
    "need_notification_key",
    "need_sites",
    "need_test_mode",
    "need_three_ds",
]

WHY_NOT_RUN = {
    Ability.PAY: "no driver pays as the payer would",
    Ability.THREE_DS: "no driver answers 3-D Secure as the payer would",
    Ability.CLOCK: "no driver moves the server's clock",
    Ability.NOTIFICATIONS: "no driver shows the server's notifications",
    Ability.FORM: "no driver shows the payer's form",
    Ability.SITE: "no driver sets up the server's sites",
}
"""What is said where a driver lacks an ability."""


def need_driver(target: Target, *abilities: Ability) -> None:
    """Leave the test where the driver lacks an ability."""
    for ability in abilities:
        if not target.able(ability):
            pytest.skip(WHY_NOT_RUN[ability])


def need_sites(target: Target, count: int) -> tuple[Site, ...]:
    """Leave the test where fewer sites are known; answer the first ``count``."""
    if len(target.sites) < count:
        pytest.skip(f"{count} sites are needed, {len(target.sites)} given")
    return target.sites[:count]


def need_test_mode(target: Target) -> None:
    """Leave the test where the first site is not in test mode."""
    if target.site.site_id not in target.test_sites:
        pytest.skip("the site is not in test mode")


def need_three_ds(payment: Exchange) -> None:
    """Leave the test where a payment that asks for 3-D Secure does not wait for it; rules of others tell that."""
    if at(payment.answer_json, "status", "value") != "WAITING":
        pytest.skip("a payment by the test card for 3-D Secure does not wait here")


def need_notification_key(target: Target) -> Site:
    """Leave the test where no site has a notification key; answer the first that has."""
    for site in target.sites:
        if site.notification_key:
            return site
    pytest.skip("no notification key was given")
