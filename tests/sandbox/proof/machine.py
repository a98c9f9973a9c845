"""Everything that can happen to a site, in any order, as rules of a Hypothesis state machine."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)
from qiwi_payin_sandbox import times

from tests.sandbox.partner import CARD, EXPIRES
from tests.sandbox.proof import steps
from tests.sandbox.proof.books import Books, minor
from tests.sandbox.proof.servers import NOW, Server, Speaker
from tests.sandbox.proof.steps import ACCOUNT, Answer, Step

HOUR = 3600
WRONG_SUMS = ("0.00", "-1.00", "1.005", "1", "1e2", "1,00", "100000000.00", "")

sums = st.one_of(
    st.sampled_from(["0.01", "0.02", "10.00", "150.00"]),
    st.integers(1, 99_999_99).map(lambda count: f"{count // 100}.{count % 100:02d}"),
)
cards = st.builds(
    lambda month, cvv2: {"expiryDate": f"{month}/30", "cvv2": cvv2},
    st.sampled_from(["12", "12", "12", "12", "02", "03", "04"]),
    st.sampled_from(["123", "123", "123", "849"]),
)
Opener = Callable[[str], Server]


class Disagreement(AssertionError):  # noqa: N818
    """Two servers answered one step differently."""


class Site(RuleBasedStateMachine):
    """Sends the same steps to each of its servers, which must answer the same bytes, and keeps books on each."""

    open_servers: ClassVar[tuple[Opener, ...]]
    numbers: ClassVar[Iterator[int]]
    same_story: ClassVar[bool]
    """They also tell the same events and notifications in the same order, and the same things when the clock moves."""

    def __init__(self) -> None:
        super().__init__()
        site_id = f"site-{next(self.numbers)}"
        self.servers = [open_(site_id) for open_ in self.open_servers]
        self.books = [Books(server) for server in self.servers]
        self.ids = itertools.count(1)
        self.answered: dict[str, Answer] = {}
        self.now = times.parse(NOW)

    def teardown(self) -> None:
        for server in self.servers:
            server.close()

    bills = Bundle("bills")
    payments = Bundle("payments")
    held = Bundle("held")
    puts = Bundle("puts")
    tokens = Bundle("tokens")

    # sending

    def send(self, step: Step) -> Answer:
        first, *others = [server.answer(step) for server in self.servers]
        for other in others:
            if other != first and (self.same_story or not step.path.startswith("/clock")):
                raise Disagreement(f"{step.method} {step.path}: {first} and {other}")
        assert first.status < 500, first
        return first

    def put(self, step: Step) -> Answer:
        answer = self.send(step)
        if answer.status == 200:
            self.answered[step.path] = answer
        return answer

    def accepted(self, step: Step) -> Any:
        """Put, and name the step where it may be repeated."""
        return step if self.put(step).status == 200 else multiple()

    # bills

    @rule(
        target=bills,
        value=sums,
        flags=st.lists(st.sampled_from(["SALE", "BIND_PAYMENT_TOKEN"]), unique=True),
        expires=st.sampled_from([EXPIRES, "2024-03-01T12:05:00+03:00", "2024-03-01T11:59:59+03:00"]),
    )
    def create_bill(self, value: str, flags: list[str], expires: str) -> str:
        bill_id = f"b{next(self.ids)}"
        step = steps.put_bill(bill_id, value, expires=expires, flags=flags, customer={"account": ACCOUNT})
        assert self.put(step).status == 200
        return bill_id

    @rule(target=payments, bill_id=bills, card=cards, answer=st.sampled_from(["confirm", "refuse", "wait"]))
    def pay_bill_on_the_form(self, bill_id: str, card: dict[str, str], answer: str) -> str:
        answered = self.send(steps.pay_bill(bill_id, answer, {**CARD, **card})).json
        return str(answered["paymentId"])

    @rule(target=payments, bill_id=bills, card=cards, other_sum=st.booleans())
    def pay_bill_by_api(self, bill_id: str, card: dict[str, str], *, other_sum: bool) -> str:
        amount = self.send(steps.get_bill(bill_id)).json["amount"]["value"]
        payment_id = f"p{next(self.ids)}"
        step = steps.put_payment(payment_id, "0.03" if other_sum else amount, card=card, billId=bill_id)
        assert self.put(step).status == 200
        return payment_id

    # payments

    @rule(target=payments, value=sums, card=cards, one_step=st.booleans(), binds=st.booleans())
    def create_payment(self, value: str, card: dict[str, str], *, one_step: bool, binds: bool) -> str:
        payment_id = f"p{next(self.ids)}"
        flags = [*(["SALE"] if one_step else []), *(["BIND_PAYMENT_TOKEN"] if binds else [])]
        step = steps.put_payment(payment_id, value, card=card, flags=flags, customer={"account": ACCOUNT})
        assert self.put(step).status == 200
        return payment_id

    @rule(target=held, value=sums, token=tokens, one_step=st.booleans())
    def pay_with_a_saved_card(self, value: str, token: str, *, one_step: bool) -> Any:
        payment_id = f"p{next(self.ids)}"
        flags = ["SALE"] if one_step else []
        answer = self.put(steps.put_payment_by_token(payment_id, token, value, flags=flags))
        return payment_id if answer.status == 200 else multiple()

    @rule(target=held, value=sums)
    def hold(self, value: str) -> str:
        payment_id = f"p{next(self.ids)}"
        assert self.put(steps.put_payment(payment_id, value)).json["status"]["value"] == "COMPLETED"
        return payment_id

    @rule(target=held, value=sums)
    def debit(self, value: str) -> str:
        payment_id = f"p{next(self.ids)}"
        answer = self.put(steps.put_payment(payment_id, value, flags=["SALE"]))
        assert answer.json["capturedAmount"] == answer.json["amount"]
        return payment_id

    @rule(target=tokens)
    def save_a_card(self) -> str:
        customer, flags = {"account": ACCOUNT}, ["BIND_PAYMENT_TOKEN"]
        step = steps.put_payment(f"p{next(self.ids)}", "1.00", flags=flags, customer=customer)
        return str(self.put(step).json["createdToken"]["token"])

    @rule(token=tokens)
    def delete_token(self, token: str) -> None:
        assert self.send(steps.delete_token(token)).status in {204, 404}
        assert self.send(steps.delete_token(token)).status == 404
        refused = self.send(steps.put_payment_by_token(f"p{next(self.ids)}", token))
        assert (refused.status, refused.json["errorCode"]) == (400, "validation.error")

    @rule(payment_id=payments, answer=st.sampled_from(["confirm", "refuse"]), forged=st.booleans())
    def finish_three_ds(self, payment_id: str, answer: str, *, forged: bool) -> None:
        answered = self.send(steps.answer_three_ds(payment_id, answer))
        if answered.status == 200 and answered.json["payment"]["status"]["value"] == "WAITING":
            pares = answered.json["pares"]
            done = self.send(steps.complete(payment_id, pares[::-1] if forged else pares))
            assert done.status == 200
            assert ("DECLINED_BY_MPI" in str(done.json["status"])) == (forged or answer == "refuse")
        again = self.send(steps.complete(payment_id, "anything"))
        assert (again.status, again.json["errorCode"]) == (400, "payin.incorrect-method-invocation")

    # captures, reversals, refunds

    @rule(target=puts, payment_id=st.one_of(held, payments))
    def capture(self, payment_id: str) -> Any:
        return self.accepted(steps.put_capture(payment_id, f"c{next(self.ids)}"))

    @rule(
        target=puts,
        payment_id=st.one_of(held, payments),
        share=st.sampled_from(["a kopeck", "half", "the rest", "a kopeck more than the rest"]),
    )
    def give_back(self, payment_id: str, share: str) -> Any:
        payment = self.send(steps.get_payment(payment_id)).json
        amount, back = minor(payment["amount"]), minor(payment["refundedAmount"])
        left = amount - back
        count = {"a kopeck": 1, "half": left // 2, "the rest": left, "a kopeck more than the rest": left + 1}[share]
        count = max(count, 1)
        step = steps.put_refund(payment_id, f"r{next(self.ids)}", f"{count // 100}.{count % 100:02d}")
        answer = self.put(step)
        assert answer.status == 200
        if payment["status"]["value"] != "COMPLETED":
            assert answer.json["status"]["reason"] == "INVALID_STATE"
        elif count > left:
            assert answer.json["status"]["reason"] == "INVALID_AMOUNT"
        else:
            assert answer.json["status"]["value"] == "COMPLETED"
        return step

    @rule(payment_id=held)
    def reverse_in_parts_then_capture_the_rest(self, payment_id: str) -> None:
        for _ in range(2):
            self.give_back(payment_id, "half")
        self.capture(payment_id)

    # repeats

    @rule(step=puts)
    def repeat_a_request(self, step: Step) -> None:
        before = [(server.events(), server.postings()) for server in self.servers]
        assert self.send(step) == self.answered[step.path]
        assert before == [(server.events(), server.postings()) for server in self.servers]

    @rule(step=consumes(puts))
    def send_another_body_under_the_same_id(self, step: Step) -> None:
        before = [(server.events(), server.postings()) for server in self.servers]
        other = Step(step.method, step.path, {**(step.body or {}), "comment": "another"})
        refused = self.send(other)
        assert (refused.status, refused.json["errorCode"]) == (400, "validation.error")
        assert before == [(server.events(), server.postings()) for server in self.servers]

    @rule(value=st.sampled_from(WRONG_SUMS))
    def send_a_sum_that_is_none(self, value: str) -> None:
        before = [server.events() for server in self.servers]
        for server in self.servers:
            answer = server.answer(steps.put_bill(f"b{next(self.ids)}", value))
            assert (answer.status, answer.json["errorCode"]) == (400, "validation.error")
        assert before == [server.events() for server in self.servers]

    # time

    @rule(seconds=st.sampled_from([0, 1, 2, 3, 4, 5, 299, 300, 899, 900, 901, HOUR, 72 * HOUR - 1, 72 * HOUR]))
    def wait(self, seconds: int) -> None:
        answer = self.send(steps.advance(seconds)).json
        moments = [times.parse(each["at"]) for each in answer["fired"]]
        assert moments == sorted(moments)
        now = times.parse(answer["now"])
        assert (now - self.now).total_seconds() == seconds
        self.now = now

    @precondition(lambda self: self.answered)
    @rule(which=st.integers(0))
    def get_what_was_put(self, which: int) -> None:
        path = sorted(self.answered)[which % len(self.answered)]
        shown = self.send(steps.get(f"{path}/details" if path.startswith("/bills/") else path)).json
        kept = self.answered[path].json
        same = ("amount", "createdDateTime", "invoiceUid", "paymentId", "captureId", "refundId", "billId")
        assert {name: shown[name] for name in same if name in kept} == {
            name: kept[name] for name in same if name in kept
        }
        if "/captures/" in path or "/refunds/" in path:
            assert shown == kept

    # what must hold after every step

    @invariant()
    def the_books_are_right(self) -> None:
        for books in self.books:
            books.check()

    @invariant()
    def all_tell_the_same_story(self) -> None:
        if not self.same_story:
            return
        first, *others = [(server.postings(), server.events(), story(server)) for server in self.servers]
        for other in others:
            assert other == first


def story(server: Speaker) -> list[tuple[str, str, str, str, str, int]]:
    """Return what a site told its partner, as bytes, and how delivery went."""
    told = ("type", "objectId", "body", "signature", "state")
    return [(*(each[name] for name in told), len(each["attempts"])) for each in server.notifications()]


def run(*open_servers: Opener, examples: int, shrink: bool = True, same_story: bool = True) -> None:
    """Run the machine on servers, the same programs for the same number of examples.

    Args:
        open_servers: Each opens a server for a site id.
        examples: How many programs.
        same_story: They must also tell the same events and notifications in the same order.
        shrink: Look for the shortest program that fails, which takes minutes where a server is slow.
    """
    machine = type(
        "SiteOnServers",
        (Site,),
        {
            "open_servers": tuple(map(staticmethod, open_servers)),
            "numbers": itertools.count(1),
            "same_story": same_story,
        },
    )
    run_state_machine_as_test(
        seed(3)(machine),
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            phases=[Phase.generate, *([Phase.shrink] if shrink else [])],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
