"""Whatever is cut, money moves once, and what is said of it is true."""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any

import httpcore
import httpx
import pytest
from attrs import frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import (
    AnswerInvalid,
    AnswerLost,
    AsyncPayIn,
    CallError,
    CardPaymentMethod,
    Customer,
    NotFound,
    NotSent,
    OutcomeUnknown,
    PayIn,
    Payment,
    ServerError,
    ThreeDSAnswer,
    TooManyRequests,
)
from qiwi_payin_runtime.clock import Clock
from qiwi_payin_sandbox import Sandbox

from tests.client.cuts import AsyncWiring, Wiring
from tests.client.test_client_calls import OPERATIONS, method_of

CARD = CardPaymentMethod(pan="4444443616621049", expiry_date="12/34")
ASKING = CardPaymentMethod(pan="4444443616621049", expiry_date="12/34", cvv2="849")


class NoTime(Clock):
    """Pauses take no time."""

    def sleep(self, seconds: float, wake: object = None) -> None:
        """Go on at once."""

    async def sleep_async(self, seconds: float, wake: object = None) -> None:
        """Go on at once."""


class Party:
    """A client, for sync or async code, at the end of a line that can be cut, and one at a line that cannot."""

    def __init__(self, sandbox: Sandbox, way: str, retries: int) -> None:
        self.sandbox = sandbox
        self.direct = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)
        options: dict[str, Any] = {"retries": retries, "clock": NoTime(), "jitter": random.Random(0).random}  # noqa: S311
        where = (sandbox.local_base_url, sandbox.key, sandbox.site_id)
        self._runner = asyncio.Runner() if way == "async" else None
        self.wiring = Wiring(sandbox)
        self.payin: Any
        if way == "async":
            over = httpx.AsyncHTTPTransport(verify=False)
            over._pool = httpcore.AsyncConnectionPool(  # noqa: SLF001 - httpx has no other way in
                network_backend=AsyncWiring(self.wiring), max_keepalive_connections=0
            )
            self.payin = AsyncPayIn(*where, transport=over, **options)
        else:
            under = httpx.HTTPTransport(verify=False)
            under._pool = httpcore.ConnectionPool(  # noqa: SLF001 - likewise
                network_backend=self.wiring, max_keepalive_connections=0
            )
            self.payin = PayIn(*where, transport=under, **options)

    def run(self, made: Any) -> Any:
        """What a call gives, or the coroutine of one."""

        async def awaited() -> Any:
            return await made

        return self._runner.run(awaited()) if self._runner and asyncio.iscoroutine(made) else made

    def close(self) -> None:
        """Give back what async code needs."""
        if self._runner:
            self._runner.close()


def held(party: Party, number: int) -> list[str]:
    party.direct.payments.create(f"held-{number:05}", payment_method=CARD, amount="2.00")
    return [f"held-{number:05}", f"c-{number:05}"]


def debited(party: Party, number: int) -> list[str]:
    with suppress(NotFound):
        party.direct.payments.get("debited")
        return ["debited", f"r-{number:05}"]
    party.direct.payments.create("debited", payment_method=CARD, amount="90000.00", flags=["SALE"])
    return ["debited", f"r-{number:05}"]


def waiting(party: Party, number: int) -> list[str]:
    party.direct.payments.create(f"wait-{number:05}", payment_method=ASKING, amount="2.00")
    return [f"wait-{number:05}"]


def new(_: Party, number: int) -> list[str]:
    return [f"new-{number:05}"]


def known_bill(party: Party, _: int) -> list[str]:
    party.direct.bills.create("known", amount="1.00", expiration_date_time=datetime(2030, 1, 1, tzinfo=UTC))
    return ["known"]


def known_payment(party: Party, _: int) -> list[str]:
    party.direct.payments.create("known", payment_method=CARD, amount="1.00", flags=["SALE"])
    return ["known"]


def known_capture(party: Party, _: int) -> list[str]:
    party.direct.payments.create("held", payment_method=CARD, amount="1.00")
    party.direct.captures.create("held", "known")
    return ["held", "known"]


def known_refund(party: Party, _: int) -> list[str]:
    known_payment(party, 0)
    party.direct.refunds.create("known", "known", amount="0.50")
    return ["known", "known"]


def nothing(_: Party, __: int) -> list[str]:
    return []


@frozen
class Story:
    """An operation: what is there before it, and what it is called with besides ids."""

    before: Callable[[Party, int], list[str]]
    fields: Callable[[Party, list[str], int], dict[str, Any]] = lambda *_: {}


def three_ds(party: Party, ids: list[str], _: int) -> dict[str, Any]:
    return {"three_ds": ThreeDSAnswer(pares=party.sandbox.answer_three_ds(ids[0])["pares"])}


def token(party: Party, _: list[str], number: int) -> dict[str, Any]:
    paid: Payment = party.direct.payments.create(
        f"bind-{number:05}",
        payment_method=CARD,
        amount="1.00",
        flags=["SALE", "BIND_PAYMENT_TOKEN"],
        customer=Customer(account="payer"),
    )
    assert paid.created_token
    return {"customer_account_id": "payer", "token": paid.created_token.token}


STORIES = {
    "billsCreate": Story(new, lambda *_: {"amount": "1.00", "expiration_date_time": datetime(2030, 1, 1, tzinfo=UTC)}),
    "billsGet": Story(known_bill),
    "billsListPayments": Story(known_bill),
    "paymentsCreate": Story(new, lambda *_: {"amount": "1.00", "payment_method": CARD, "flags": ["SALE"]}),
    "paymentsGet": Story(known_payment),
    "paymentsComplete": Story(waiting, three_ds),
    "capturesCreate": Story(held),
    "capturesGet": Story(known_capture),
    "refundsCreate": Story(debited, lambda *_: {"amount": "0.01"}),
    "refundsGet": Story(known_refund),
    "refundsList": Story(lambda party, _: known_refund(party, 0)[:1]),
    "tokensDelete": Story(nothing, token),
}
WAYS = [(way, retries) for way in ("sync", "async") for retries in (0, 2)]


def test_every_operation_of_the_description_is_cut_here() -> None:
    assert set(STORIES) == set(OPERATIONS)


@pytest.mark.parametrize("operation_id", STORIES)
def test_wherever_an_exchange_is_cut_nothing_happens_twice_and_no_claim_is_wrong(operation_id: str) -> None:
    """Each byte of a change is cut in one of the four ways, every fourth byte of a question."""
    step = len(WAYS) * (4 if OPERATIONS[operation_id][1] == "get" else 1)
    with Sandbox(courier="collect") as sandbox:
        for offset, (way, retries) in enumerate(WAYS):
            with closing(Party(sandbox, way, retries)) as party:
                number = 10_000 * offset
                judge(party, operation_id, number, [])
                arrived = party.wiring.request_length  # where it has all arrived, and yet the writing fails
                for cut in (arrived, *range(offset - 1, party.wiring.length, step)):
                    number += 1
                    party.wiring.is_reset = cut == arrived or number % 2 == 0
                    judge(party, operation_id, number, [cut])
        moved_once(sandbox)


def judge(party: Party, operation_id: str, number: int, cuts: list[int]) -> None:
    """Make a call over a line with these cuts, and hold what is said of it against what happened."""
    story = STORIES[operation_id]
    is_question = OPERATIONS[operation_id][1] == "get"
    is_put = OPERATIONS[operation_id][1] == "put"
    ids = story.before(party, number)
    fields = story.fields(party, ids, number)
    wiring = party.wiring
    wiring.statuses.clear()
    wiring.cuts = list(cuts)

    error: CallError | None = None
    try:
        party.run(method_of(party.payin, operation_id)(*ids, **fields))
    except CallError as caught:
        error = caught
    wiring.cuts = []
    happened = any(status < 300 for status in wiring.statuses)

    if party.payin._engine.settings.retries >= len(cuts) and (is_question or is_put):  # noqa: SLF001
        assert error is None
    if error is None:
        assert happened
    elif is_question:
        assert type(error) in {NotSent, AnswerLost, AnswerInvalid, ServerError}
        assert type(error) is not NotSent or not wiring.statuses
    elif isinstance(error, OutcomeUnknown):
        assert len(wiring.statuses) <= 1 or is_put
        assert resolved(party, error) or not happened
    else:
        assert type(error) is NotSent
        assert not happened
    if error is not None:
        assert [attempt.problem for attempt in error.attempts]


def resolved(party: Party, error: OutcomeUnknown) -> bool:
    """Resolve over a whole line; whether it had happened, or has now."""
    before = len(party.wiring.statuses)
    try:
        found = party.run(error.resolve())
    except OutcomeUnknown as still:
        assert error.operation == "paymentsComplete"
        assert party.direct.payments.get(still.ids["paymentId"]).status.value == "WAITING"  # noqa: PT017
        return False
    assert len(party.wiring.statuses) == before + 1
    if error.operation == "tokensDelete":
        assert found is None
    elif error.operation == "paymentsComplete":
        assert found.status.value == "COMPLETED"
    else:
        assert found.to_dict()
    return True


def moved_once(sandbox: Sandbox) -> None:
    moves = Counter(
        (posting.payment_id, posting.move) for posting in sandbox.postings() if posting.payment_id != "debited"
    )
    assert all(count == 1 for count in moves.values())
    refunds = [posting for posting in sandbox.postings() if posting.move == "REFUND"]
    payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)
    with suppress(NotFound):
        assert len(payin.refunds.list("debited")) == len([r for r in refunds if r.payment_id == "debited"])


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(courier="collect") as sandbox:
        yield sandbox


NUMBERS = itertools.count()
FAILING = st.fixed_dictionaries({"after_commit": st.booleans()})
FAULTS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "error_429": st.fixed_dictionaries({"retry_after_seconds": st.sampled_from([0, 3, 200])}),
    "error_500": FAILING,
    "error_500_empty": FAILING,
    "error_502": FAILING,
    "error_503": FAILING,
}
CHANGES = sorted(name for name, (_, verb, _) in OPERATIONS.items() if verb != "get")


@pytest.mark.parametrize("way", ["sync", "async"])
@given(data=st.data(), retries=st.integers(0, 2))
@settings(max_examples=25)
def test_nor_where_several_faults_come_in_a_row(sandbox: Sandbox, way: str, data: st.DataObject, retries: int) -> None:
    """Each connection is refused, cut somewhere, or whole; the sandbox puts faults of its own before some answers."""
    with closing(Party(sandbox, way, retries)) as party:
        for operation_id in data.draw(st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3)):
            number = next(NUMBERS)
            ids = STORIES[operation_id].before(party, number)
            fields = STORIES[operation_id].fields(party, ids, number)
            for kind in data.draw(st.lists(st.sampled_from(sorted(FAULTS)), max_size=2)):
                sandbox.inject(kind, operation=operation_id, times=1, **data.draw(FAULTS[kind]))
            party.wiring.is_reset = data.draw(st.booleans())
            party.wiring.cuts = data.draw(st.lists(st.integers(-1, 1200), max_size=3))
            truthful(party, operation_id, ids, fields)
    moved_once(sandbox)


def truthful(party: Party, operation_id: str, ids: list[str], fields: dict[str, Any]) -> None:
    """Make a call, and look at what it changes, whatever the server answered."""
    before = written(party, operation_id, ids)
    try:
        party.run(method_of(party.payin, operation_id)(*ids, **fields))
    except OutcomeUnknown as unknown:
        party.wiring.cuts = []
        party.sandbox.remove_faults()
        if resolved(party, unknown):
            assert written(party, operation_id, ids) != before
        return
    except CallError as refused:
        assert isinstance(refused, NotSent | TooManyRequests)  # noqa: PT017 - nothing else says that nothing happened
        assert written(party, operation_id, ids) == before
        return
    finally:
        party.wiring.cuts = []
        party.sandbox.remove_faults()
    assert written(party, operation_id, ids) != before


def written(party: Party, operation_id: str, ids: list[str]) -> object:
    """What an operation changes, as the sandbox has it."""
    if operation_id == "tokensDelete":
        return sum(event["type"] == "token.deleted" for event in party.sandbox.events())
    ask = {"paymentsComplete": "paymentsGet"}.get(operation_id, operation_id.replace("Create", "Get"))
    try:
        return method_of(party.direct, ask)(*ids).status.value
    except NotFound:
        return None
