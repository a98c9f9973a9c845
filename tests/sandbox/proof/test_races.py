"""Of requests that come at one moment, from several processes and threads, exactly one wins, on both stores."""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.sandbox.partner import balance_of
from tests.sandbox.proof import steps
from tests.sandbox.proof.books import Books
from tests.sandbox.proof.crowd import Crowd
from tests.sandbox.proof.servers import InProcess, site_called
from tests.sandbox.proof.steps import ACCOUNT, Answer, Step

ROUNDS = 5
AT_ONCE = 6
TERM = 72 * 3600
STATE, FIELDS = "payin.incorrect-method-invocation", "validation.error"
SITES = [site_called(f"race-{number}") for number in range(12)]


class Race:
    """A crowd and an onlooker on one store, on a site that no other race uses."""

    def __init__(self, crowd: Crowd, site_id: str, store: str) -> None:
        self._crowd, self._site_id = crowd, site_id
        self.onlooker = InProcess(next(site for site in SITES if site.site_id == site_id), store)
        self._books = Books(self.onlooker)

    def ok(self, step: Step) -> Answer:
        answer = self.onlooker.answer(step)
        assert answer.status == 200, answer
        return answer

    def at_once(self, contenders: list[Step]) -> list[Answer]:
        answers = self._crowd.at_once(self._site_id, contenders)
        assert [answer for answer in answers if answer.status >= 500] == []
        self._books.check()
        return answers


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def crowd(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crowd, str]]:
    if request.param == "sqlite":
        store = f"sqlite:///{tmp_path_factory.mktemp('races') / 'sandbox.sqlite3'}"
    else:
        fresh: Callable[[], str] = request.getfixturevalue("postgres")
        store = fresh()
    with Crowd(store, SITES) as crowd:
        yield crowd, store


numbers = itertools.count()


@pytest.fixture
def race(crowd: tuple[Crowd, str]) -> Iterator[Race]:
    race = Race(crowd[0], SITES[next(numbers) % len(SITES)].site_id, crowd[1])
    yield race
    race.onlooker.close()


def refusals(answers: list[Answer]) -> list[str]:
    return [answer.json["errorCode"] for answer in answers if answer.status != 200]


def each_round() -> list[str]:
    return [f"p{number}" for number in range(ROUNDS)]


def test_of_captures_with_different_ids_one_is_made(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_payment(payment_id))
        answers = race.at_once([steps.put_capture(payment_id, f"c{n}") for n in range(AT_ONCE)])
        assert refusals(answers) == [STATE] * (AT_ONCE - 1)
        assert all(
            answer.json["description"] == "Successful capture already done for this payment"
            for answer in answers
            if answer.status != 200
        )


def test_of_refunds_over_the_rest_those_are_made_that_it_covers(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_payment(payment_id, "100.00", flags=["SALE"]))
        answers = race.at_once([steps.put_refund(payment_id, f"r{n}", "40.00") for n in range(AT_ONCE)])
        outcomes = Counter(answer.json["status"].get("reason", "COMPLETED") for answer in answers)
        assert outcomes == {"COMPLETED": 2, "INVALID_AMOUNT": AT_ONCE - 2}


def test_of_reversals_over_the_rest_those_are_made_that_it_covers(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_payment(payment_id, "100.00"))
        answers = race.at_once([steps.put_refund(payment_id, f"r{n}", "60.00") for n in range(AT_ONCE)])
        outcomes = Counter(answer.json["status"].get("reason", "COMPLETED") for answer in answers)
        assert outcomes == {"COMPLETED": 1, "INVALID_AMOUNT": AT_ONCE - 1}


def test_equal_requests_have_one_effect_and_the_same_answer(race: Race) -> None:
    for payment_id in each_round():
        for step in (
            steps.put_bill(f"b-{payment_id}"),
            steps.put_payment(payment_id, flags=["BIND_PAYMENT_TOKEN"], customer={"account": ACCOUNT}),
            steps.put_refund(payment_id, "r1", "1.00"),
            steps.put_capture(payment_id, "c1"),
        ):
            before = len(race.onlooker.events())
            answers = race.at_once([step] * AT_ONCE)
            assert {(answer.status, answer.content) for answer in answers} == {(200, answers[0].content)}
            assert len(race.onlooker.events()) - before <= 3
            assert race.ok(step) == answers[0]


def test_of_unequal_requests_with_one_id_one_is_taken(race: Race) -> None:
    for payment_id in each_round():
        contenders = [steps.put_payment(payment_id, f"{n + 1}.00") for n in range(AT_ONCE)]
        answers = race.at_once(contenders)
        assert refusals(answers) == [FIELDS] * (AT_ONCE - 1)
        assert all("paymentId" in answer.json["cause"] for answer in answers if answer.status != 200)
        [taken] = [step for step, answer in zip(contenders, answers, strict=True) if answer.status == 200]
        assert race.ok(taken).json["amount"]["value"] == (taken.body or {})["amount"]["value"]


def test_of_a_capture_and_the_end_of_the_hold_at_one_instant_one_captures(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_payment(payment_id))
        race.ok(steps.advance(TERM - 1))
        moved, capture, *_ = race.at_once([steps.advance(1), steps.put_capture(payment_id, "c1")])
        assert moved.status == 200
        captured = [each for each in race.onlooker.events() if each["type"] == "capture.completed"]
        [made] = [each for each in captured if each["paymentId"] == payment_id]
        assert (made["captureId"] == "c1") == (capture.status == 200)
        assert refusals([capture]) in ([], [STATE])


def test_of_a_reversal_and_the_end_of_the_hold_at_one_instant_one_comes_first(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_payment(payment_id))
        race.ok(steps.advance(TERM - 1))
        _, back = race.at_once([steps.advance(1), steps.put_refund(payment_id, "r1", "150.00")])
        balance = balance_of(payment_id, race.onlooker.postings())
        assert back.json["status"]["value"] == "COMPLETED"
        if back.json.get("flags") == ["REVERSAL"]:
            assert (balance.captured, balance.reversed, balance.refunded) == (0, 150_00, 0)
        else:
            assert (balance.captured, balance.reversed, balance.refunded) == (150_00, 0, 150_00)


def test_of_a_reversal_and_a_capture_one_comes_first(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_payment(payment_id))
        back, capture = race.at_once([steps.put_refund(payment_id, "r1", "150.00"), steps.put_capture(payment_id, "c")])
        assert back.json["status"]["value"] == "COMPLETED"
        if back.json.get("flags") == ["REVERSAL"]:
            assert refusals([capture]) == [STATE]
            assert capture.json["description"] == "Payment was fully reversed, there is nothing to capture"
        else:
            assert capture.status == 200


def test_a_challenge_is_finished_once(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_payment(payment_id, card={"cvv2": "849"}))
        good = race.ok(steps.answer_three_ds(payment_id, "confirm")).json["pares"]
        bad = race.ok(steps.answer_three_ds(payment_id, "refuse")).json["pares"]
        answers = race.at_once([steps.complete(payment_id, good), steps.complete(payment_id, bad)] * (AT_ONCE // 2))
        assert refusals(answers) == [STATE] * (AT_ONCE - 1)


def test_a_token_is_deleted_once_and_pays_no_more(race: Race) -> None:
    for payment_id in each_round():
        customer = {"account": ACCOUNT}
        saved = race.ok(steps.put_payment(payment_id, flags=["BIND_PAYMENT_TOKEN"], customer=customer))
        token = saved.json["createdToken"]["token"]
        paying = [steps.put_payment_by_token(f"{payment_id}-{n}", token) for n in range(2)]
        first, second, *deleted = race.at_once([*paying, steps.delete_token(token), steps.delete_token(token)])
        assert sorted(answer.status for answer in deleted) == [204, 404]
        assert refusals([first, second]) in ([], [FIELDS], [FIELDS] * 2)
        late = race.onlooker.answer(steps.put_payment_by_token(f"{payment_id}-late", token))
        assert (late.status, list(late.json["cause"])) == (400, ["paymentToken"])


def test_of_payers_of_one_bill_one_pays_it(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_bill(f"b-{payment_id}"))
        contenders = [steps.put_payment(f"{payment_id}-{n}", billId=f"b-{payment_id}") for n in range(AT_ONCE // 2)]
        answers = race.at_once([*contenders, *[steps.pay_bill(f"b-{payment_id}")] * (AT_ONCE // 2)])
        outcomes = Counter(answer.json["status"].get("reason", "COMPLETED") for answer in answers)
        assert outcomes == {"COMPLETED": 1, "BILL_ALREADY_PAID": AT_ONCE - 1}


def test_clocks_moved_at_one_moment_let_each_thing_happen_once(race: Race) -> None:
    for payment_id in each_round():
        race.ok(steps.put_payment(payment_id))
        race.ok(steps.put_payment(f"{payment_id}-3ds", card={"cvv2": "849"}))
        answers = race.at_once([steps.advance(TERM)] * 2)
        fired = [each for answer in answers for each in answer.json["fired"] if "notificationId" not in each]
        names = [(each["what"], each.get("paymentId")) for each in fired]
        assert len(names) == len(set(names))
