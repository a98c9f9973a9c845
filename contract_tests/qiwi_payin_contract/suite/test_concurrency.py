"""Requests at once: whatever their order, money moves once and an id stands for one object."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest

from qiwi_payin_contract import races as rules
from qiwi_payin_contract.books import bookkeeper_of
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.races import Call, Race
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.settings import Effort
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, Shop, at, money
from qiwi_payin_contract.suite.needs import need_driver, need_sites
from qiwi_payin_contract.suite.partner import FAR, NO_PARES, rub
from qiwi_payin_contract.suite.story import captured_of, refunded_of, status_of
from qiwi_payin_contract.target import Target

GROUP = "concurrency"

_RUNNERS = 4
_ROUNDS = 3
"""Rounds of each race for every ten walks; never fewer."""

_WHOLE = Decimal("9.00")
_FINAL = ("COMPLETED", "DECLINED", "DECLINE")
_IDENTITY = ("createdDateTime", "invoiceUid", "amount")


@pytest.fixture(scope="module")
def race(target: Target) -> Iterator[Race]:
    """Runners whose connections are open."""
    with Race(target, bookkeeper_of(target), _RUNNERS) as one:
        yield one


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


@pytest.fixture
def rounds(effort: Effort) -> range:
    """How often each race is run."""
    return range(_ROUNDS * max(1, effort.walks // 10))


def _paid(race: Race, shop: Shop, *, card: Mapping[str, str] = CARD, **more: Any) -> Exchange:
    """A payment that will be raced for; the test is left where there is none to be had."""
    made = shop.create_payment(str(_WHOLE), method=card, payment_id=race.shared_id("payment"), **more)
    if not made.ok or status_of(made) == "DECLINED":
        pytest.skip("no payment can be made")
    return made


def _id_of(made: Exchange) -> str:
    return made.path_parameters["paymentId"]


def _completed(answers: tuple[Exchange, ...]) -> list[Exchange]:
    return [answer for answer in answers if answer.ok and status_of(answer) == "COMPLETED"]


def _told(answers: tuple[Exchange, ...]) -> str:
    return ", ".join(f"{answer.status} {status_of(answer) or answer.error_code}" for answer in answers)


def _capture(payment_id: str, capture_id: str) -> Call:
    return Call("capturesCreate", None, {"payment_id": payment_id, "capture_id": capture_id})


def _refund(payment_id: str, refund_id: str, value: str) -> Call:
    return Call("refundsCreate", rub(value), {"payment_id": payment_id, "refund_id": refund_id})


# Money -----------------------------------------------------------------------------------------------------------


@looks_at(rules.ONE_CAPTURE, rules.DEBITED_ONCE)
def test_one_of_two_captures_completes(race: Race, shop: Shop, findings: Findings, rounds: range) -> None:
    """Two captures of one hold at once: one completes, and the amount is debited once."""
    for _ in rounds:
        held = _paid(race, shop)
        payment_id = _id_of(held)
        answers = race.run(*(_capture(payment_id, race.shared_id("capture")) for _ in range(2)))
        read = shop.payment(payment_id)
        findings.expect(len(_completed(answers)) == 1, rules.ONE_CAPTURE, _told(answers), held, *answers)
        findings.expect(
            captured_of(read) == _WHOLE, rules.DEBITED_ONCE, f"captured {captured_of(read)}", held, *answers, read
        )


@looks_at(rules.REFUNDS_WITHIN, rules.SUMS_ADD_UP)
@pytest.mark.parametrize("more", [{}, {"flags": ["SALE"]}], ids=["reversals", "refunds"])
def test_refunds_at_once_stay_within_the_rest(
    race: Race, shop: Shop, findings: Findings, rounds: range, more: dict[str, Any]
) -> None:
    """Two refunds that exceed the rest together: one completes at most, and the sums add up."""
    for _ in rounds:
        made = _paid(race, shop, **more)
        payment_id = _id_of(made)
        answers = race.run(*(_refund(payment_id, race.shared_id("refund"), "6.00") for _ in range(2)))
        read = shop.payment(payment_id)
        done = _completed(answers)
        findings.expect(len(done) <= 1, rules.REFUNDS_WITHIN, _told(answers), made, *answers)
        _adds_up(findings, read, made, answers, captured=_WHOLE if more else Decimal(0))
        listed = shop.refunds(payment_id)
        shown = [item for item in listed.answer_json or [] if at(item, "status", "value") == "COMPLETED"]
        findings.expect(
            len(shown) == len(done),
            rules.SUMS_ADD_UP,
            f"{len(shown)} refunds are listed as COMPLETED",
            *answers,
            listed,
        )


def _adds_up(
    findings: Findings, read: Exchange, made: Exchange, answers: tuple[Exchange, ...], *, captured: Decimal
) -> None:
    """See that a payment's sums are those of the answers that completed."""
    returned = sum(
        (money(at(answer.answer_json, "amount")) or 0 for answer in _completed(answers) if _is_refund(answer)),
        Decimal(0),
    )
    findings.expect(
        captured_of(read) == captured and refunded_of(read) == returned,
        rules.SUMS_ADD_UP,
        f"captured {captured_of(read)} and returned {refunded_of(read)}; answered were {captured} and {returned}",
        made,
        *answers,
        read,
    )


def _is_refund(answer: Exchange) -> bool:
    return answer.operation_id == "refundsCreate"


@looks_at(rules.SUMS_ADD_UP, rules.CAPTURE_OR_REVERSAL)
@pytest.mark.parametrize("value", ["9.00", "4.00"], ids=["whole", "part"])
def test_capture_and_reversal_take_money_once(
    race: Race, shop: Shop, findings: Findings, rounds: range, value: str
) -> None:
    """A capture and a reversal at once: what is reversed is not captured."""
    for _ in rounds:
        held = _paid(race, shop)
        payment_id = _id_of(held)
        capture, refund = race.run(
            _capture(payment_id, race.shared_id("capture")),
            _refund(payment_id, race.shared_id("refund"), value),
        )
        captured = money(at(capture.answer_json, "amount")) if _completed((capture,)) else None
        reversed_ = Decimal(value) if _completed((refund,)) and "REVERSAL" in _flags_of(refund) else Decimal(0)
        findings.expect(
            captured is None or captured + reversed_ == _WHOLE,
            rules.CAPTURE_OR_REVERSAL,
            f"captured {captured} and reversed {reversed_} of {_WHOLE}",
            held,
            capture,
            refund,
        )
        findings.expect(
            _completed((capture, refund)), rules.CAPTURE_OR_REVERSAL, _told((capture, refund)), held, capture, refund
        )
        read = shop.payment(payment_id)
        _adds_up(findings, read, held, (capture, refund), captured=captured or Decimal(0))


def _flags_of(answer: Exchange) -> list[Any]:
    flags = at(answer.answer_json, "flags")
    return flags if isinstance(flags, list) else []


@looks_at(rules.BILL_ONCE)
def test_a_bill_is_paid_once_at_once(race: Race, shop: Shop, findings: Findings, rounds: range) -> None:
    """Two payments of one bill at once: one charges the payer at most."""
    for _ in rounds:
        bill_id = race.shared_id("bill")
        made = shop.create_bill("3.00", bill_id=bill_id, flags=["SALE"])
        body = {**rub("3.00"), "paymentMethod": dict(CARD), "billId": bill_id, "flags": ["SALE"]}
        answers = race.run(*(Call("paymentsCreate", body, {"payment_id": race.shared_id("payment")}) for _ in range(2)))
        read = shop.bill(bill_id)
        listed = at(read.answer_json, "payments") or []
        done = len(_completed(answers))
        shown = sum(at(item, "status", "value") == "COMPLETED" for item in listed)
        findings.expect(
            done <= 1 and shown == done and (status_of(read) == "PAID") == bool(done),
            rules.BILL_ONCE,
            f"{_told(answers)}; the bill is {status_of(read)}, with {shown} COMPLETED payments",
            made,
            *answers,
            read,
        )


@looks_at(rules.TOKEN_DEAD)
def test_a_token_that_is_deleted_while_it_pays_is_dead(
    race: Race, shop: Shop, findings: Findings, rounds: range
) -> None:
    """A payment by token and its deletion at once: either may be first, and then the token is dead."""
    for _ in rounds:
        account = "payer-1"
        token, issued = shop.issue_token(account)
        if token is None:
            pytest.skip("no tokens are issued")
        by_token = {
            **rub("1.00"),
            "paymentMethod": {"type": "TOKEN", "paymentToken": token},
            "customer": {"account": account},
        }
        deleted, _ = race.run(
            Call("tokensDelete", {"customerAccountId": account, "token": token}, {}),
            Call("paymentsCreate", by_token, {"payment_id": race.shared_id("payment")}),
        )
        again = shop.target.send("paymentsCreate", by_token, site=shop.site, payment_id=race.shared_id("payment"))
        findings.expect(
            not deleted.ok or not _completed((again,)),
            rules.TOKEN_DEAD,
            f"deleted ({deleted.status}), and paid with afterwards",
            issued,
            deleted,
            again,
        )


@looks_at(rules.DECIDED_ONCE)
@pytest.mark.parametrize("forged", [False, True], ids=["equal", "one-forged"])
def test_three_ds_is_decided_once(race: Race, shop: Shop, findings: Findings, rounds: range, *, forged: bool) -> None:
    """Two completions of a payment at once: what one decided stays."""
    if not forged:
        need_driver(race.target, Ability.THREE_DS)
    for _ in rounds:
        made = _paid(race, shop, card=THREE_DS_CARD)
        payment_id = _id_of(made)
        able = race.target.able(Ability.THREE_DS)
        right = race.target.driver.answer_three_ds(shop.site, payment_id, "confirm").pares if able else NO_PARES
        answers = race.run(
            *(
                Call("paymentsComplete", {"threeDS": {"pares": pares}}, {"payment_id": payment_id})
                for pares in (right, NO_PARES if forged else right)
            )
        )
        read = shop.payment(payment_id)
        shown = {status_of(answer) for answer in answers if answer.ok} - {"WAITING"}
        findings.expect(
            len(shown) == 1 and shown == {status_of(read)} and captured_of(read) == 0,
            rules.DECIDED_ONCE,
            f"{_told(answers)}; the payment is {status_of(read)}",
            made,
            *answers,
            read,
        )


# Ids -------------------------------------------------------------------------------------------------------------


def _one_object(
    findings: Findings, rule: Rule, read: Exchange, answers: tuple[Exchange, ...], made: Exchange | None = None
) -> None:
    """See that all answers that accepted show the object that is read afterwards."""
    accepted = [answer for answer in answers if answer.ok]
    before = [made] if made is not None else []
    other = next((one for one in accepted if _identity(one) != _identity(read)), None)
    findings.expect(
        accepted and read.ok and other is None,
        rule,
        f"{_told(answers)}; "
        + ("not all show the object that is read afterwards" if other is not None else f"read: {read.status}"),
        *before,
        *([other] if other is not None else answers[:2]),
        read,
    )


def _one_of_equal(
    findings: Findings, read: Exchange, answers: tuple[Exchange, ...], made: Exchange | None = None
) -> None:
    """See that equal requests made one object, and that none was taken for another."""
    _one_object(findings, rules.EQUAL_ONCE, read, answers, made)
    accepted = next((answer for answer in answers if answer.ok), read)
    refused = next((answer for answer in answers if answer.status == 400), None)
    findings.expect(
        refused is None,
        rules.EQUAL_TAKEN,
        _told(answers),
        *([made] if made is not None else []),
        accepted,
        *([refused] if refused is not None else []),
    )


def _identity(shown: Exchange) -> list[Any]:
    status = status_of(shown)
    return [*(at(shown.answer_json, name) for name in _IDENTITY), status if status in _FINAL else None]


@looks_at(rules.EQUAL_ONCE, rules.EQUAL_TAKEN)
def test_equal_bills_at_once_are_one(race: Race, shop: Shop, findings: Findings, rounds: range) -> None:
    """The same bill several times at once is one bill."""
    for _ in rounds:
        bill_id, body = race.shared_id("bill"), {**rub("3.00"), "expirationDateTime": FAR}
        answers = race.run(*[Call("billsCreate", body, {"bill_id": bill_id})] * _RUNNERS)
        _one_of_equal(findings, shop.bill(bill_id), answers)


@looks_at(rules.EQUAL_ONCE, rules.EQUAL_TAKEN)
def test_equal_payments_at_once_are_one(race: Race, shop: Shop, findings: Findings, rounds: range) -> None:
    """The same payment of a bill several times at once is one payment, and the bill has it once."""
    for _ in rounds:
        bill_id, payment_id = race.shared_id("bill"), race.shared_id("payment")
        shop.create_bill("3.00", bill_id=bill_id)
        body = {**rub("3.00"), "paymentMethod": dict(CARD), "billId": bill_id}
        answers = race.run(*[Call("paymentsCreate", body, {"payment_id": payment_id})] * _RUNNERS)
        _one_of_equal(findings, shop.payment(payment_id), answers)
        listed = shop.bill_payments(bill_id)
        ids = [at(item, "paymentId") for item in listed.answer_json or []]
        findings.expect(
            ids == [payment_id], rules.EQUAL_ONCE, f"the bill has {len(ids)} payments", *answers[:2], listed
        )


@looks_at(rules.DEBITED_ONCE, rules.EQUAL_ONCE, rules.EQUAL_TAKEN)
def test_equal_captures_and_refunds_at_once_move_money_once(
    race: Race, shop: Shop, findings: Findings, rounds: range
) -> None:
    """The same capture or refund several times at once moves money once."""
    for _ in rounds:
        held, part_id = _paid(race, shop), race.shared_id("part")
        payment_id = _id_of(held)
        answers = race.run(*[_capture(payment_id, part_id)] * _RUNNERS)
        read = shop.target.send("capturesGet", site=shop.site, payment_id=payment_id, capture_id=part_id)
        _one_of_equal(findings, read, answers, held)
        captured = shop.payment(payment_id)
        findings.expect(
            captured_of(captured) == _WHOLE, rules.DEBITED_ONCE, f"captured {captured_of(captured)}", *answers, captured
        )
        answers = race.run(*[_refund(payment_id, part_id, "2.00")] * _RUNNERS)
        read = shop.target.send("refundsGet", site=shop.site, payment_id=payment_id, refund_id=part_id)
        _one_of_equal(findings, read, answers, held)
        returned = shop.payment(payment_id)
        findings.expect(
            refunded_of(returned) == Decimal("2.00"),
            rules.EQUAL_ONCE,
            f"refunds of 2.00 at once, and {refunded_of(returned)} was returned",
            held,
            *answers[:2],
            returned,
        )


@looks_at(rules.SUMS_ADD_UP, rules.UNEQUAL_ONE, rules.LOSERS_REFUSED)
@pytest.mark.parametrize("kind", ["bill", "payment", "refund"])
def test_one_of_unequal_requests_wins(race: Race, shop: Shop, findings: Findings, rounds: range, kind: str) -> None:
    """Of different requests at once under one id one makes the object, whole, and the others are refused."""
    for _ in rounds:
        object_id = race.shared_id(kind)
        bodies = [{**rub(f"{number}.00"), **_rest_of(kind, number)} for number in range(1, _RUNNERS + 1)]
        ids: dict[str, Any] = {f"{kind}_id": object_id}
        made = None
        if kind == "refund":
            made = _paid(race, shop, flags=["SALE"])
            ids["payment_id"] = _id_of(made)
        answers = race.run(*(Call(f"{kind}sCreate", body, ids) for body in bodies))
        read = shop.target.send(f"{kind}sGet", site=shop.site, **ids)
        _one_object(findings, rules.UNEQUAL_ONE, read, answers, made)
        winner = next((body for body in bodies if _amount_of(body) == money(at(read.answer_json, "amount"))), None)
        shown = {name: at(read.answer_json, name) for name in ("comment", "customFields")}
        findings.expect(
            winner is not None and all(value is None or value == winner.get(name) for name, value in shown.items()),
            rules.UNEQUAL_ONE,
            "what is read is of no single request",
            *answers[:2],
            read,
        )
        for body, answer in zip(bodies, answers, strict=True):
            findings.note(
                body is winner or not answer.ok,
                rules.LOSERS_REFUSED,
                f"{answer.status} to a request that did not make the object",
                answer,
                read,
            )
        if made is not None:
            paid = shop.payment(ids["payment_id"])
            findings.expect(
                refunded_of(paid) == money(at(read.answer_json, "amount")),
                rules.SUMS_ADD_UP,
                f"one refund was made, and {refunded_of(paid)} was returned",
                *answers[:2],
                read,
                paid,
            )


def _rest_of(kind: str, number: int) -> dict[str, Any]:
    told = {"customFields": {"cf1": f"request {number}"}}
    match kind:
        case "bill":
            return {"expirationDateTime": FAR, "comment": f"request {number}", **told}
        case "payment":
            return {"paymentMethod": dict(CARD), **told}
        case _:
            return {}


def _amount_of(body: Mapping[str, Any]) -> Any:
    return body["amount"]["value"]


@looks_at(rules.SITES_APART)
def test_equal_ids_on_two_sites_at_once_are_two(race: Race, target: Target, findings: Findings, rounds: range) -> None:
    """The same paymentId on two sites at once makes two payments."""
    sites = need_sites(target, 2)
    for _ in rounds:
        payment_id = race.shared_id("payment", *sites)
        bodies = [{**rub(f"{number}.00"), "paymentMethod": dict(CARD)} for number in (1, 2)]
        answers = race.run(
            *(
                Call("paymentsCreate", body, {"payment_id": payment_id}, site)
                for body, site in zip(bodies, sites, strict=True)
            )
        )
        for body, site, answer in zip(bodies, sites, answers, strict=True):
            read = Shop(target, site).payment(payment_id)
            shown = [money(at(one.answer_json, "amount")) for one in (answer, read)]
            findings.expect(
                shown == [_amount_of(body)] * 2,
                rules.SITES_APART,
                f"{_amount_of(body)} was sent and {shown} are shown",
                answer,
                read,
            )
