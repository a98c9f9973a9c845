"""Repeats of declined payments by MIR cards without 3-D Secure are limited by the Moscow day."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.domain import repeats
from qiwi_payin_sandbox.domain.bank import Verdict, passes_luhn
from qiwi_payin_sandbox.domain.bank.cards import PUBLISHED_CARDS
from qiwi_payin_sandbox.domain.bank.codes import SCHEME_CODES, Repeats
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.engine import marks
from qiwi_payin_sandbox.ids import Ids, secret_of_seed

from tests.sandbox.conftest import NOW
from tests.sandbox.partner import CARD, Partner, rubles

NONE_THAT_DAY = [
    "03",
    "04",
    "12",
    "15",
    "33",
    "41",
    "43",
    "57",
    "58",
    "62",
    "76",
    "78",
    "92",
    "93",
    "94",
    "CD",
    "TS",
    "05",
]
ONE_MORE = ["13", "14", "30", "54", "51", "61", "63", "65", "75", "86", "88", "91", "96", "CB"]
MIR, OTHER_MIR = PUBLISHED_CARDS["MIR"][:2]
REFUSED = {"reason": "REATTEMPT_NOT_PERMITTED"}
APPROVED: dict[str, str] = {}
ACCOUNT = {"account": "token234"}


class Payer:
    """Tries cards, each try a payment of its own, and returns what the bank or the rule said."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self._made = 0

    def tries(self, wanted: str = "approved", pan: str = MIR, **more: Any) -> dict[str, str]:
        card = {**more.pop("card", {}), "pan": pan}
        payment = self.partner.payment(self.next_id(), card=card, comment=f"[sandbox: {wanted}]", **more)
        return self.why(payment)

    def next_id(self) -> str:
        self._made += 1
        return f"try-{self._made}"

    @staticmethod
    def why(payment: Any) -> dict[str, str]:
        status = payment["status"]
        assert status["value"] == ("DECLINED" if "reason" in status else "COMPLETED")
        return {name: status[name] for name in ("reason", "psErrorCode") if name in status}


@pytest.fixture
def payer(partner: Partner) -> Payer:
    return Payer(partner)


def refused_by(code: str) -> dict[str, str]:
    return {"reason": SCHEME_CODES[code].reason, "psErrorCode": code}


def test_the_groups_of_codes_are_the_published_ones() -> None:
    assert {code for code, known in SCHEME_CODES.items() if known.repeats is Repeats.NONE} == set(NONE_THAT_DAY)
    assert {code for code, known in SCHEME_CODES.items() if known.repeats is Repeats.ONE} == set(ONE_MORE)


@pytest.mark.parametrize("code", NONE_THAT_DAY)
def test_after_a_code_of_the_first_group_there_is_no_more_try_that_day(payer: Payer, code: str) -> None:
    assert payer.tries(code) == refused_by(code)
    assert payer.tries() == REFUSED
    assert payer.tries("51") == REFUSED


@pytest.mark.parametrize("code", ONE_MORE)
def test_after_a_code_of_the_second_group_there_is_one_more_try_that_day(payer: Payer, code: str) -> None:
    assert payer.tries(code) == refused_by(code)
    assert payer.tries(code) == refused_by(code)
    assert payer.tries() == REFUSED


def test_the_one_more_try_is_used_up_by_a_refusal_without_a_scheme_code_too(payer: Payer) -> None:
    payer.tries("51")
    assert payer.tries("TRY_AGAIN_LATER") == {"reason": "TRY_AGAIN_LATER"}
    assert payer.tries() == REFUSED


def test_an_approved_try_is_no_repeat_any_more(payer: Payer) -> None:
    payer.tries("51")
    assert payer.tries() == APPROVED
    assert payer.tries("51") == refused_by("51")
    assert payer.tries() == APPROVED


def test_a_refusal_without_a_scheme_code_limits_nothing(payer: Payer) -> None:
    for _ in range(4):
        assert payer.tries("ACQUIRING_NOT_PERMITTED") == {"reason": "ACQUIRING_NOT_PERMITTED"}


def test_another_card_and_another_scheme_are_not_concerned(payer: Payer) -> None:
    payer.tries("05")
    assert payer.tries(pan=OTHER_MIR) == APPROVED
    visa = PUBLISHED_CARDS["VISA"][0]
    for _ in range(3):
        assert payer.tries("05", pan=visa) == refused_by("05")


def test_payments_with_3_d_secure_neither_count_nor_are_counted(payer: Payer) -> None:
    payer.tries("05")
    partner = payer.partner
    for number in range(3):
        payment_id = payer.next_id()
        partner.payment(payment_id, card={"pan": MIR, "cvv2": "849"}, comment="[sandbox: 05]")
        pares = partner.sandbox.answer_three_ds(payment_id)["pares"]
        declined = partner.ok("POST", f"/payments/{payment_id}/complete", {"threeDS": {"pares": pares}})
        assert payer.why(declined) == refused_by("05"), number
    partner.bill(comment="[sandbox: approved]")
    assert payer.why(partner.sandbox.pay_bill("b-1", payment_method={**CARD, "pan": MIR})) == APPROVED


def test_a_try_that_never_reached_the_bank_does_not_use_up_the_one_more(payer: Payer) -> None:
    payer.partner.bill(value="1.00")
    payer.tries("51")
    assert payer.tries(billId="b-1", value="2.00") == {"reason": "INVALID_AMOUNT"}
    assert payer.tries() == APPROVED


def test_the_saved_card_is_the_same_card(payer: Payer) -> None:
    partner = payer.partner
    first = partner.payment("first", card={"pan": MIR}, customer=ACCOUNT, flags=["BIND_PAYMENT_TOKEN"])
    method = {"type": "TOKEN", "paymentToken": first["createdToken"]["token"]}
    body = {"paymentMethod": method, "amount": rubles("1.00"), "customer": ACCOUNT}
    payer.tries("05")
    assert payer.why(partner.ok("PUT", "/payments/by-token", body)) == REFUSED
    partner.sandbox.advance(24 * 3600)
    declined = partner.ok("PUT", "/payments/next-day", {**body, "comment": "[sandbox: 05]"})
    assert payer.why(declined) == refused_by("05")
    assert payer.tries() == REFUSED
    partner.bill("b-1", customer=ACCOUNT, expirationDateTime="2024-03-09T12:00:00+03:00")
    assert payer.why(partner.sandbox.pay_bill("b-1", payment_method=method)) == REFUSED


def test_the_day_is_that_of_moscow_by_the_clock_of_the_site() -> None:
    with (
        Sandbox(clock=Clock.frozen("2024-03-01T23:59:58+03:00"), sites=[Site("test-00")]) as sandbox,
        Partner(sandbox) as partner,
    ):
        payer = Payer(partner)
        payer.tries("05")
        sandbox.advance(1)
        assert payer.tries() == REFUSED
        sandbox.advance(1)
        assert payer.tries() == APPROVED


def test_sites_do_not_know_of_each_others_tries() -> None:
    with (
        Sandbox(clock=Clock.frozen(NOW), sites=[Site("one"), Site("two")]) as sandbox,
        Partner(sandbox, "one") as one,
        Partner(sandbox, "two") as two,
    ):
        Payer(one).tries("05")
        assert Payer(one).partner.payment("more", card={"pan": MIR})["status"]["value"] == "DECLINED"
        assert Payer(two).tries() == APPROVED


def test_a_late_refusal_counts_when_it_comes(payer: Payer) -> None:
    partner = payer.partner
    partner.payment("late", card={"pan": MIR}, comment="[sandbox: 05 after 30 s]")
    assert payer.tries() == APPROVED
    partner.sandbox.advance(30)
    assert payer.tries() == REFUSED


def test_the_refusal_is_told_to_the_partner(payer: Payer) -> None:
    payer.tries("05")
    payer.tries()
    told = [each["body"] for each in payer.partner.sandbox.notifications()]
    assert '"reasonCode":"REATTEMPT_NOT_PERMITTED"' in told[-1].replace(" ", "")


# the same rule against a model that knows nothing of strikes

_WANTED = st.lists(
    st.tuples(st.sampled_from([*SCHEME_CODES, "approved", "TRY_AGAIN_LATER"]), st.integers(0, 2)), max_size=8
)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[Payer, list[str]]]:
    """A payer, and the numbers of cards that no example has used yet."""
    pans = [pan for pan in (f"220011{number:010d}" for number in range(100_000)) if passes_luhn(pan)]
    with Sandbox(clock=Clock.frozen(NOW)) as sandbox, Partner(sandbox) as partner:
        yield Payer(partner), pans


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(_WANTED)
def test_any_series_of_tries_goes_as_the_rule_reads(
    shared: tuple[Payer, list[str]], wanted: list[tuple[str, int]]
) -> None:
    payer, pans = shared
    pan, left = pans.pop(), None
    for code, days in wanted:
        if days == 2:  # now and then a try is made on the next day
            payer.partner.sandbox.advance(24 * 3600)
            left = None
        if left == 0:
            assert payer.tries(code, pan) == REFUSED
        elif code == "approved":
            assert payer.tries(code, pan) == APPROVED
            left = None
        else:
            assert payer.tries(code, pan) == (refused_by(code) if code in SCHEME_CODES else {"reason": code})
            if left is not None or code in NONE_THAT_DAY:
                left = 0
            elif code in ONE_MORE:
                left = 1


# what is kept


def rows(path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT * FROM payin_strikes").fetchall()


def test_what_is_kept_of_a_card_is_forgotten_when_the_next_day_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    with Sandbox(store=f"sqlite:///{path}", clock=Clock.frozen(NOW)) as sandbox, Partner(sandbox) as partner:
        payer = Payer(partner)
        payer.tries("51")
        payer.tries("51", pan=OTHER_MIR)
        assert [row[2] for row in rows(path)] == ["2024-03-01", "2024-03-01"]
        payer.tries(pan=OTHER_MIR)
        assert len(rows(path)) == 1, "an approved card is forgotten at once"
        sandbox.advance(24 * 3600)
        payer.tries("51", pan=OTHER_MIR)
        assert [row[2] for row in rows(path)] == ["2024-03-02"]


def test_a_reference_is_shared_by_hundreds_of_numbers_that_look_alike_when_masked() -> None:
    ids = Ids(secret_of_seed(7))
    alike = [pan for number in range(200_000) if passes_luhn(pan := f"220000{number:06d}0004")]
    shares = Counter(marks.reference(ids, pan) for pan in alike)
    assert len(alike) == 20_000, "a fifth of all that there are"
    assert len(shares) == 256
    assert min(shares.values()) * 5 > 200


def test_another_card_makes_another_request_unless_mask_and_reference_are_the_same() -> None:
    ids = Ids(secret_of_seed(7))
    alike = [pan for number in range(40_000) if passes_luhn(pan := f"220000{number:06d}0004") and pan != MIR]
    same = next(pan for pan in alike if marks.reference(ids, pan) == marks.reference(ids, MIR))
    other = next(pan for pan in alike if marks.reference(ids, pan) != marks.reference(ids, MIR))
    with Sandbox(seed=7) as sandbox, Partner(sandbox) as partner:
        first = partner.payment(card={"pan": MIR})
        assert partner.payment(card={"pan": same}) == first
        body = {"paymentMethod": {**CARD, "pan": other}, "amount": rubles("150.00")}
        assert list(partner.error(400, "PUT", "/payments/p-1", body)["cause"]) == ["paymentId"]


def test_a_mark_tells_nothing_that_mask_and_reference_do_not_and_changes_with_site_and_day() -> None:
    ids, today = Ids(secret_of_seed(7)), datetime(2024, 3, 1, tzinfo=UTC).date()
    mark = marks.of_day(ids, "one", today, "220000******0004", "5f")
    assert mark == marks.of_day(ids, "one", today, "220000******0004", "5f")
    others = {
        marks.of_day(ids, "two", today, "220000******0004", "5f"),
        marks.of_day(ids, "one", date(2024, 3, 2), "220000******0004", "5f"),
        marks.of_day(Ids(secret_of_seed(8)), "one", today, "220000******0004", "5f"),
    }
    assert len(others | {mark}) == 4


def test_strikes_follow_from_the_answer_alone() -> None:
    assert repeats.answered("m", Verdict()) == repeats.Strike("m", 0, cleared=True)
    assert repeats.answered("m", Verdict(Reason.TRY_AGAIN_LATER)) is None
    assert repeats.begun("m", 0) is None


def test_the_rule_is_kept_on_every_store(store: str) -> None:
    with Sandbox(store=store, seed=7, clock=Clock.frozen(NOW)) as sandbox, Partner(sandbox) as partner:
        payer = Payer(partner)
        assert [payer.tries(code) for code in ("51", "approved", "51", "91", "approved")] == [
            refused_by("51"),
            APPROVED,
            refused_by("51"),
            refused_by("91"),
            REFUSED,
        ]
        sandbox.advance(24 * 3600)
        assert payer.tries("05") == refused_by("05")
        assert payer.tries() == REFUSED


def test_a_reset_and_a_snapshot_know_of_the_tries(payer: Payer) -> None:
    sandbox = payer.partner.sandbox
    payer.tries("05")
    snapshot = sandbox.snapshot()
    sandbox.reset()
    assert payer.tries() == APPROVED
    sandbox.restore(snapshot)
    assert payer.tries() == REFUSED
