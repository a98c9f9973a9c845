"""Sends what schemathesis generates, about objects that are there, and checks the answers."""

import copy
import re
import time
from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_DOWN, Decimal
from random import Random
from typing import Any, cast
from urllib.parse import unquote

import attrs
import requests
import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure, FailureGroup
from schemathesis.generation.meta import TestPhase

from qiwi_payin_contract.books import Bookkeeper
from qiwi_payin_contract.description import description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Finding, Findings
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.masking import mask_text
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.shapes.answers import lacks_body, misfit_of, taken_wrongly
from qiwi_payin_contract.shapes.conformity import is_id, keeps_description
from qiwi_payin_contract.shapes.failures import EMPTY_ERROR, RULES, rule_of
from qiwi_payin_contract.shapes.stock import CARDS, Stock
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import NoAnswer, Target

__all__ = ["AnyCase", "Prober", "two_decimals"]

AnyCase = schemathesis.Case[Any]

_KINDS = {"billId": "bill", "paymentId": "pay", "captureId": "cap", "refundId": "ref"}
_CREATED = {
    "billsCreate": "billId",
    "paymentsCreate": "paymentId",
    "capturesCreate": "captureId",
    "refundsCreate": "refundId",
}
_SUMS = ("amount", "settlementAmount")
_TOLD = 700
_OF_BODIES = frozenset({"ST104", "ST105", "ST106", "ST108", "ST109"})
"""Failures of schemathesis about the body of an answer."""


@attrs.define(eq=False)
class Prober:
    """Turns generated cases into requests that reach something, sends them, and tells what is wrong with the answers.

    Ids, cards, currencies and refunded sums are put in outside Hypothesis, and only where what was generated is valid,
    so that wrong data stay wrong.

    Attributes:
        target: the server.
        site: whose key and id are used.
        keeper: keeps the books of the target.
        findings: where findings go.
        stock: objects to ask for.
        seed: seed of what is put into cases.
        every: of the cases that go through the description keyword by keyword, every which one is sent.
        alone: each walk keeps to objects of its own, so that the same steps get the same answers.
        accepted: how many valid requests of each operation were answered 2xx.
        valid: how many valid requests of each operation were sent.
    """

    target: Target
    site: Site
    keeper: Bookkeeper
    findings: Findings
    stock: Stock
    seed: int
    every: int = 1
    alone: bool = False
    accepted: Counter[str] = attrs.field(factory=Counter)
    valid: Counter[str] = attrs.field(factory=Counter)
    _covered: int = 0
    _session: requests.Session = attrs.field(kw_only=True)

    @classmethod
    def of(cls, target: Target, keeper: Bookkeeper, findings: Findings, seed: int, every: int = 1) -> "Prober":
        """Make a prober of the target's first site."""
        stock = Stock(target, target.site, keeper.books, Random(seed))  # noqa: S311 - no secret
        return cls(target, target.site, keeper, findings, stock, seed, every, session=target.wire.session())

    def begin_walk(self) -> None:
        """Start a walk that depends on nothing that came before."""
        self.alone = True
        self.stock.random = Random(self.seed)  # noqa: S311 - no secret

    def probe(self, case: AnyCase) -> None:
        """Send one generated case and check its answer, unless another of its kind stands for it."""
        if _is_systematic(case):
            self._covered += 1
            if (self._covered + self.seed) % self.every:
                return
        self.judge(case, self.call(case))

    def call(self, case: AnyCase) -> schemathesis.Response:
        """Send one generated case, made to fit the server, and show it to all observers of the target."""
        operation_id = str(case.operation.definition.raw.get("operationId"))
        body = case.body
        if case.method.upper() == description().operations[operation_id].method:
            body = self._aim(case, operation_id)
        raw = _written(case, body)
        options: dict[str, Any] = {} if raw is None else {"data": raw, "headers": {"Content-Type": "application/json"}}
        started = time.perf_counter()
        try:
            response = case.call(session=self._session, **options)
        except requests.RequestException as error:
            raise NoAnswer(f"{case.method} {case.path} got no answer: {type(error).__name__}") from error
        exchange = self._exchange(response, time.perf_counter() - started)
        valid = exchange.key == self.site.key and exchange.site_id == self.site.site_id and keeps_description(exchange)
        self.keeper.valid = valid
        try:
            self.target.observe(exchange)
        finally:
            self.keeper.valid = False
        if valid:
            self.valid[str(exchange.operation_id)] += 1
            self.accepted[str(exchange.operation_id)] += exchange.ok
        return response

    def judge(self, case: AnyCase, response: schemathesis.Response) -> None:
        """Check an answer against the description and record what is wrong.

        Schemathesis may take a request for wrong whose wrong part did not reach the wire; what was sent decides.
        """
        for rule in RULES.values():
            self.findings.checked[rule] += 1
        try:
            case.validate_response(response, transport_kwargs={"session": self._session})
        except FailureGroup as group:
            exchange = self._exchange(response, 0.0)
            for failure in _leaves(group):
                rule = rule_of(failure.code)
                if isinstance(failure, AcceptedNegativeData):
                    wrongly = taken_wrongly(exchange)
                    if wrongly is None:
                        continue
                    rule = wrongly
                told = f"{failure.title}: {failure.message}"
                if lacks_body(exchange) and failure.code in _OF_BODIES:
                    rule = EMPTY_ERROR
                elif failure.code == "ST108":
                    rule, told = self._misfit(exchange) or (rule, told)
                text = mask_text(told)
                for site in self.target.sites:
                    text = text.replace(site.key, "***")
                self.findings.record(Finding(rule, f"{failure.code} {text[:_TOLD]}", (exchange,)))

    @staticmethod
    def _misfit(exchange: Exchange) -> tuple[Rule, str] | None:
        """What schemathesis found as the description tells it: with the statements on each field."""
        schema = description().answer_schema(exchange.operation_id or "", exchange.status)
        return None if schema is None else misfit_of(exchange, schema)

    def has_material(self, operation_id: str) -> bool:
        """Whether the server made what the operation needs: a payment that asks for 3-D Secure, a token."""
        ledger = self.stock.ledger
        if operation_id == "tokensDelete":
            return bool(ledger.tokens)
        return self.stock.seen_3ds or any(payment.asks_3ds for payment in ledger.payments.values())

    def _exchange(self, response: schemathesis.Response, elapsed: float) -> Exchange:
        request = response.request
        body = request.body or b""
        return self.target.exchange(
            method=str(request.method),
            path="/" + str(request.url).removeprefix(self.target.base_url).partition("?")[0].lstrip("/"),
            url=str(request.url),
            request_headers={name: _text(value) for name, value in request.headers.items()},
            request_body=body.encode() if isinstance(body, str) else bytes(cast("bytes", body)),
            status=response.status_code,
            answer_headers={name: ", ".join(values) for name, values in response.headers.items()},
            answer_body=response.content,
            elapsed=elapsed,
        )

    # What is put into a case ------------------------------------------------------------------------------------

    def _aim(self, case: AnyCase, operation_id: str) -> Any:
        """Put ids into the path; answer the body that is to be sent."""
        written = {name: unquote(str(value)) for name, value in case.path_parameters.items()}
        ids = {name: value for name, value in written.items() if is_id(value)}
        chosen = self._ids(operation_id, ids)
        case.path_parameters = {**case.path_parameters, **{name: chosen[name] for name in ids if name in chosen}}
        body = self._deletion(case.body) if operation_id == "tokensDelete" else case.body
        if isinstance(body, dict):
            return self._fitted(copy.deepcopy(body), chosen.get("paymentId"), operation_id)
        return body

    def _ids(self, operation_id: str, generated: Mapping[str, str]) -> dict[str, str]:
        """Choose ids: those that a link gave stay, that of a create is mostly new, others are mostly known."""
        chosen = {"siteId": self.site.site_id}
        known = {name: value for name, value in generated.items() if self._knows(name, value)}
        if self.alone:
            return chosen | {name: known.get(name) or self.target.fresh_id(_KINDS[name]) for name in _KINDS}
        draw = self.stock.random.random()
        created = _CREATED.get(operation_id)
        if known.get("paymentId") is None and draw > 0.1:  # noqa: PLR2004 - the rest asks for what is not there
            chosen |= self._objects(operation_id)
        chosen |= known
        for name in generated:
            if name in chosen and name != created:
                continue
            again = name == created and self.stock.random.random() < 0.1  # noqa: PLR2004 - an id that is taken
            chosen[name] = self._taken(name) if again else chosen.get(name) or self.target.fresh_id(_KINDS[name])
            if name == created and not again:
                chosen[name] = self.target.fresh_id(_KINDS[name])
        return chosen

    def _knows(self, name: str, value: str) -> bool:
        ledger = self.stock.ledger
        match name:
            case "billId":
                return value in ledger.bills
            case "paymentId":
                return value in ledger.payments
            case _:
                return any(value in {*one.captures, *one.refunds} for one in ledger.payments.values())

    def _taken(self, name: str) -> str:
        return self.stock.bill() if name == "billId" else self.stock.payment() if name == "paymentId" else "again"

    def _objects(self, operation_id: str) -> dict[str, str]:
        """Objects that an operation asks for, made where there are none."""
        stock = self.stock
        parts = {
            "capturesGet": (stock.captured, ("paymentId", "captureId")),
            "refundsGet": (stock.refunded, ("paymentId", "refundId")),
            "refundsList": (stock.refunded, ("paymentId", "refundId")),
        }
        wholes = {
            "billsGet": ("billId", stock.bill),
            "billsListPayments": ("billId", stock.bill),
            "paymentsComplete": ("paymentId", stock.waiting),
            "paymentsGet": ("paymentId", stock.payment),
            "capturesCreate": ("paymentId", stock.hold),
            "refundsCreate": ("paymentId", stock.hold),
        }
        if operation_id in parts:
            find, names = parts[operation_id]
            return dict(zip(names, find(), strict=True))
        if operation_id in wholes:
            name, find_one = wholes[operation_id]
            return {name: find_one()}
        return {}

    def _deletion(self, body: Any) -> Any:
        often = not self.alone and self.stock.random.random() < 0.4  # noqa: PLR2004 - the rest is not found
        live = self.stock.token() if often else None
        if live is None or not isinstance(body, dict) or not {"token", "customerAccountId"} <= body.keys():
            return body
        wrong = [
            name
            for name, bound in (("token", 256), ("customerAccountId", 64))
            if not isinstance(body[name], str) or not 0 < len(body[name]) <= bound
        ]
        return body if wrong else {**body, "token": live[0], "customerAccountId": live[1]}

    def _fitted(self, body: dict[str, Any], payment_id: str | None, operation_id: str) -> dict[str, Any]:
        """Put what the site takes where the schema alone allows more: its currency, test cards, a sum that is there."""
        random = self.stock.random
        for name in _SUMS:
            amount = body.get(name)
            if isinstance(amount, dict) and random.random() < 0.95 and _matches(r"[A-Z]{3}", amount.get("currency")):  # noqa: PLR2004
                amount["currency"] = "RUB"
        method = body.get("paymentMethod")
        if isinstance(method, dict) and method.get("type") == "CARD" and random.random() < 0.9:  # noqa: PLR2004
            if _matches(r"[0-9]{13,19}", method.get("pan")):
                method["pan"] = random.choice(CARDS)
            if _matches(r"(0[1-9]|1[0-2])/[0-9]{2}", method.get("expiryDate")):
                method["expiryDate"] = "12/34"
        if operation_id == "refundsCreate" and payment_id is not None and _is_sum(body.get("amount")):
            rest = self.stock.rest_of(payment_id)
            cents = random.choice((1, rest // 2, rest, rest + 1))
            if cents > 0:
                text = f"{cents // 100}.{cents % 100:02}"
                body["amount"]["value"] = text if isinstance(body["amount"]["value"], str) else Decimal(text)
        return body


def _written(case: AnyCase, body: Any) -> bytes | None:
    """Write a body with sums of two decimals; None where schemathesis has to write it itself."""
    if case.media_type != "application/json" or not isinstance(body, dict):
        return None
    if any(name.lower() == "content-type" for name in case.headers or {}):
        return None
    sums = {name: amount for name, amount in body.items() if name in _SUMS and _is_sum(amount)}
    two = {name: {**amount, "value": two_decimals(amount["value"])} for name, amount in sums.items()}
    try:
        return dumps({**body, **two}).encode()
    except (TypeError, ValueError):
        return None


def _is_systematic(case: AnyCase) -> bool:
    """Whether a case is one of many that go through the description, and was neither drawn nor printed there."""
    return case.meta is not None and case.meta.phase.name is TestPhase.COVERAGE


def _matches(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _is_sum(amount: Any) -> bool:
    """Whether the value is one that the schema allows, so that it may be replaced by another such."""
    value = amount.get("value") if isinstance(amount, dict) else None
    if isinstance(value, str):
        return re.fullmatch(r"(0\.(0[1-9]|[1-9][0-9])|[1-9][0-9]{0,7}\.[0-9]{2})", value) is not None
    return not isinstance(value, bool) and isinstance(value, int | float | Decimal) and 0.01 <= value <= 99999999.99  # noqa: PLR2004


def two_decimals(value: Any) -> Any:
    """Give a number two decimals; JSON itself would write 10 or 10.5."""
    return value if isinstance(value, str) else Decimal(str(value)).quantize(Decimal("0.01"), ROUND_DOWN)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _leaves(group: FailureGroup) -> list[Failure]:
    return [failure for failure in group.exceptions if isinstance(failure, Failure)]
