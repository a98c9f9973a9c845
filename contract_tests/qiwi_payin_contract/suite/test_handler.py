"""A partner's own handler: it takes every right notification, and no wrong one."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import strategies as st

from qiwi_payin_contract import handlers as rules
from qiwi_payin_contract.description import description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.generated import wrong_values
from qiwi_payin_contract.handlers import Handler, notifications_of
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.notifications import TYPES
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.suite.trying import trying as drawing

GROUP = "handler"

TAKEN = 200
REFUSED = range(400, 500)
HOW_SIGNED = "Signature was made with the notification key of this run, over generated values."
trying = partial(drawing, shrinks=False)
"""The plainest values are tried too, so that a handler need not be asked again and again for smaller ones."""
UNHEARD_OF = {"unheardOf": {"deep": [1, Decimal("2.50"), None], "type": "PAYMENT"}}

Body = dict[str, Any]
each_type = pytest.mark.parametrize("kind", TYPES)

LEAST = 3
"""Values that are drawn at the least: without a server there is time for them."""


def tried(
    run: Run, rule: Rule, *, times: int | None = None, shrinks: bool = True, **strategies: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Try a check on drawn values; see ``trying``."""
    return trying(run, rule, times=times or max(LEAST, run.settings.effort.values), shrinks=shrinks, **strategies)


@pytest.fixture(scope="module")
def handler(run: Run) -> Iterator[Handler]:
    """The handler that the settings name."""
    settings = run.settings
    if settings.handler is None:
        pytest.skip("no handler was given")
    site = next(site for site in run.target.sites if site.notification_key)
    with Handler(settings.handler, site, settings.ca) as handler:
        yield handler


@looks_at(rules.TAKES, rules.TAKES_REPEATS)
@each_type
def test_handler_takes_every_signed_notification_again_and_again(
    run: Run, findings: Findings, handler: Handler, kind: str
) -> None:
    @tried(run, rules.TAKES, body=notifications_of(kind, handler.site.site_id))
    def check(body: Body) -> None:
        first = handler.notify(kind, body)
        _taken(findings, rules.TAKES, first, f"a {kind} notification, signed as it should be")
        again = handler.notify(kind, body)
        _taken(findings, rules.TAKES_REPEATS, again, f"the same {kind} notification once more", first)

    check()


@looks_at(rules.TAKES_UNKNOWN_FIELDS)
@each_type
def test_handler_takes_fields_and_codes_that_it_does_not_know(
    run: Run, findings: Findings, handler: Handler, kind: str
) -> None:
    @tried(run, rules.TAKES_UNKNOWN_FIELDS, body=notifications_of(kind, handler.site.site_id))
    def check(body: Body) -> None:
        about = body[kind.lower()]
        status = {**about["status"], "value": "DECLINE", "reasonCode": "UNHEARD_OF", **UNHEARD_OF}
        grown = {**body, **UNHEARD_OF, kind.lower(): {**about, **UNHEARD_OF, "status": status, "flags": ["UNHEARD_OF"]}}
        _taken(
            findings, rules.TAKES_UNKNOWN_FIELDS, handler.notify(kind, grown), f"a {kind} notification that has grown"
        )

    check()


@looks_at(rules.TAKES_ANY_WRITING)
@each_type
def test_handler_takes_any_writing_of_the_same_values(
    run: Run, findings: Findings, handler: Handler, kind: str
) -> None:
    writings: Mapping[str, Callable[[Body], str]] = {
        "with its fields in another order": lambda body: dumps(_reversed(body)),
        "with line ends and spaces": lambda body: dumps(body, comma="\n , ", colon=" :\t") + "\n",
        "without any white space": lambda body: dumps(body, comma=",", colon=":"),
        "with letters beyond ASCII escaped": lambda body: dumps(body, only_ascii=True),
    }

    @tried(
        run,
        rules.TAKES_ANY_WRITING,
        body=notifications_of(kind, handler.site.site_id),
        how=st.sampled_from(sorted(writings)),
    )
    def check(body: Body, how: str) -> None:
        about = body[kind.lower()]
        whole = {**about["amount"], "value": Decimal("200.00")}
        body = {**body, kind.lower(): {**about, "amount": whole, "comment": "Оплата № 1 / “заказ”"}}
        answered = handler.post(writings[how](body), handler.signature(kind, body))
        _taken(findings, rules.TAKES_ANY_WRITING, answered, f"a {kind} notification, {how}")

    check()


@looks_at(rules.TAKES_ANY_ORDER)
def test_handler_takes_the_notifications_of_a_payment_in_any_order(
    run: Run, findings: Findings, handler: Handler
) -> None:
    drawn = st.tuples(*(notifications_of(kind, handler.site.site_id) for kind in TYPES))

    @tried(run, rules.TAKES_ANY_ORDER, bodies=drawn, order=st.permutations(TYPES))
    def check(bodies: tuple[Body, ...], order: list[str]) -> None:
        payment_id = bodies[0]["payment"]["paymentId"]
        told = {
            kind: {**body, kind.lower(): {**body[kind.lower()], "paymentId": payment_id}}
            for kind, body in zip(TYPES, bodies, strict=True)
        }
        earlier: list[Exchange] = []
        for kind in order:
            exchange = handler.notify(kind, told[kind])
            _taken(findings, rules.TAKES_ANY_ORDER, exchange, f"{kind} in the order {', '.join(order)}", *earlier)
            earlier.append(exchange)

    check()


@looks_at(rules.TAKES_ANY_TRANSPORT)
def test_handler_takes_headers_in_any_case_and_a_body_in_chunks(run: Run, findings: Findings, handler: Handler) -> None:
    cases = st.sampled_from([str.lower, str.upper, str.title])
    kinds = st.sampled_from(["application/json", "application/json;charset=UTF-8", "application/json; charset=utf-8"])

    @tried(
        run,
        rules.TAKES_ANY_TRANSPORT,
        body=notifications_of("PAYMENT", handler.site.site_id),
        case=cases,
        media=kinds,
        in_chunks=st.booleans(),
    )
    def check(body: Body, case: Callable[[str], str], media: str, in_chunks: bool) -> None:  # noqa: FBT001 - drawn
        signature = handler.signature("PAYMENT", body)
        headers = {case("Signature"): signature, case("Accept"): "application/json", case("Content-Type"): media}
        exchange = handler.post(dumps(body), signature, headers=headers, in_chunks=in_chunks)
        how = f"headers written as {case('Signature')}, {media}" + (", the body in chunks" if in_chunks else "")
        _taken(findings, rules.TAKES_ANY_TRANSPORT, exchange, how)

    check()


@looks_at(rules.REFUSES_FORGED)
@each_type
def test_handler_refuses_what_is_signed_otherwise(run: Run, findings: Findings, handler: Handler, kind: str) -> None:
    drawn = notifications_of(kind, handler.site.site_id)

    @tried(run, rules.REFUSES_FORGED, body=drawn, other=drawn, forgery=st.sampled_from(sorted(FORGERIES)))
    def check(body: Body, other: Body, forgery: str) -> None:
        signature = FORGERIES[forgery](handler.site, kind, body, other)
        _refused(
            findings, rules.REFUSES_FORGED, handler.post(dumps(body), signature), f"a {kind} notification {forgery}"
        )

    check()


@looks_at(rules.REFUSES_FORGED)
@each_type
def test_handler_refuses_what_was_changed_after_it_was_signed(
    run: Run, findings: Findings, handler: Handler, kind: str
) -> None:
    @tried(
        run,
        rules.REFUSES_FORGED,
        body=notifications_of(kind, handler.site.site_id),
        change=st.sampled_from(sorted(CHANGES)),
    )
    def check(body: Body, change: str) -> None:
        changed = {**body, kind.lower(): CHANGES[change](kind, body[kind.lower()])}
        exchange = handler.post(dumps(changed), handler.signature(kind, body))
        _refused(
            findings, rules.REFUSES_FORGED, exchange, f"a {kind} notification whose {change} was changed on the way"
        )

    check()


@looks_at(rules.REFUSES_MALFORMED)
def test_handler_refuses_what_is_no_notification(run: Run, findings: Findings, handler: Handler) -> None:
    drawn = notifications_of("PAYMENT", handler.site.site_id)

    @tried(run, rules.REFUSES_MALFORMED, body=drawn, what=st.sampled_from(sorted(MALFORMED)))
    def check(body: Body, what: str) -> None:
        exchange = handler.post(MALFORMED[what](dumps(body).encode()), handler.signature("PAYMENT", body))
        _refused(findings, rules.REFUSES_MALFORMED, exchange, what)

    check()


@looks_at(rules.ANSWERS_4XX)
def test_handler_refuses_another_method(run: Run, findings: Findings, handler: Handler) -> None:
    @trying(run, rules.ANSWERS_4XX, times=1, body=notifications_of("PAYMENT", handler.site.site_id))
    def check(body: Body) -> None:
        exchange = handler.post(dumps(body), handler.signature("PAYMENT", body), method="PUT")
        message = f"answered {exchange.status} to a notification sent by PUT. {HOW_SIGNED}"
        findings.expect(exchange.status in REFUSED, rules.ANSWERS_4XX, message, exchange)

    check()


@looks_at(rules.NO_5XX)
def test_handler_bears_a_type_that_it_does_not_know(run: Run, findings: Findings, handler: Handler) -> None:
    names = st.sampled_from(["CHECK_CARD", "TOKEN", "PAYOUT", "UNHEARD_OF", "payment"])

    @tried(run, rules.NO_5XX, body=notifications_of("PAYMENT", handler.site.site_id), name=names)
    def check(body: Body, name: str) -> None:
        signature = handler.signature("PAYMENT", body)
        other = {"type": name, name.lower(): body["payment"], "version": "1"}
        exchange = handler.post(dumps(other), signature)
        _bears(findings, exchange, f"a notification of type {name}")

    check()


@looks_at(rules.NO_5XX)
@each_type
def test_handler_bears_values_that_the_description_does_not_allow(
    run: Run, findings: Findings, handler: Handler, kind: str
) -> None:
    right = notifications_of(kind, handler.site.site_id)

    @tried(run, rules.NO_5XX, right=right, wrong=wrong_values(description().webhook_schema(kind)))
    def check(right: Body, wrong: Any) -> None:
        exchange = handler.post(dumps(wrong), handler.signature(kind, right))
        _bears(findings, exchange, f"a {kind} notification with values of other kinds than described")

    check()


@looks_at(rules.TAKES)
def test_whether_handler_takes_a_signature_in_upper_case(
    run: Run, handler: Handler, record_property: Callable[[str, object], None]
) -> None:
    taken: list[bool] = []

    @tried(run, rules.TAKES, times=1, body=notifications_of("PAYMENT", handler.site.site_id))
    def look(body: Body) -> None:
        taken.append(handler.post(dumps(body), handler.signature("PAYMENT", body).upper()).status == TAKEN)

    look()
    verb = "takes" if any(taken) else "refuses"
    record_property("note", f"the handler {verb} a signature in upper-case digits; servers send lower-case ones")


def _reversed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def _another_time(_: str, about: Body) -> Body:
    moment = datetime.fromisoformat(about["createdDateTime"]) + timedelta(days=1)
    return {**about, "createdDateTime": moment.isoformat(timespec="seconds")}


def _another_sum(_: str, about: Body) -> Body:
    return {**about, "amount": {**about["amount"], "value": about["amount"]["value"] + Decimal("0.01")}}


def _another_id(kind: str, about: Body) -> Body:
    name = f"{kind.lower()}Id"
    return {**about, name: f"{about[name]}x"}


Forgery = Callable[[Site, str, Body, Body], str | None]

FORGERIES: Mapping[str, Forgery] = {
    "without the header Signature": lambda _site, _kind, _body, _other: None,
    "with an empty Signature": lambda _site, _kind, _body, _other: "",
    "with a signature that nobody made": lambda _site, _kind, _body, _other: "0" * 64,
    "with a signature that is cut off": lambda site, kind, body, _: _signed(site, kind, body)[:-1],
    "with one digit changed": lambda site, kind, body, _: _other_digit(_signed(site, kind, body)),
    "with the signature of another one": lambda site, kind, body, other: (
        _signed(site, kind, other) if _signed(site, kind, other) != _signed(site, kind, body) else None
    ),
    "signed with another key": lambda _site, kind, body, _other: rules.signature_of(kind, body, "another-key"),
    "signed with an empty key": lambda _site, kind, body, _other: rules.signature_of(kind, body, ""),
    "signed with the id of its site": lambda site, kind, body, _: rules.signature_of(kind, body, site.site_id),
}

CHANGES: Mapping[str, Callable[[str, Body], Body]] = {
    "sum": _another_sum,
    "id": _another_id,
    "createdDateTime": _another_time,
}

MALFORMED: Mapping[str, Callable[[bytes], bytes]] = {
    "an empty body": lambda _: b"",
    "half a body": lambda body: body[: len(body) // 2],
    "a body whose last character is missing": lambda body: body[:-1],
    "a body that is no JSON": lambda _: b"payment=1&status=SUCCESS",
    "a body of bytes that are no text": lambda body: b"\xff\xfe" + body[:20] + b"\x80\x81",
    "a list": lambda body: b"[" + body + b"]",
    "a text": lambda _: b'"PAYMENT"',
    "null": lambda _: b"null",
    "an empty object": lambda _: b"{}",
    "an object with its type alone": lambda _: b'{"type": "PAYMENT", "version": "1"}',
}


def _signed(site: Site, kind: str, body: Body) -> str:
    return rules.signature_of(kind, body, site.notification_key or "")


def _other_digit(signature: str) -> str:
    return signature[:-1] + ("0" if signature[-1] != "0" else "1")


def _taken(findings: Findings, rule: Rule, exchange: Exchange, what: str, *earlier: Exchange) -> None:
    message = f"{_answered(exchange)} to {what}. {HOW_SIGNED}"
    findings.expect(exchange.status == TAKEN, rule, message, *earlier, exchange)


def _refused(findings: Findings, rule: Rule, exchange: Exchange, what: str) -> None:
    message = f"{_answered(exchange)} to {what}"
    findings.expect(exchange.status != TAKEN, rule, message, exchange)
    findings.expect(exchange.status in REFUSED, rules.ANSWERS_4XX, message, exchange)


def _bears(findings: Findings, exchange: Exchange, what: str) -> None:
    holds = 0 < exchange.status < REFUSED.stop
    findings.expect(holds, rules.NO_5XX, f"{_answered(exchange)} to {what}", exchange)


def _answered(exchange: Exchange) -> str:
    return f"answered {exchange.status}" if exchange.status else exchange.answer_body.decode()
