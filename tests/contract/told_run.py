"""A run that came to everything that a report has to tell, with a server that answers as an enemy would."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from qiwi_payin_contract.description import description
from qiwi_payin_contract.rules import catalogue
from qiwi_payin_contract.run import Outcome, Run, State
from qiwi_payin_contract.settings import Settings
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

KEY = "5d41402abc4b2a76b9719d911017c592"
PAN = "5555555555554444"
TOKEN = "66aebf5f-098e-4e36-922a-a4107b349a96"
HOSTILE = "\"><script>alert(1)</script><img src=x onerror=alert(2)>]]>\x00\x0b&\ud800'` {{ 7*7 }}"
HOSTILE_TYPE = 'application/json"><b onclick=alert(3)>'
HEADERS = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
SECRETS = (KEY, PAN, TOKEN, '"987"', 'cvv2\\": \\"987')


@contextmanager
def told_run() -> Iterator[Run]:
    """A run of the group behaviour: one rule broken, one waived, a test of each state."""
    with Target("http://127.0.0.1:9/partner", [Site("test-00", KEY)]) as target:
        settings = Settings(groups=("behaviour", "scenarios"), seed=7, waived=frozenset({"QP-FORM-001"}))
        run = Run.of(settings, target)
        url = f"{target.base_url}/payin/v1/sites/test-00/payments/p-1"
        body = {
            "amount": {"value": "10.00", "currency": "RUB"},
            "paymentMethod": {"type": "CARD", "pan": PAN, "expiryDate": "12/34", "cvv2": "987", "paymentToken": TOKEN},
            "comment": HOSTILE,
        }
        request = httpx.Request("PUT", url, content=json.dumps(body), headers=HEADERS)
        answer = json.dumps({"paymentId": HOSTILE, "pan": PAN, "sum": 1.5})
        answered = httpx.Response(200, content=answer, headers={"Content-Type": HOSTILE_TYPE}, request=request)
        exchange = target.exchange_of(answered, key=KEY, elapsed=0.012)
        target.observe(exchange)
        for rule, message in (("QP-BOOKS-505", f"debited {HOSTILE} (EN-112)"), ("QP-FORM-001", "no bill")):
            run.findings.note(False, catalogue()[rule], message, exchange)  # noqa: FBT003 - the condition
        run.findings.note(True, catalogue()["QP-BOOKS-101"], "fine", exchange)  # noqa: FBT003 - the condition
        run.tell(Outcome("behaviour", "test_broken", State.BROKEN, "", 0.25, ["QP-BOOKS-505"]))
        run.tell(Outcome("behaviour", "test_kept[<b>]", State.KEPT, "", 0.5))
        reason = "no driver pays as the payer would"
        run.tell(Outcome("scenarios", "test_workflow[oneStepBill]", State.NOT_RUN, reason))
        run.tell(Outcome("scenarios", "test_failed", State.FAILED, f"test_failed: {HOSTILE}"))
        target.statuses["refundsGet", 418] = 1
        yield run


def operations() -> set[str]:
    """Ids of all operations."""
    return set(description().operations)
