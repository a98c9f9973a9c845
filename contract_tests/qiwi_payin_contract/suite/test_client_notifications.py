"""The client's verifier takes what was signed, and tells what is wrong with everything else."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st

from qiwi_payin_contract import clients
from qiwi_payin_contract.clients import Judged, judge
from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import SentNotification
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.generated import values, wrong_values
from qiwi_payin_contract.handlers import signature_of
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.notifications import TYPES, signed_text
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.suite.trying import trying

GROUP = "client"

KEY = "a-notification-key"
TOKEN = "66aebf5f-098e-4e36-922a-a4107b349a96"  # noqa: S105 - a token that nobody has
TAKEN, FORGED, MALFORMED, UNKNOWN = "taken", "NotificationForged", "NotificationMalformed", "NotificationUnknown"

Body = dict[str, Any]
each_type = pytest.mark.parametrize("kind", TYPES)


@looks_at(clients.TELLS_FORGED_FROM_MALFORMED, clients.FORGED_IS_REFUSED, clients.SHOWS_NO_SECRET)
@each_type
def test_client_tells_forged_notifications_from_malformed_ones(run: Run, findings: Findings, kind: str) -> None:
    drawn = _notifications(kind)

    @trying(
        run, clients.TELLS_FORGED_FROM_MALFORMED, times=_times(run), body=drawn, wrong=st.sampled_from(sorted(WRONG))
    )
    def check(body: Body, wrong: str) -> None:
        expected, change = WRONG[wrong]
        content, signature = change(kind, body)
        judged = judge(content, signature, KEY)
        told = f"{kind} notification {wrong}: {judged.kind} instead of {expected}"
        if expected == FORGED:
            findings.expect(judged.kind != TAKEN, clients.FORGED_IS_REFUSED, told)
        findings.expect(judged.kind == expected, clients.TELLS_FORGED_FROM_MALFORMED, told)
        _shows_nothing(findings, judged, told)

    check()


@looks_at(clients.NOTIFICATION_AS_SENT, clients.SHOWS_NO_SECRET)
@each_type
def test_client_takes_a_sum_whose_decimals_were_lost_on_the_way(run: Run, findings: Findings, kind: str) -> None:
    @trying(
        run, clients.NOTIFICATION_AS_SENT, body=_notifications(kind), sum_=st.sampled_from(["2.00", "2.50", "200.00"])
    )
    def check(body: Body, sum_: str) -> None:
        signature = _signed(kind, _with_sum(kind, body, Decimal(sum_)))
        short = _with_sum(kind, body, Decimal(format(Decimal(sum_).normalize(), "f")))
        judged = judge(dumps(short).encode(), signature, KEY)
        same = judged.kind == TAKEN and loads(judged.written)[kind.lower()]["amount"]["value"] == Decimal(sum_)
        findings.expect(same, clients.NOTIFICATION_AS_SENT, f"{kind} notification of {sum_}, shortened: {judged.kind}")

    check()


@looks_at(clients.BEARS_BROKEN_ANSWERS, clients.SHOWS_NO_SECRET)
@each_type
def test_client_bears_notifications_of_another_form(run: Run, findings: Findings, kind: str) -> None:
    @trying(run, clients.BEARS_BROKEN_ANSWERS, wrong=wrong_values(description().webhook_schema(kind)))
    def check(wrong: Any) -> None:
        content = dumps(wrong).encode("utf-8", "surrogatepass")
        readable = isinstance(wrong, Mapping) and wrong.get("type") == kind
        judged = judge(content, _signed(kind, wrong) if readable else "0" * 64, KEY)
        told = f"{kind} notification with other values than described: {judged.kind}"
        kept = judged.own and (judged.kind != TAKEN or loads(judged.written) == wrong)
        findings.expect(kept, clients.BEARS_BROKEN_ANSWERS, told)
        _shows_nothing(findings, judged, told)

    check()


@looks_at(
    clients.FORGED_IS_REFUSED, clients.BEARS_BROKEN_ANSWERS, clients.NOTIFICATION_AS_SENT, clients.SHOWS_NO_SECRET
)
@each_type
def test_client_takes_no_notification_with_a_signed_value_flipped(run: Run, findings: Findings, kind: str) -> None:
    @trying(
        run,
        clients.FORGED_IS_REFUSED,
        times=_times(run),
        body=_notifications(kind),
        place=st.integers(0, 10**6),
        bit=st.integers(0, 7),
    )
    def check(body: Body, place: int, bit: int) -> None:
        content = bytearray(dumps(body).encode("utf-8", "surrogatepass"))
        content[place % len(content)] ^= 1 << bit
        judged = judge(bytes(content), _signed(kind, body), KEY)
        told = f"{kind} notification with one bit flipped: {judged.kind}"
        findings.expect(judged.own, clients.BEARS_BROKEN_ANSWERS, told)
        if judged.kind == TAKEN:
            signed = _signed_text(kind, bytes(content).decode()) == _signed_text(kind, dumps(body))
            findings.expect(signed, clients.FORGED_IS_REFUSED, f"{told}, although a signed value is another")
            same = loads(judged.written) == loads(bytes(content))
            findings.expect(same, clients.NOTIFICATION_AS_SENT, f"{told}, and written back it is another")
        _shows_nothing(findings, judged, told)

    check()


def _notifications(kind: str) -> st.SearchStrategy[Body]:
    """Right ones, each with a token that must not be shown."""

    def with_token(body: Mapping[str, Any]) -> Body:
        about = body[kind.lower()]
        method = {"type": "CARD", **about.get("paymentMethod", {}), "paymentToken": TOKEN}
        return {**body, kind.lower(): {**about, "paymentMethod": method}}

    return values(description().webhook_schema(kind)).map(with_token)


def _times(run: Run) -> int:
    """More than for other values: each example is one way in which something is wrong."""
    return 2 * run.settings.effort.values


def _signed(kind: str, body: Any, key: str = KEY) -> str:
    return signature_of(kind, body, key)


def _signed_text(kind: str, text: str) -> str:
    return signed_text(SentNotification(kind, "", text, ""))


def _with_sum(kind: str, body: Body, value: Any) -> Body:
    about = body[kind.lower()]
    return {**body, kind.lower(): {**about, "amount": {**about["amount"], "value": value}}}


def _another_sum(value: Decimal) -> Decimal:
    """A sum that differs in its digits: a kopeck more of a sum beyond all use may be the same number."""
    return Decimal("1.00") if value != 1 else Decimal("2.00")


def _with(kind: str, body: Body, **fields: Any) -> Body:
    return {**body, kind.lower(): {**body[kind.lower()], **fields}}


def _without(kind: str, body: Body, name: str) -> Body:
    return {**body, kind.lower(): {key: value for key, value in body[kind.lower()].items() if key != name}}


def _shows_nothing(findings: Findings, judged: Judged, told: str) -> None:
    shown = [what for what, secret in (("the key", KEY), ("a token", TOKEN)) if secret in judged.text]
    findings.expect(not shown, clients.SHOWS_NO_SECRET, f"{told}, which shows {' and '.join(shown)}")


def _bytes(body: Any) -> bytes:
    return dumps(body).encode("utf-8", "surrogatepass")


Change = Callable[[str, Body], tuple[bytes, str | None]]

WRONG: Mapping[str, tuple[str, Change]] = {
    "without a signature": (FORGED, lambda _, body: (_bytes(body), None)),
    "with an empty signature": (FORGED, lambda _, body: (_bytes(body), "")),
    "with a signature beyond ASCII": (FORGED, lambda _, body: (_bytes(body), "é" * 64)),
    "with half of its signature": (FORGED, lambda kind, body: (_bytes(body), _signed(kind, body)[:32])),
    "signed with another key": (FORGED, lambda kind, body: (_bytes(body), _signed(kind, body, "another"))),
    "signed with an empty key": (FORGED, lambda kind, body: (_bytes(body), _signed(kind, body, ""))),
    "with another sum": (
        FORGED,
        lambda kind, body: (
            _bytes(_with_sum(kind, body, _another_sum(body[kind.lower()]["amount"]["value"]))),
            _signed(kind, body),
        ),
    ),
    "with the sum of another notification": (
        FORGED,
        lambda kind, body: (_bytes(_with_sum(kind, body, 0)), _signed(kind, _with_sum(kind, body, Decimal("1.00")))),
    ),
    "with another id": (
        FORGED,
        lambda kind, body: (_bytes(_with(kind, body, **{f"{kind.lower()}Id": "another"})), _signed(kind, body)),
    ),
    "with another time": (
        FORGED,
        lambda kind, body: (_bytes(_with(kind, body, createdDateTime="2001-01-01T00:00:00Z")), _signed(kind, body)),
    ),
    "signed over a sum with one decimal": (
        FORGED,
        lambda kind, body: (
            _bytes(_with_sum(kind, body, Decimal("2.00"))),
            _signed(kind, _with_sum(kind, body, Decimal("2.0"))),
        ),
    ),
    "broken off": (MALFORMED, lambda kind, body: (_bytes(body)[:-1], _signed(kind, body))),
    "that is empty": (MALFORMED, lambda kind, body: (b"", _signed(kind, body))),
    "that is no JSON": (MALFORMED, lambda kind, body: (b"payment=1", _signed(kind, body))),
    "that is no text": (MALFORMED, lambda kind, body: (b"\xff\xfe\x00", _signed(kind, body))),
    "in a list": (MALFORMED, lambda kind, body: (b"[" + _bytes(body) + b"]", _signed(kind, body))),
    "that is null": (MALFORMED, lambda kind, body: (b"null", _signed(kind, body))),
    "with a key twice": (
        MALFORMED,
        lambda kind, body: (_bytes(body).replace(b"{", b'{"type": "PAYMENT", "type": 5, ', 1), _signed(kind, body)),
    ),
    "without a type": (
        MALFORMED,
        lambda kind, body: (_bytes({k: v for k, v in body.items() if k != "type"}), _signed(kind, body)),
    ),
    "with a type that is a number": (MALFORMED, lambda kind, body: (_bytes({**body, "type": 5}), _signed(kind, body))),
    "without a sum": (MALFORMED, lambda kind, body: (_bytes(_without(kind, body, "amount")), _signed(kind, body))),
    "with a sum that is a list": (
        MALFORMED,
        lambda kind, body: (_bytes(_with_sum(kind, body, [1])), _signed(kind, body)),
    ),
    "without a status, and signed": (
        MALFORMED,
        lambda kind, body: (_bytes(_without(kind, body, "status")), _signed(kind, body)),
    ),
    "with a text for a status, and signed": (
        MALFORMED,
        lambda kind, body: (_bytes(_with(kind, body, status=TOKEN)), _signed(kind, body)),
    ),
    "of an unknown type": (UNKNOWN, lambda kind, body: (_bytes({**body, "type": "CHECK_CARD"}), _signed(kind, body))),
}
