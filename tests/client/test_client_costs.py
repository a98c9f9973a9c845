"""What a call costs beside bare httpx, counted and not timed."""

import asyncio
import cProfile
import logging
import pstats
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.client.wires import BASE_URL, KEY, PAYMENT, REFUND, SITE, answering

PATH = f"/payin/v1/sites/{SITE}/payments/1811"
HEADERS = {"Authorization": f"Bearer {KEY}", "Accept": "application/json"}
ROUNDS = 20


@contextmanager
def logging_on() -> Iterator[None]:
    """Lines are logged, and written nowhere: not even into pytest's report."""
    logger = logging.getLogger("qiwi_payin")
    before = (logger.level, logger.propagate, logger.handlers)
    logger.propagate, logger.handlers = False, [logging.NullHandler()]
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.setLevel(before[0])
        _, logger.propagate, logger.handlers = before


def count(call: Callable[[], object]) -> float:
    """Function calls that one call makes, once all is warm."""
    call()
    profile = cProfile.Profile()
    with logging_on():
        profile.enable()
        for _ in range(ROUNDS):
            call()
        profile.disable()
    calls: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined] # typeshed does not know it
    return calls / ROUNDS


def bare(body: Any) -> httpx.Client:
    """What somebody would use who has no client of ours."""
    return httpx.Client(transport=httpx.MockTransport(answering(body)), base_url=BASE_URL, headers=HEADERS)


def test_a_question_makes_at_most_a_tenth_more_function_calls_than_bare_httpx() -> None:
    http, payin = bare(PAYMENT), answering(PAYMENT).client(retries=2, deadline=90)

    def by_hand() -> None:
        http.get(PATH).raise_for_status().json()

    assert count(lambda: payin.payments.get("1811")) <= 1.10 * count(by_hand)


def test_a_change_makes_at_most_a_sixth_more() -> None:
    http, payin = bare(REFUND), answering(REFUND).client(retries=2, deadline=90)

    def by_hand() -> None:
        body = {"amount": {"value": "10.00", "currency": "RUB"}}
        http.put(f"{PATH}/refunds/1", json=body).raise_for_status().json()

    assert count(lambda: payin.refunds.create("1811", "1", amount="10.00")) <= 1.16 * count(by_hand)


def test_async_code_pays_no_more_for_it() -> None:
    wire = answering(PAYMENT)
    with asyncio.Runner() as runner:
        payin = wire.async_client(retries=2, deadline=90)
        http = httpx.AsyncClient(transport=httpx.MockTransport(wire), base_url=BASE_URL, headers=HEADERS)

        async def by_hand() -> None:
            (await http.get(PATH)).raise_for_status().json()

        async def ours() -> None:
            await payin.payments.get("1811")

        assert count(lambda: runner.run(ours())) <= 1.10 * count(lambda: runner.run(by_hand()))
        runner.run(payin.close())
        runner.run(http.aclose())
