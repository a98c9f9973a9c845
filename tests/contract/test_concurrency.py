# ruff: noqa: N802 - methods are called as the operations
"""Races find servers that look first and act later, and nothing on one that does not."""

import threading
import time
from typing import Any

import pytest
from qiwi_payin_contract import races
from qiwi_payin_contract.rules import Rule

from tests.contract.honest_server import Answer, HonestServer, Refused
from tests.contract.stories import raced_by

_WINDOW = 0.05
"""Seconds; longer than it takes a busy machine to let requests start that go off at once."""


class Careless(HonestServer):
    """Looks at the state, waits, and acts on what it saw; one request acts at a time."""

    acting = threading.Lock()

    @staticmethod
    def window(share: float = 1.0) -> None:
        time.sleep(_WINDOW * share)


class CapturesTwice(Careless):
    """Two captures of one hold both find it."""

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        seen = payment.captured
        self.window()
        with self.acting:
            if ids["captureId"] not in payment.captures:
                payment.captured = seen
            return super().capturesCreate(ids, asked)


class RefundsTwice(Careless):
    """Two refunds both find the whole rest."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        seen = payment.reversed, payment.refunded
        self.window()
        with self.acting:
            since = payment.reversed - seen[0], payment.refunded - seen[1]
            payment.reversed, payment.refunded = seen
            answer = super().refundsCreate(ids, asked)
            payment.reversed += since[0]
            payment.refunded += since[1]
            return answer


class CapturesWhileItReverses(Careless):
    """A capture does not see a reversal that is under way."""

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        seen = payment.reversed
        self.window()
        with self.acting:
            now, payment.reversed = payment.reversed, seen
            try:
                return super().capturesCreate(ids, asked)
            finally:
                payment.reversed = now

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        self.window(0.5)
        with self.acting:
            return super().refundsCreate(ids, asked)


class LosesSums(Careless):
    """Writes refundedAmount as it was read, so that one of two refunds is lost from it."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        seen = payment.reversed, payment.refunded
        self.window()
        with self.acting:
            new = ids["refundId"] not in payment.refunds
            answer = super().refundsCreate(ids, asked)
            if new and answer[1]["status"]["value"] == "DECLINE":
                payment.reversed, payment.refunded = seen
            return answer


class MakesBillsTwice(Careless):
    """The same bill at once is made twice."""

    def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        place = (ids["siteId"], ids["billId"])
        free = place not in self.bills
        self.window()
        with self.acting:
            if free:
                self.bills.pop(place, None)
            return super().billsCreate(ids, asked)


class MakesPaymentsTwice(Careless):
    """The same payment at once is made twice."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        place = (ids["siteId"], ids["paymentId"])
        free = place not in self.payments
        self.window()
        with self.acting:
            if free:
                self.payments.pop(place, None)
            return super().paymentsCreate(ids, asked)


class MakesRefundsTwice(Careless):
    """The same refund at once returns money twice."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        free = ids["refundId"] not in payment.refunds
        self.window()
        with self.acting:
            known = payment.refunds.pop(ids["refundId"], None) if free else None
            answer = super().refundsCreate(ids, asked)
            if known is not None and known.asked == asked:
                payment.refunds[ids["refundId"]] = known
                answer = 200, known.view
            return answer


class RefusesEqualRefunds(Careless):
    """Refuses a refund that is under way already, as if it were another."""

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        free = ids["refundId"] not in payment.refunds
        self.window()
        with self.acting:
            if free and ids["refundId"] in payment.refunds:
                raise Refused(400, "validation.error", {"refundId": ["is taken"]})
            return super().refundsCreate(ids, asked)


class MixesRequests(Careless):
    """Makes a bill of fields of two requests at once."""

    latest: Any = None

    def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        self.latest = asked
        self.window()
        with self.acting:
            status, view = super().billsCreate(ids, asked)
            if "comment" in asked:
                view["comment"] = self.latest["comment"]
            return status, view


class AnswersLosers(Careless):
    """Answers every request under a taken id with the payment that has it."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        with self.acting:
            known = self.payments.get((ids["siteId"], ids["paymentId"]))
            return super().paymentsCreate(ids, known.asked if known is not None else asked)


class ChargesBillsTwice(Careless):
    """Two payments of a bill both find it waiting."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        bill = self.bills.get((ids["siteId"], asked.get("billId", "")))
        seen = bill.view["status"] if bill is not None else None
        self.window()
        with self.acting:
            if bill is not None and seen is not None:
                bill.view["status"] = seen
            return super().paymentsCreate(ids, asked)


class RevivesTokens(Careless):
    """Writes a token back after it has paid."""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        place = (ids["siteId"], asked["paymentMethod"].get("paymentToken", ""))
        known = self.tokens.get(place)
        self.window()
        with self.acting:
            if known is not None:
                self.tokens[place] = known
            return super().paymentsCreate(ids, asked)

    def tokensDelete(self, ids: dict[str, str], asked: Any) -> Answer:
        self.window(0.5)
        with self.acting:
            return super().tokensDelete(ids, asked)


class DecidesTwice(Careless):
    """Two completions both decide, the second otherwise."""

    def paymentsComplete(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        needs = payment.view.get("requirements")
        self.window()
        with self.acting:
            again = "requirements" not in payment.view
            if needs is not None:
                payment.view["requirements"] = needs
            return super().paymentsComplete(ids, {"threeDS": {"pares": "confirmed"}} if again else asked)


class MixesSites(Careless):
    """Makes payments on the site of the latest request."""

    latest = ""

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        self.latest = ids["siteId"]
        self.window()
        with self.acting:
            return super().paymentsCreate({**ids, "siteId": self.latest}, asked)


def test_no_race_on_an_honest_server_finds_anything() -> None:
    class Honest(Careless):
        """Takes requests at once, and acts on one after the other."""

        def respond(self, method: str, path: str, key: str | None, body: bytes) -> tuple[int, dict[str, str], bytes]:
            with self.acting:
                return super().respond(method, path, key, body)

    findings = raced_by(Honest(), rounds=5)
    assert [str(finding) for finding in findings] == []
    assert set(races.RULES) <= set(findings.checked)


@pytest.mark.parametrize(
    ("server", "wanted"),
    [
        (CapturesTwice, {races.ONE_CAPTURE}),
        (RefundsTwice, {races.REFUNDS_WITHIN}),
        (CapturesWhileItReverses, {races.CAPTURE_OR_REVERSAL}),
        (LosesSums, {races.SUMS_ADD_UP}),
        (MakesBillsTwice, {races.EQUAL_ONCE, races.UNEQUAL_ONE}),
        (MakesPaymentsTwice, {races.EQUAL_ONCE, races.UNEQUAL_ONE}),
        (MakesRefundsTwice, {races.EQUAL_ONCE}),
        (RefusesEqualRefunds, {races.EQUAL_TAKEN}),
        (MixesRequests, {races.UNEQUAL_ONE}),
        (AnswersLosers, {races.LOSERS_REFUSED}),
        (ChargesBillsTwice, {races.BILL_ONCE}),
        (RevivesTokens, {races.TOKEN_DEAD}),
        (DecidesTwice, {races.DECIDED_ONCE}),
        (MixesSites, {races.SITES_APART}),
    ],
)
def test_a_careless_server_is_told_in_few_requests(server: type[Careless], wanted: set[Rule]) -> None:
    told = {finding.rule: finding for finding in raced_by(server())}
    assert wanted <= set(told), sorted(rule.name for rule in told)
    assert len(told) <= 3, sorted(rule.name for rule in told)
    for rule in wanted:
        assert len(told[rule].exchanges) <= 4, str(told[rule])
