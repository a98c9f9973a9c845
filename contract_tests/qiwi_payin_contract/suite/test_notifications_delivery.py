"""How notifications are delivered to a receiver of the suite's own."""

import itertools
import time
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from qiwi_payin_contract import notifications as rules
from qiwi_payin_contract.drivers import Ability
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.receiver import OK, Arrived, Inbox, Receiver, Reply
from qiwi_payin_contract.settings import EFFORTS, Effort
from qiwi_payin_contract.suite.needs import need_driver
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.witnesses import Post, Watch

GROUP = "notifications"

REPEATS = (5, 60, 300, 300, 300)
MUCH_LATER = 24 * 60 * 60
REFUSALS = (
    Reply("500", 500),
    Reply("404", 404),
    Reply("204, which is not 200", 204),
    Reply("a redirect", 302, location=True),
    Reply("a dropped connection", None),
)
LONGEST_SILENCE = (9.0, 0.2)
"""Seconds in which a server that does not get an answer may give up, with more effort than quick and with that."""
FIRST_REPEAT_COMES_WITHIN = 9.0
"""Seconds, where no clock can be moved."""


@pytest.fixture
def reached(post: Post) -> Receiver:
    """The receiver, where the server reaches it."""
    if post.receiver is None:
        pytest.skip(post.unreached)
    return post.receiver


@pytest.fixture
def watch(target: Target, post: Post, reached: Receiver) -> Watch:  # noqa: ARG001 - where it is not reached, nothing is watched
    """An inbox that answers 200."""
    return post.watch(target.site)


@looks_at(rules.SENT_WHERE_ASKED, rules.SENT_AS_JSON)
def test_notifications_are_posted_to_the_callback_url_of_their_own_operation(
    watch: Watch, post: Post, findings: Findings
) -> None:
    shop = watch.shop
    of_capture, of_refund = post.watch(shop.site), post.watch(shop.site)
    paid = shop.create_payment(**watch.callback)
    payment_id = paid.path_parameters["paymentId"]
    captured = shop.capture(payment_id, **of_capture.callback)
    refunded = shop.refund(payment_id, shop.sum("1.00"), **of_refund.callback)
    _comes_as_asked(watch, findings, "PAYMENT", payment_id, paid)
    _comes_as_asked(of_capture, findings, "CAPTURE", captured.path_parameters["captureId"], paid, captured)
    _comes_as_asked(of_refund, findings, "REFUND", refunded.path_parameters["refundId"], paid, refunded)


@looks_at(rules.SENT_WHERE_ASKED, rules.SENT_AS_JSON)
def test_notification_of_a_bill_is_posted_to_its_invoice_callback_url(watch: Watch, findings: Findings) -> None:
    shop = watch.shop
    need_driver(shop.target, Ability.PAY)
    created = shop.create_bill(shop.sum("1.00"), customFields=watch.custom_fields())
    payment_id = str(shop.pay_bill(created.path_parameters["billId"])["paymentId"])
    _comes_as_asked(watch, findings, "PAYMENT", payment_id, created)


@looks_at(rules.REPEATED)
def test_notification_that_was_not_answered_200_is_repeated_by_the_schedule(
    target: Target, post: Post, reached: Receiver, findings: Findings
) -> None:
    assert reached
    watches = [post.watch(target.site, reply) for reply in REFUSALS]
    told = _followed(watches, post) if target.able(Ability.CLOCK) else _followed_in_real_time(watches, post)
    if not told:
        pytest.skip("no notification arrived")
    for watch, (paid, problem) in told.items():
        findings.expect(not problem, rules.REPEATED, f"answered with {_how(watch)}: {problem}", paid)
        _repeats_are_alike(watch, findings, paid)


@looks_at(rules.REPEATED)
def test_notification_whose_sender_gave_up_waiting_is_repeated(
    watch: Watch, post: Post, effort: Effort, findings: Findings
) -> None:
    held = LONGEST_SILENCE[effort is EFFORTS["quick"]]
    slow = post.watch(watch.shop.site, Reply("no answer at all", None, held=held))
    assert slow.inbox is not None
    paid = slow.shop.create_payment(flags=["SALE"], **slow.callback)
    gave_up = slow.inbox.wait_until_given_up(held + min(held, 0.5))
    slow.inbox.reply = OK
    # A patient server breaks nothing: no document says how long it waits.
    if gave_up:
        if slow.shop.target.able(Ability.CLOCK):
            slow.shop.target.driver.advance(slow.shop.site, REPEATS[0] + 2)
        count = _arrived(slow, paid, 2, FIRST_REPEAT_COMES_WITHIN)
        findings.expect(count > 1, rules.REPEATED, "it was not repeated after its sender gave up waiting", paid)
        _repeats_are_alike(slow, findings, paid)


@looks_at(rules.SILENT_AFTER_200)
def test_notification_that_was_answered_200_is_not_sent_again(
    watch: Watch, reached: Receiver, findings: Findings
) -> None:
    shop = watch.shop
    paid = shop.create_payment(flags=["SALE"], **watch.callback)
    if not watch.seen("PAYMENT", paid.path_parameters["paymentId"], among=["receiver"])[0]:
        pytest.skip("no notification arrived")
    if shop.target.able(Ability.CLOCK):
        shop.target.driver.advance(shop.site, MUCH_LATER)
    watch.settle()
    count = _arrived(watch, paid, 0, 0.0)
    findings.expect(count == 1, rules.SILENT_AFTER_200, f"it came {count - 1} times more within a day", paid)
    # Whatever the tests before this one were sent and answered so counts as well.
    for inbox in reached.inboxes:
        again = [body for body, count in _bodies(inbox).items() if count > 1]
        findings.expect(not again, rules.SILENT_AFTER_200, f"{len(again)} came again with the same data", paid)


def _followed(watches: Sequence[Watch], post: Post) -> dict[Watch, tuple[Exchange, str]]:
    """Move the clock to shortly before and shortly after each repeat is due, and tell where one is early or missing."""
    shop = watches[0].shop
    driver, site = shop.target.driver, shop.site
    driver.set_clock(site, frozen=True)
    try:
        paid = {watch: watch.shop.create_payment(flags=["SALE"], **watch.callback) for watch in watches}
        told = dict.fromkeys(_notified(watches, paid, post), "")
        passed = 0
        for number, due in enumerate(itertools.accumulate(REPEATS), 1):
            # A server may count from the due time or from the attempt, so each repeat adds to the doubt.
            for moment, wanted in ((due - 2, number - 1), (due + 1 + number, number)):
                driver.advance(site, moment - passed)
                passed = moment
                for watch in [watch for watch in told if not told[watch]]:
                    count = _arrived(watch, paid[watch], wanted + 1, post.patience) - 1
                    if count != wanted:
                        told[watch] = f"{count} repeats, not {wanted}, {moment} seconds after the first attempt"
        driver.advance(site, MUCH_LATER)
    finally:
        driver.set_clock(site, frozen=False)
    counts = {watch: _arrived(watch, paid[watch], 0, 0.0) - 1 for watch in told}
    many = {watch: f"{count} repeats within a day" for watch, count in counts.items() if count > len(REPEATS)}
    return {watch: (paid[watch], problem or many.get(watch, "")) for watch, problem in told.items()}


def _notified(watches: Sequence[Watch], paid: Mapping[Watch, Exchange], post: Post) -> list[Watch]:
    """Wait for each first attempt; those that were made."""
    found = []
    for watch in watches:
        if _arrived(watch, paid[watch], 1, post.patience):
            found.append(watch)
        else:
            post.missed()
    return found


def _followed_in_real_time(watches: Sequence[Watch], post: Post) -> dict[Watch, tuple[Exchange, str]]:
    """Wait for the first repeat, which is all of the schedule that can be waited for."""
    paid = {watch: watch.shop.create_payment(flags=["SALE"], **watch.callback) for watch in watches}
    first = _notified(watches, paid, post)
    until = time.monotonic() + FIRST_REPEAT_COMES_WITHIN
    told = {}
    for watch in first:
        _arrived(watch, paid[watch], 2, max(0.0, until - time.monotonic()))
        arrived = _of_payment(watch, paid[watch])
        problem = "" if len(arrived) > 1 else "it was not repeated"
        if len(arrived) > 1 and (after := arrived[1].moment - arrived[0].moment) < REPEATS[0] - 1:
            problem = f"it was repeated after {after:.1f} seconds"
        told[watch] = (paid[watch], problem)
    return told


def _comes_as_asked(watch: Watch, findings: Findings, kind: str, object_id: str, *exchanges: Exchange) -> None:
    (seen,) = watch.seen(kind, object_id, among=["receiver"])
    arrived = [each.arrived for each in seen if each.arrived is not None]
    findings.expect(
        arrived, rules.SENT_WHERE_ASKED, f"no {kind} notification arrived where it was asked for", *exchanges
    )
    for each in arrived:
        wrong = _wrong_request(each)
        findings.expect(not wrong, rules.SENT_AS_JSON, f"wrong: {', '.join(wrong)}", *exchanges)


def _wrong_request(arrived: Arrived) -> list[str]:
    headers: Mapping[str, str] = arrived.headers
    kinds = {name: headers.get(name, "").partition(";")[0].strip() for name in ("accept", "content-type")}
    return [
        *([] if arrived.method == "POST" else [f"method {arrived.method}"]),
        *(name for name, kind in kinds.items() if kind.lower() != "application/json"),
        *([] if headers.get("signature") else ["signature"]),
        *([] if _is_utf8(arrived.body) else ["the body is not UTF-8"]),
    ]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _of_payment(watch: Watch, paid: Exchange, count: int = 0, seconds: float = 0.0) -> tuple[Arrived, ...]:
    assert watch.inbox is not None
    # What cannot be read came all the same, and nothing else was asked to be sent here.
    return watch.inbox.about("PAYMENT", paid.path_parameters["paymentId"], count, seconds, or_nothing=True)


def _arrived(watch: Watch, paid: Exchange, count: int, seconds: float) -> int:
    return len(_of_payment(watch, paid, count, seconds))


def _how(watch: Watch) -> str:
    assert watch.inbox is not None
    return watch.inbox.reply.name


def _repeats_are_alike(watch: Watch, findings: Findings, paid: Exchange) -> None:
    arrived = _of_payment(watch, paid)
    for what, values in (
        ("data", {each.body for each in arrived}),
        ("signature", {each.headers.get("signature") for each in arrived}),
    ):
        findings.expect(len(values) <= 1, rules.REPEATED, f"a repeat has another {what} than the first", paid)


def _bodies(inbox: Inbox) -> Counter[bytes]:
    """Bodies that were answered 200, each as often as it came."""
    return Counter(each.body for each in inbox.arrived if each.reply is OK)
