"""Finding out what became of a change whose outcome is unknown."""

import copy
import pickle
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import httpx
import pytest
from qiwi_payin import (
    BadRequest,
    CallError,
    Money,
    NotFound,
    OutcomeUnknown,
)
from qiwi_payin_sandbox import Sandbox

from tests.client.test_client_cuts import CARD, Party, held, three_ds, token, waiting
from tests.client.test_client_secrets import PLANTED, calls
from tests.client.wires import BILL, ERROR, PAYMENT, Wire, answering, failing

LOST = httpx.ReadError("cut")


@pytest.fixture(params=["sync", "async"])
def party(request: pytest.FixtureRequest) -> Iterator[Party]:
    with Sandbox(courier="collect") as sandbox, closing(Party(sandbox, request.param, 0)) as party:
        yield party


def unknown(party: Party, call: Callable[[], Any]) -> OutcomeUnknown:
    with pytest.raises(OutcomeUnknown) as caught:
        party.run(call())
    return caught.value


def pay(payin: Any, payment_id: str, amount: str = "1.00") -> Any:
    return payin.payments.create(payment_id, payment_method=CARD, amount=amount, flags=["SALE"])


@pytest.mark.parametrize("cut", ["of the request", "of the answer"])
def test_what_has_an_id_of_ours_has_happened_once_after_it(party: Party, cut: str) -> None:
    party.wiring.cuts = [100 if cut == "of the request" else 900]
    error = unknown(party, lambda: pay(party.payin, "p-1"))

    found = party.run(error.resolve())

    assert found == party.direct.payments.get("p-1")
    assert [posting.move for posting in party.sandbox.postings()] == ["AUTHORISE", "CAPTURE"]


def test_what_another_sent_under_the_same_id_is_not_taken_for_ours(party: Party) -> None:
    with party.sandbox.fault("reset", times=1):
        error = unknown(party, lambda: pay(party.payin, "p-1"))
    pay(party.direct, "p-1", "2.00")

    with pytest.raises(BadRequest) as caught:
        party.run(error.resolve())
    assert "paymentId" in caught.value.cause
    with pytest.raises(OutcomeUnknown, match="another sum"):
        copy.copy(error).resolve(party.direct)


def test_a_copy_asks_for_the_object_with_the_client_that_it_is_given(party: Party) -> None:
    with party.sandbox.fault("lost_answer", times=1):
        error = unknown(party, lambda: pay(party.payin, "p-1"))
    with party.sandbox.fault("reset", times=1):
        never = unknown(party, lambda: pay(party.payin, "p-2"))

    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):  # noqa: S301 - our own bytes
        assert party.run(twin.resolve(party.payin)) == party.direct.payments.get("p-1")
        assert party.direct.resolve(twin) == party.direct.payments.get("p-1")
        with pytest.raises(ValueError, match=r"^payin: "):
            twin.resolve()
    with pytest.raises(NotFound):
        party.run(copy.copy(never).resolve(party.payin))
    assert len(party.sandbox.postings()) == 2


def test_a_3_d_secure_step_is_asked_about_and_never_sent_again(party: Party) -> None:
    ids = waiting(party, 1)
    step = three_ds(party, ids, 1)
    with party.sandbox.fault("reset", times=1):
        error = unknown(party, lambda: party.payin.payments.complete(*ids, **step))

    with pytest.raises(OutcomeUnknown, match="asking did not tell: the object is still WAITING") as caught:
        party.run(error.resolve())
    assert (caught.value.operation, caught.value.ids) == (error.operation, error.ids)
    party.direct.payments.complete(*ids, **step)
    for known in (error, caught.value):
        assert party.run(known.resolve()).status.value == "COMPLETED"
    assert party.run(copy.copy(error).resolve(party.payin)).status.value == "COMPLETED"


def test_a_3_d_secure_step_of_a_payment_that_is_not_there_did_not_happen(party: Party) -> None:
    step = three_ds(party, waiting(party, 1), 1)
    with party.sandbox.fault("reset", times=1):
        error = unknown(party, lambda: party.payin.payments.complete("none", **step))

    with pytest.raises(NotFound):
        party.run(error.resolve())


@pytest.mark.parametrize("fault", ["lost_answer", "reset"])
def test_a_token_is_deleted_after_it(party: Party, fault: str) -> None:
    fields = token(party, [], 1)
    with party.sandbox.fault(fault, operation="tokensDelete", times=1):
        error = unknown(party, lambda: party.payin.tokens.delete(**fields))

    assert party.run(error.resolve()) is None
    with pytest.raises(NotFound):
        party.direct.tokens.delete(**fields)
    with pytest.raises(ValueError, match="make the same call again"):
        copy.copy(error).resolve(party.direct)


def test_a_capture_is_made_once_after_it(party: Party) -> None:
    ids = held(party, 1)
    with party.sandbox.fault("lost_answer", times=1):
        error = unknown(party, lambda: party.payin.captures.create(*ids))

    assert party.run(error.resolve()) == party.direct.captures.get(*ids)
    assert error.amount is None


def test_while_nobody_answers_it_stays_unknown_and_can_be_resolved_again(party: Party) -> None:
    with party.sandbox.fault("lost_answer", times=3):
        error = unknown(party, lambda: pay(party.payin, "p-1"))
        again = unknown(party, error.resolve)
        asked = unknown(party, lambda: copy.copy(error).resolve(party.payin))

    assert (again.ids, again.operation, again.amount) == (error.ids, "paymentsCreate", Money("1.00"))
    assert (asked.ids, asked.operation, asked.amount) == (error.ids, "paymentsCreate", Money("1.00"))
    assert party.run(again.resolve()) == party.run(error.resolve())
    assert len(party.sandbox.postings()) == 2


def test_a_refusal_at_the_door_while_resolving_says_nothing() -> None:
    answers = iter([500, 401, 404])

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(next(answers), content="<html>")

    with pytest.raises(OutcomeUnknown) as caught:
        pay(Wire(answer).client(), "1")
    with pytest.raises(OutcomeUnknown) as still:
        caught.value.resolve()
    with pytest.raises(OutcomeUnknown):
        still.value.resolve()


@pytest.mark.parametrize("number", range(4))
def test_what_was_sent_is_in_no_pickle_no_copy_and_no_variable_that_is_shown(number: int) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        calls(failing(LOST).client())[number]()
    error = caught.value

    shown = [repr(pickle.dumps(error)), repr(vars(error)), repr(error), repr(error.call)]
    shown += [repr(getattr(error, name, None)) for name in dir(error) if not name.startswith("__")]
    for secret in PLANTED:
        assert not any(secret in text for text in shown)
    assert copy.copy(error).call is copy.deepcopy(error).call is pickle.loads(pickle.dumps(error)).call is None  # noqa: S301


def test_an_unpickled_error_of_an_operation_that_the_client_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^operation: "):
        OutcomeUnknown("x", operation="payoutsCreate").resolve(answering(BILL).client())


def test_a_closed_client_says_that_it_cannot_ask_and_not_that_nothing_happened() -> None:
    payin = failing(LOST).client()
    with pytest.raises(OutcomeUnknown) as caught:
        pay(payin, "1")
    payin.close()

    with pytest.raises(ValueError, match=r"^payin: the client is closed"):
        caught.value.resolve()
    assert caught.value.resolve(answering(PAYMENT).client()).payment_id == PAYMENT["paymentId"]


def raised(answer: Wire) -> CallError:
    with pytest.raises(CallError) as caught:
        pay(answer.client(retries=1, jitter=lambda: 0.0), "1")
    return caught.value


@pytest.mark.parametrize("wire", [answering(ERROR, 400), answering(ERROR, 503), failing(LOST), answering("")])
def test_errors_are_equal_where_class_text_and_attributes_are(wire: Wire) -> None:
    error = raised(wire)
    twin = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes

    assert twin == error == copy.copy(error) == copy.deepcopy(error)
    assert len({error, twin, copy.copy(error)}) == 1
    assert error != raised(answering(ERROR, 404))
    assert error != type(error)("another")
    assert error != "another"
    twin.ids = {}
    assert twin != error
