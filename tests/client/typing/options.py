"""Never run: type checkers see options, whole answers, attempts, observers, and what resolving gives."""

# pyright: reportUnnecessaryTypeIgnoreComment=true

from collections.abc import Mapping
from random import Random
from typing import Any, assert_type

import httpx
from qiwi_payin import (
    Answer,
    AsyncPayIn,
    Attempt,
    BillDetails,
    CallError,
    CallFacts,
    CallObserver,
    Observer,
    OutcomeUnknown,
    PayIn,
    Payment,
    Refund,
)


class Notes:
    """Is an observer, and what it tells of a call."""

    def call_started(self, call: CallFacts) -> CallObserver:
        assert_type((call.operation, call.method, call.path, call.base_url), tuple[str, str, str, str])
        return self

    def attempt_started(self, number: int) -> None: ...

    def attempt_ended(self, attempt: Attempt) -> None: ...

    def call_ended(self, error: BaseException | None) -> None: ...


def sync(payin: PayIn, unknown: OutcomeUnknown) -> None:
    observer: Observer = Notes()
    made = PayIn(retries=0, deadline=5, headers={"X-Shop": "1"}, jitter=Random(0).random, observer=observer)  # noqa: S311
    assert_type(made.with_options(retries=1, key="key"), PayIn)
    assert_type(PayIn(http_client=httpx.Client()), PayIn)
    assert_type(payin.payments.get("1", deadline=5.0, retries=0, headers={"X-Shop": "1"}), Payment)
    assert_type(payin.bills.raw.get("1"), Answer[BillDetails])
    assert_type(payin.refunds.raw.list("1"), Answer[list[Refund]])
    assert_type(payin.tokens.raw.delete(customer_account_id="1", token="2"), Answer[None])
    assert_type(unknown.resolve(), Any)
    assert_type(unknown.resolve(payin), Any)
    assert_type(payin.resolve(unknown), Any)


async def asynchronous(payin: AsyncPayIn, unknown: OutcomeUnknown) -> None:
    assert_type(payin.with_options(site_id="1"), AsyncPayIn)
    assert_type(await payin.payments.raw.get("1"), Answer[Payment])
    assert_type(await unknown.resolve(payin), Any)
    assert_type(await payin.resolve(unknown), Any)


def facts(answer: Answer[Payment], error: CallError) -> None:
    assert_type(answer.value, Payment)
    assert_type(answer.headers, Mapping[str, str])
    assert_type((answer.status, answer.content, answer.attempts), tuple[int, bytes, tuple[Attempt, ...]])
    assert_type(answer.json(), Any)
    (attempt,) = error.attempts
    assert_type((attempt.number, attempt.seconds, attempt.pause), tuple[int, float, float | None])
    assert_type((attempt.status, attempt.problem, attempt.trace_id), tuple[int | None, str | None, str | None])


def wrong(payin: PayIn) -> None:
    PayIn(http_client=httpx.AsyncClient())  # type: ignore[arg-type]
    PayIn(observer="notes")  # type: ignore[arg-type]
    payin.payments.get("1", retries="2")  # type: ignore[arg-type]
