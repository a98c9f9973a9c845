"""The first looks at a server: is it this API, does it take the keys, are its sites in test mode, which ids are free.

All of it by bills that nobody will pay, which move nothing on a live site either: one for each site, of the smallest
sum and for a quarter of an hour. The bill says by its flags whether the site is in test mode, and takes the run's
number, so that a later run from the same seed takes the next. A payment is made only after that.
"""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.masking import TEST_CARDS
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import NoAnswer, Target, TargetError

__all__ = ["greet", "mark_of"]

_REFUSED = (401, 403)
_NO_SUCH_PATH = (404, 405)
_OF_ITS_OWN = (500, 502, 503)
"""Errors that a server of this API may answer with in any form."""
_LIFETIME = timedelta(minutes=15)
_SUMS = (Decimal("0.01"), "0.01", Decimal("1.00"), "1.00")
"""The smallest sum as a number and as a text, and a larger one for servers with a least sum of their own."""
_HIGHEST_RUN = 2**10
_TEST = "TEST"


def mark_of(seed: int, worker: str = "", number: int = 0) -> str:
    """What the ids of a run have in common: made of its seed, its worker, and how many runs had that seed before it."""
    return hashlib.sha256(f"{seed}/{worker}/{number}".encode()).hexdigest()[:10]


def greet(target: Target, settings: Settings, worker: str = "") -> None:
    """Look at each site, find the run's number, and note which sites are in test mode.

    Raises:
        TargetError: it is no server of this API, it refuses a key, or a site is not in test mode and was not allowed.
    """
    try:
        target.mark = _free(target, settings.seed, worker)
        for site in target.sites:
            if _in_test_mode(target, settings, site):
                target.test_sites.add(site.site_id)
    except NoAnswer as error:
        raise TargetError(f"{target.base_url}: {error}") from error


def _mark(name: str) -> str:
    return f"run-{name}"


def _free(target: Target, seed: int, worker: str) -> str:
    """Find the first run number that no site knows; runs take numbers without a gap, so doubling steps find it fast."""

    def name(number: int) -> str:
        return mark_of(seed, worker, number)

    if not _taken(target, name(0)):
        return name(0)
    taken, step = 0, 1
    while _taken(target, name(taken + step)):
        taken, step = taken + step, step * 2
        if taken > _HIGHEST_RUN:  # A server that knows whatever it is asked for tells nothing.
            return secrets.token_hex(5)
    free = taken + step
    while free - taken > 1:
        middle = (taken + free) // 2
        taken, free = (middle, free) if _taken(target, name(middle)) else (taken, middle)
    return name(free)


def _taken(target: Target, name: str) -> bool:
    for site in target.sites:
        read = target.send("billsGet", site=site, bill_id=_mark(name))
        if read.status in _REFUSED:
            raise TargetError(f"{target.base_url} refuses the key of the site {site.site_id}: HTTP {read.status}")
        if read.ok:
            return True
    return False


def _in_test_mode(target: Target, settings: Settings, site: Site) -> bool:
    """Whether a site is in test mode.

    On a server of somebody's own the bill alone decides: no payment is tried to find out. This project's sandbox moves
    no money, so that there a payment may tell what a bill does not.
    """
    bill = _bill(target, site)
    if _TEST in _flags(bill):
        return True
    told = f"its bill has no flag {_TEST}" if bill.ok else f"it cannot be told, its bill is answered {bill.status}"
    if target.driver.own_sandbox:
        payment = _payment(target, site)
        if _TEST in _flags(payment):
            return True
        if not bill.ok and not payment.ok:
            return False
    if site.site_id in settings.live_sites and settings.real_money:
        return False
    raise TargetError(
        f"the site {site.site_id} is not known to be in test mode ({told}), so that payments may move real money; "
        f"to test it all the same: --allow-live-site {site.site_id} --yes-real-money"
    )


def _bill(target: Target, site: Site) -> Exchange:
    # Two runs from one seed may begin at once; what differs here lets only one of them have the id.
    comment = f"contract suite {secrets.token_hex(4)}"
    for body in _bodies(target):
        ends = (datetime.now(UTC) + _LIFETIME).replace(microsecond=0).isoformat()
        sent = {**body, "expirationDateTime": ends, "comment": comment}
        bill = target.send("billsCreate", sent, site=site, bill_id=_mark(target.mark))
        of_this_api = bill.status not in _NO_SUCH_PATH and isinstance(bill.answer_json, dict)
        if not of_this_api and bill.status not in _OF_ITS_OWN:
            kind = bill.answer_headers.get("content-type", "no content type")
            raise TargetError(
                f"{target.base_url} does not answer as this API does ({bill.status}, {kind}); "
                "is it everything before /payin/v1?"
            )
        if bill.ok:
            break
    return bill


def _payment(target: Target, site: Site) -> Exchange:
    method = {"type": "CARD", "pan": min(TEST_CARDS), "expiryDate": "12/34"}
    for body in _bodies(target):
        payment = target.send(
            "paymentsCreate", {**body, "paymentMethod": method}, site=site, payment_id=target.fresh_id("look")
        )
        if payment.ok:
            break
    return payment


def _bodies(target: Target) -> Iterator[dict[str, Any]]:
    limit = target.wire.limits.amount
    for value in _SUMS:
        if limit is None or Decimal(value) <= limit:
            yield {"amount": {"currency": "RUB", "value": value}}


def _flags(answered: Exchange) -> set[str]:
    answer = answered.answer_json
    flags = answer.get("flags") if answered.ok and isinstance(answer, dict) else None
    return {flag for flag in flags if isinstance(flag, str)} if isinstance(flags, list) else set()
