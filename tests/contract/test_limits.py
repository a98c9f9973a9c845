"""Limits of requests, payments and sums hold for every request, and what is open is given back within them."""

import re
from collections import Counter
from decimal import Decimal

import pytest
from qiwi_payin_contract.cleanup import Belongings
from qiwi_payin_contract.command import KEPT, main
from qiwi_payin_contract.limits import Limits, Sent
from qiwi_payin_contract.shop import THREE_DS_CARD, Shop, at
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.wire import Wire
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

KEY = "5d41402abc4b2a76b9719d911017c592"
PATH = "/payin/v1/sites/test-00/payments/p-{}"
BODY = b'{"amount": {"value": 10.00}}'


def sent_by(limits: Limits, count: int) -> None:
    for number in range(count):
        limits.admit("PUT", PATH.format(number), BODY)


def test_request_that_would_leave_too_few_to_give_back_is_not_sent() -> None:
    limits = Limits(requests=10, reserve=lambda: 4)
    sent_by(limits, 3)
    with pytest.raises(pytest.skip.Exception, match="the request budget of 10 is spent"):
        limits.admit("PUT", PATH.format("another"), BODY)
    limits.admit("GET", PATH.format(0), b"")
    limits.cleaning = True
    for _ in range(6):
        limits.admit("GET", PATH.format(0), b"")
    with pytest.raises(pytest.skip.Exception):
        limits.admit("GET", PATH.format(0), b"")


def test_payment_counts_once_however_often_it_is_asked_for() -> None:
    limits = Limits(payments=2)
    sent_by(limits, 2)
    sent_by(limits, 2)
    assert (limits.sent, limits.payments_made) == (4, 2)
    with pytest.raises(pytest.skip.Exception, match="the 2 payments that are allowed are made"):
        sent_by(limits, 3)
    with pytest.raises(pytest.skip.Exception):
        limits.admit_payer()


def test_sum_above_the_largest_is_not_sent() -> None:
    limits = Limits(amount=Decimal("9.99"))
    with pytest.raises(pytest.skip.Exception, match=r"9\.99"):
        sent_by(limits, 1)
    assert limits.sent == 0


@pytest.mark.parametrize("limit", ["0.10", "1.00", "3.33", "10.00", "150.00", "1000.00"])
def test_sums_of_a_story_keep_their_proportions_in_whole_kopecks(limit: str) -> None:
    with Target(
        "http://127.0.0.1:9/partner", [Site("a", "k")], wire=Wire(limits=Limits(amount=Decimal(limit)))
    ) as target:
        whole, part = Shop(target, target.site).sums("200.00", "80.00")
    assert Decimal("0.01") <= part < whole <= Decimal(limit)
    assert whole * 80 == part * 200
    assert (whole * 100) % 1 == (part * 100) % 1 == 0
    assert (whole == 200) is (Decimal(limit) >= 200)


@pytest.fixture
def watched() -> object:
    with (
        Sandbox(sites=[SandboxSite("test-00", KEY)]) as sandbox,
        Target(sandbox.base_url, [Site("test-00", KEY)]) as target,
    ):
        yield target, Belongings.of(target)


def test_holds_are_reversed_debits_refunded_and_tokens_deleted(watched: tuple[Target, Belongings]) -> None:
    target, belongings = watched
    shop = Shop(target, target.site)
    held, debited = shop.create_payment("10.00"), shop.create_payment("7.00", flags=["SALE"])
    shop.refund(held.path_parameters["paymentId"], "4.00")
    token, _ = shop.issue_token("account")
    shop.create_payment(method=THREE_DS_CARD)
    shop.create_payment("300.00", payment_id=held.path_parameters["paymentId"])
    assert belongings.cost() == 1 + 1 + 2 + 2
    assert belongings.give_back() == (
        "reversed: 1 payments, 6.00 in all",
        "refunded: 2 payments, 207.00 in all",
        "deleted: 1 tokens",
        "left to run out by themselves: 1 payments that wait for 3-D Secure",
    )
    for payment in (held, debited):
        read = shop.payment(payment.path_parameters["paymentId"]).answer_json
        assert at(read, "refundedAmount") == at(read, "amount")
    assert shop.delete_token("account", str(token)).status == 404


def test_payment_whose_answer_was_lost_is_looked_for(watched: tuple[Target, Belongings]) -> None:
    target, belongings = watched
    observers = list(target.observers)
    target.observers.clear()
    Shop(target, target.site).create_payment("10.00")
    target.observers[:] = observers
    belongings.sent(Sent("PUT", "", "paymentsCreate", {"siteId": "test-00", "paymentId": "never-arrived"}, None, True))  # noqa: FBT003
    assert belongings.cost() == 4
    assert belongings.give_back() == ("reversed: 1 payments, 10.00 in all",)


def test_what_cannot_be_given_back_is_told(watched: tuple[Target, Belongings]) -> None:
    target, belongings = watched
    payment = Shop(target, target.site).create_payment("10.00")
    target.sites = (Site("test-00", "another-key-0123456789"),)
    (line,) = belongings.give_back()
    assert line.startswith(f"could not be given back: payment {payment.path_parameters['paymentId']} of test-00, 10.00")
    assert "401" in line


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Limits, str, str, bytes]]:
    """Everything that any run sends."""
    seen: list[tuple[Limits, str, str, bytes]] = []
    admit = Limits.admit

    def recorded(limits: Limits, method: str, path: str, content: bytes) -> None:
        admit(limits, method, path, content)
        seen.append((limits, method, path, content))

    monkeypatch.setattr(Limits, "admit", recorded)
    return seen


@pytest.mark.parametrize("budget", [60, 120])
def test_run_keeps_within_its_requests_and_leaves_nothing_open(
    budget: int, sent: list[tuple[Limits, str, str, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox(sites=[SandboxSite("test-00", KEY)]) as sandbox:
        where = ["--base-url", sandbox.base_url, "--site", f"test-00:{KEY}", "--only=scenarios,notifications"]
        assert main([*where, "--max-requests", str(budget), "--seed", "1", "--workers", "1"]) == KEPT
        told = capsys.readouterr().out
        assert len(sent) <= budget
        assert f"the request budget of {budget} is spent" in told
        assert "could not" not in told
        with Target(sandbox.base_url, [Site("test-00", KEY)]) as target:
            shop = Shop(target, target.site)
            paid = {path.split("/")[6] for _, method, path, _ in sent if method == "PUT" and "/payments/" in path}
            for payment in map(shop.payment, paid):
                open_sum = at(payment.answer_json, "amount") != at(payment.answer_json, "refundedAmount")
                assert not (open_sum and at(payment.answer_json, "status", "value") == "COMPLETED")


def test_profile_of_a_test_site_keeps_within_what_such_a_site_allows(
    sent: list[tuple[Limits, str, str, bytes]], capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox(sites=[SandboxSite("test-00", KEY, test_limits=True)]) as sandbox:
        where = ["--base-url", sandbox.base_url, "--site", f"test-00:{KEY}", "--only=scenarios,exchanges,behaviour"]
        assert main([*where, "--profile", "test-site", "--seed", "1"]) == KEPT, capsys.readouterr().out
    told = capsys.readouterr().out
    assert "Given back at the end:" in told
    assert "could not" not in told
    (limits,) = {id(each[0]): each[0] for each in sent}.values()
    assert limits.payments_made <= 100
    assert limits.largest <= 10
    made = Counter(path for _, method, path, _ in sent if method == "PUT" and re.search("/payments/[^/]*$", path))
    assert len(made) <= 100
