"""Secrets through a whole story, over sockets, with all logs on: nothing that is shown or pickled has one."""

import copy
import io
import logging
import pickle
import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest
from qiwi_payin import (
    CallError,
    CardPaymentMethod,
    Customer,
    NotificationError,
    OutcomeUnknown,
    PayIn,
    ThreeDSAnswer,
    TokenPaymentMethod,
    WaitTimeout,
    errors,
    notifications,
)
from qiwi_payin_runtime.jsontext import json_text
from qiwi_payin_sandbox import Sandbox, Site

from tests.client.clocks import Watch
from tests.client.test_client_notifications import BODY
from tests.client.wires import ERROR, PAYMENT, SITE, Wire, answering, failing

PAN, CVV, HOLDER, EXPIRY = "4444443616621049", "8497", "3DS PLANTED", "11/31"
KEY, NOTIFICATION_KEY = "planted-access-key-5f0c", "planted-notification-key-77"
TOKEN, PARES = "planted-token-66ae", "planted-pares-eJzV"
CARD = CardPaymentMethod(pan=PAN, expiry_date=EXPIRY, cvv2=CVV, holder_name=HOLDER)
PAYER = Customer(account="account-1")
ALWAYS = [PAN, CVV, HOLDER, EXPIRY, KEY, NOTIFICATION_KEY]
ABSTRACT = {"PayInError", "CallError", "NotificationError"}


class Shown:
    """Whatever a program may print, and where it came from."""

    def __init__(self) -> None:
        self._log = io.StringIO()
        self._parts: list[tuple[str, str]] = []
        self.handler = logging.StreamHandler(self._log)
        self.handler.setFormatter(logging.Formatter("%(name)s %(message)s %(args)r"))
        self.handler.setLevel(logging.DEBUG)

    @property
    def log(self) -> str:
        """All that was logged."""
        return self._log.getvalue()

    def add(self, what: str, *things: object) -> None:
        """Keep how things are printed."""
        self._parts += [(what, text) for thing in things for text in (repr(thing), str(thing))]

    def add_error(self, error: Exception) -> None:
        """Keep what reporters of errors keep: text, attributes, pickle, variables of all frames but a test's."""
        self.add(type(error).__name__, error, vars(error), copy.deepcopy(error), pickle.dumps(error))
        report = traceback.TracebackException.from_exception(error, capture_locals=True)
        for stack in (each.stack for each in (report, report.__cause__, report.__context__) if each is not None):
            frames = [frame for frame in stack if "/tests/" not in frame.filename]
            self._parts += [(f"{frame.filename}:{frame.lineno}", repr(frame.locals)) for frame in frames]
        self.add("traceback", *traceback.format_exception(error))

    def shows(self, *secrets: str) -> list[str]:
        """Where something shows one of these texts."""
        # Addresses of objects may hold any digits, those of the CVV too.
        parts = [(what, re.sub(r"\b0x[0-9a-f]+", "0x", text)) for what, text in (*self._parts, ("log", self.log))]
        return [
            f"{what}: {secret}"
            for secret in secrets
            for what, text in parts
            if re.search(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])", text)
        ]


@pytest.fixture
def shown() -> Iterator[Shown]:
    """Everything that is logged, at the finest level, by every logger; warnings too."""
    shown = Shown()
    root = logging.getLogger()
    loggers = [root, *(logging.getLogger(name) for name in ("qiwi_payin", "httpx", "httpcore", "asyncio"))]
    levels = [each.level for each in loggers]
    root.addHandler(shown.handler)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for each in loggers:
            each.setLevel(logging.DEBUG)
        yield shown
    shown.add("warning", *(each.message for each in caught))
    root.removeHandler(shown.handler)
    for each, level in zip(loggers, levels, strict=True):
        each.setLevel(level)


def test_a_story_of_card_3d_secure_token_and_lost_answers_shows_no_secret(shown: Shown) -> None:
    site = Site(SITE, key=KEY, notification_key=NOTIFICATION_KEY)
    with Sandbox(sites=[site], courier="collect") as sandbox, PayIn(sandbox.base_url, KEY, SITE) as payin:
        waiting = payin.payments.create(
            "1", amount="150.00", payment_method=CARD, customer=PAYER, flags=["BIND_PAYMENT_TOKEN"]
        )
        answer = ThreeDSAnswer(pares=sandbox.answer_three_ds("1")["pares"])
        with sandbox.fault("lost_answer", operation="paymentsComplete"), pytest.raises(OutcomeUnknown) as lost:
            payin.payments.complete("1", three_ds=answer)
        shown.add_error(lost.value)
        paid = payin.payments.get("1")
        assert paid.created_token
        saved = TokenPaymentMethod(payment_token=paid.created_token.token)
        by_token = payin.payments.create("2", amount="1.00", payment_method=saved, customer=PAYER)
        payin.tokens.delete(customer_account_id="account-1", token=saved.payment_token)
        with pytest.raises(CallError) as refused:
            payin.payments.create("3", amount="1.00", payment_method=saved, customer=PAYER)
        shown.add_error(refused.value)
        told = sandbox.last_notification("PAYMENT")
        read = notifications.verify(told.body, told.signature, NOTIFICATION_KEY)
        shown.add("objects", payin, waiting, paid, by_token, read, answer, saved, CARD, told)

    assert "httpcore" in shown.log
    assert "httpx" in shown.log
    assert "qiwi_payin PUT" in shown.log
    assert not shown.shows(*ALWAYS, saved.payment_token, answer.pares)


def calls(payin: PayIn) -> list[Callable[[], Any]]:
    token = TokenPaymentMethod(payment_token=TOKEN)
    return [
        lambda: payin.payments.create("1811", amount="1.00", payment_method=CARD),
        lambda: payin.payments.create("1811", amount="1.00", payment_method=token, customer=PAYER),
        lambda: payin.payments.complete("1811", three_ds=ThreeDSAnswer(pares=PARES)),
        lambda: payin.tokens.delete(customer_account_id="1", token=TOKEN),
        lambda: payin.payments.get("1811"),
    ]


def echoing(status: int) -> Wire:
    def answer(request: httpx.Request) -> httpx.Response:
        sent = f"{request.content.decode()} {request.headers['authorization']} {PAN}"
        body = {**ERROR, "traceId": sent, "description": sent, "userMessage": sent, "cause": {sent: [sent]}}
        return httpx.Response(status, headers={"Retry-After": PAN}, content=json_text(body))

    return Wire(answer)


WIRES: dict[str, Callable[[], Wire]] = {
    **{str(status): partial(echoing, status) for status in (*range(400, 412), 429, 451, 500, 503, 520)},
    "broken": lambda: answering({**PAYMENT, "createdToken": {"token": TOKEN}, "status": PAN}, 304),
    "cut": lambda: failing(httpx.ReadError(f"cut after {PAN}")),
    "late": lambda: failing(httpx.ReadTimeout("late")),
    "unreachable": lambda: failing(httpx.ConnectError(f"no route for {PAN}")),
    "quoted": lambda: failing(httpx.RemoteProtocolError(f"illegal line: {PAN} {CVV} {HOLDER}")),
}


def test_a_wrong_notification_key_is_not_shown_where_it_is_refused(shown: Shown) -> None:
    with pytest.raises(ValueError, match=r"^key: ") as caught:
        notifications.verify(BODY, "0" * 64, [NOTIFICATION_KEY, ""])

    shown.add_error(caught.value)
    assert not shown.shows(NOTIFICATION_KEY, "t-1")


def forgeries() -> list[Callable[[], Any]]:
    body = json_text({"type": "PAYMENT", "payment": {"paymentMethod": {"paymentToken": TOKEN}}})
    signed = BODY.decode().replace("t-1", TOKEN).replace('"merchantSiteUid"', '"x"')
    return [
        lambda: notifications.verify(body, "0" * 64, NOTIFICATION_KEY),
        lambda: notifications.verify(body, None, NOTIFICATION_KEY),
        lambda: notifications.verify(body.replace("PAYMENT", "NEWS"), "0" * 64, [NOTIFICATION_KEY]),
        lambda: notifications.verify(signed, notifications.sign(signed, NOTIFICATION_KEY), NOTIFICATION_KEY),
        lambda: notifications.sign(body, NOTIFICATION_KEY),
        lambda: notifications.parse(body),
    ]


def test_no_error_of_any_class_shows_a_secret(shown: Shown) -> None:
    seen: set[str] = set()
    for wire in WIRES.values():
        for call in calls(wire().client()):
            with pytest.raises(CallError) as caught:
                call()
            shown.add_error(caught.value)
            seen |= {type(caught.value).__name__}
    for forgery in forgeries():
        with pytest.raises(NotificationError) as forged:
            forgery()
        shown.add_error(forged.value)
        seen |= {type(forged.value).__name__}

    with pytest.raises(WaitTimeout) as timed_out:
        answering(PAYMENT | {"createdToken": {"token": TOKEN}}).client(clock=Watch()).payments.wait("1811", timeout=60)
    shown.add_error(timed_out.value)
    seen |= {"WaitTimeout"}

    assert seen == {*errors.__all__} - ABSTRACT
    assert not shown.shows(*ALWAYS, TOKEN, PARES)
