"""Money is neither made nor lost, whatever partners, payers and time do, on every store."""

import itertools
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.domain.ledger import account_sums, held

from tests.sandbox.partner import CARD, EXPIRES, Partner, balance_of, rubles

HOUR = 3600
sums = st.integers(1, 20_000).map(lambda minor: f"{minor // 100}.{minor % 100:02d}")
cards = st.builds(
    lambda month, cvv2: {**CARD, "expiryDate": f"{month}/30", "cvv2": cvv2},
    st.sampled_from(["01", "02", "03", "04", "12"]),
    st.sampled_from(["123", "849"]),
)
STEPS = {"CREATED": 0, "WAITING": 0, "PAID": 1, "EXPIRED": 1, "COMPLETED": 1, "DECLINED": 1}


def minor(amount: dict[str, str]) -> int:
    return int(amount["value"].replace(".", ""))


class Books(RuleBasedStateMachine):
    """Does to a sandbox what anyone can do, and keeps books on the answers."""

    open_sandbox: Callable[[Site], Sandbox]

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = self.open_sandbox(Site(f"site-{uuid.uuid4()}", key="a-key"))
        self.partner = Partner(self.sandbox)
        self.numbers = itertools.count(1)
        self.bills: dict[str, str] = {}
        self.payments: dict[str, dict[str, Any]] = {}
        self.events = 0

    def teardown(self) -> None:
        self.partner._client.close()  # noqa: SLF001 - of this test
        self.sandbox.close()

    requests = Bundle("requests")
    payments_made = Bundle("payments_made")
    bills_made = Bundle("bills_made")

    def put(self, path: str, body: Any) -> Any:
        """Send, and return the request where it was accepted."""
        answer = self.partner.send("PUT", path, body)
        assert answer.status_code in {200, 400}, answer.text
        return (path, body) if answer.status_code == 200 else multiple()

    @rule(target=bills_made, value=sums, one_step=st.booleans(), soon=st.booleans())
    def create_bill(self, value: str, *, one_step: bool, soon: bool) -> str:
        bill_id = f"b{next(self.numbers)}"
        body = {
            "amount": rubles(value),
            "expirationDateTime": "2024-03-01T12:05:00+03:00" if soon else EXPIRES,
            "flags": ["SALE"] if one_step else [],
        }
        answer = self.partner.ok("PUT", f"/bills/{bill_id}", body)
        assert answer == self.partner.ok("PUT", f"/bills/{bill_id}", body)
        self.bills[bill_id] = answer["status"]["value"]
        return bill_id

    @rule(target=payments_made, bill_id=bills_made, card=cards, answer=st.sampled_from(["confirm", "refuse", "wait"]))
    def pay_bill(self, bill_id: str, card: dict[str, str], answer: Any) -> str:
        payment = self.sandbox.pay_bill(bill_id, payment_method=card, three_ds=answer)
        payment_id: str = payment["paymentId"]
        return payment_id

    @rule(target=requests, value=sums, card=cards, one_step=st.booleans())
    def create_payment(self, value: str, card: dict[str, str], *, one_step: bool) -> Any:
        body = {"amount": rubles(value), "paymentMethod": card, "flags": ["SALE"] if one_step else []}
        return self.put(f"/payments/p{next(self.numbers)}", body)

    @rule(target=payments_made, value=sums, card=cards, one_step=st.booleans())
    def create_payment_to_go_on_with(self, value: str, card: dict[str, str], *, one_step: bool) -> str:
        payment_id = f"p{next(self.numbers)}"
        self.put(
            f"/payments/{payment_id}",
            {"amount": rubles(value), "paymentMethod": card, "flags": ["SALE"] if one_step else []},
        )
        return payment_id

    @rule(payment_id=payments_made, answer=st.sampled_from(["confirm", "refuse"]), forged=st.booleans())
    def finish_three_ds(self, payment_id: str, answer: Any, *, forged: bool) -> None:
        with suppress(Exception):
            pares = self.sandbox.answer_three_ds(payment_id, answer)["pares"]
            body = {"threeDS": {"pares": pares[::-1] if forged else pares}}
            self.partner.send("POST", f"/payments/{payment_id}/complete", body)

    @rule(target=requests, payment_id=payments_made)
    def capture(self, payment_id: str) -> Any:
        return self.put(f"/payments/{payment_id}/captures/c{next(self.numbers)}", {})

    @rule(target=requests, payment_id=payments_made, value=sums)
    def refund_a_sum(self, payment_id: str, value: str) -> Any:
        return self.put(f"/payments/{payment_id}/refunds/r{next(self.numbers)}", {"amount": rubles(value)})

    @rule(target=requests, payment_id=payments_made)
    def refund_all(self, payment_id: str) -> Any:
        payment = self.partner.ok("GET", f"/payments/{payment_id}")
        return self.put(f"/payments/{payment_id}/refunds/r{next(self.numbers)}", {"amount": payment["amount"]})

    @rule(request=requests)
    def repeat_a_request(self, request: tuple[str, Any]) -> None:
        before = self.sandbox.events()
        assert self.put(*request) == request
        assert self.sandbox.events() == before

    @rule(request=consumes(requests))
    def send_another_body_under_the_same_id(self, request: tuple[str, Any]) -> None:
        before = self.sandbox.events()
        path, body = request
        self.partner.error(400, "PUT", path, {**body, "comment": "another"})
        assert self.sandbox.events() == before

    @rule(seconds=st.sampled_from([0, 1, 3, 300, 901, HOUR, 72 * HOUR]))
    def wait(self, seconds: int) -> None:
        fired = self.sandbox.advance(seconds)["fired"]
        moments = [each["at"] for each in fired]
        assert moments == sorted(moments)

    @invariant()
    def all_accounts_sum_to_zero(self) -> None:
        sums_ = account_sums(self.sandbox.postings())
        assert sum(sums_.values()) == 0
        assert all(left >= 0 for (account, _), left in sums_.items() if account != "payer")

    @invariant()
    def payments_show_what_the_ledger_says(self) -> None:
        postings = self.sandbox.postings()
        sums_ = account_sums(postings)
        for payment_id in {event["paymentId"] for event in self.sandbox.events() if "paymentId" in event}:
            payment = self.partner.ok("GET", f"/payments/{payment_id}")
            balance = balance_of(payment_id, postings)
            amount = minor(payment["amount"])
            assert balance.authorised == (amount if payment["status"]["value"] == "COMPLETED" else 0)
            assert minor(payment["capturedAmount"]) == balance.captured
            assert minor(payment["refundedAmount"]) == balance.reversed + balance.refunded
            assert balance.captured + balance.reversed <= amount
            assert balance.refunded <= balance.captured
            assert balance.held == sums_.get((held(payment_id), "RUB"), 0) >= 0
            self.statuses_never_go_back(payment_id, payment)

    def statuses_never_go_back(self, payment_id: str, payment: dict[str, Any]) -> None:
        before = self.payments.get(payment_id)
        if before is not None:
            was, is_ = before["status"]["value"], payment["status"]["value"]
            assert was == is_ or STEPS[was] < STEPS[is_]
            assert minor(payment["capturedAmount"]) >= minor(before["capturedAmount"])
            assert minor(payment["refundedAmount"]) >= minor(before["refundedAmount"])
        self.payments[payment_id] = payment

    @invariant()
    def bills_never_go_back(self) -> None:
        for bill_id, was in self.bills.items():
            bill = self.partner.ok("GET", f"/bills/{bill_id}/details")
            is_ = bill["status"]["value"]
            assert was == is_ or STEPS[was] < STEPS[is_]
            paid = [each for each in bill["payments"] if each["status"]["value"] == "COMPLETED"]
            assert len(paid) == (is_ == "PAID")
            self.bills[bill_id] = is_

    @invariant()
    def every_outcome_is_told_once(self) -> None:
        told = Counter(
            (each["type"], each["objectId"], "SUCCESS" if '"SUCCESS"' in each["body"] else "DECLINE")
            for each in self.sandbox.notifications()
        )
        outcomes = {
            "payment.completed": ("PAYMENT", "paymentId", "SUCCESS"),
            "payment.declined": ("PAYMENT", "paymentId", "DECLINE"),
            "capture.completed": ("CAPTURE", "captureId", "SUCCESS"),
            "refund.completed": ("REFUND", "refundId", "SUCCESS"),
            "refund.declined": ("REFUND", "refundId", "DECLINE"),
        }
        happened = Counter(
            (type_, event[id_], outcome)
            for event in self.sandbox.events()
            if event["type"] in outcomes
            for type_, id_, outcome in [outcomes[event["type"]]]
        )
        assert told == happened


def run(open_sandbox: Callable[[Site], Sandbox], examples: int) -> None:
    machine = type("BooksOnAStore", (Books,), {"open_sandbox": staticmethod(open_sandbox)})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def in_memory(site: Site) -> Sandbox:
    return Sandbox(clock=Clock.frozen("2024-03-01T12:00:00+03:00"), sites=[site])


def test_money_is_neither_made_nor_lost() -> None:
    run(in_memory, examples=20)


@pytest.mark.parametrize("policy", [{"cancels_holds": True}])
def test_money_is_neither_made_nor_lost_where_holds_are_cancelled(policy: dict[str, Any]) -> None:
    def cancelling(site: Site) -> Sandbox:
        return in_memory(Site(site.site_id, key=site.key, **policy))

    run(cancelling, examples=5)


def test_money_is_neither_made_nor_lost_on_postgresql(postgres: Callable[[], str]) -> None:
    url = postgres()

    def on_postgres(site: Site) -> Sandbox:
        return Sandbox(store=url, seed=1, clock=Clock.frozen("2024-03-01T12:00:00+03:00"), sites=[site])

    run(on_postgres, examples=2)
