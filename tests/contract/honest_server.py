# ruff: noqa: D101, N802, TRY301 - a stand-in whose methods are called as the operations
"""A small server that keeps the contract, in memory, for tests of the suite itself; `twist` makes it lie.

Not the sandbox: it has no bank, no form, no clock but a counter, and knows of 3-D Secure only that CVV 849 asks for it.
"""

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from qiwi_payin_contract.description import description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.json_text import dumps, loads
from qiwi_payin_contract.shapes.conformity import is_id
from qiwi_payin_contract.sites import Site

SITES = (Site("site-a", "key-of-site-a-0123456789"), Site("site-b", "key-of-site-b-0123456789"))
CARD = {"type": "CARD", "pan": "4256000000000003", "expiryDate": "12/34", "cvv2": "123", "holderName": "A B"}
CARD_3DS = {**CARD, "cvv2": "849"}

Answer = tuple[int, Any]
Twist = Callable[[str, dict[str, str], Any, int, Any], Answer | None]


class Refused(Exception):  # noqa: N818 - an answer
    def __init__(self, status: int, code: str, cause: dict[str, list[str]] | None = None) -> None:
        super().__init__(code)
        self.answer = (status, code, cause)


def cents(amount: dict[str, Any]) -> int:
    return int(str(amount["value"]).replace(".", ""))


def money(value: int) -> dict[str, str]:
    return {"value": f"{value // 100}.{value % 100:02}", "currency": "RUB"}


@dataclass
class Stored:
    asked: Any
    view: dict[str, Any]
    site: str
    bill_id: str | None = None
    one_step: bool = False
    amount: int = 0
    captured: int = 0
    reversed: int = 0
    refunded: int = 0
    captures: dict[str, "Stored"] = field(default_factory=dict)
    refunds: dict[str, "Stored"] = field(default_factory=dict)

    @property
    def rest(self) -> int:
        return (self.captured or self.amount - self.reversed) - self.refunded


@dataclass
class HonestServer:
    """Answers operations; `twist(operation_id, ids, asked, status, answer)` may answer in place of it."""

    twist: Twist | None = None
    sites: tuple[Site, ...] = SITES
    now: datetime = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    bills: dict[tuple[str, str], Stored] = field(default_factory=dict)
    payments: dict[tuple[str, str], Stored] = field(default_factory=dict)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    # The way in -------------------------------------------------------------------------------------------------

    def send(
        self, operation_id: str, body: Any = None, *, site: Site | None = None, key: Any = "", **ids: str
    ) -> Exchange:
        """Call an operation as `Target.send` does, without a socket."""
        chosen = site or self.sites[0]
        bearer = chosen.key if key == "" else key
        operation = description().operations[operation_id]
        named = {re.sub(r"_(\w)", lambda found: found.group(1).upper(), name): value for name, value in ids.items()}
        path = operation.path({"siteId": chosen.site_id, **named})
        raw = b"" if body is None else dumps(body).encode()
        status, headers, answer = self.respond(operation.method, path, bearer, raw)
        return Exchange(
            operation_id=operation_id,
            site_id=chosen.site_id,
            method=operation.method,
            path=path,
            url=f"http://127.0.0.1:1/partner{path}",
            request_headers={"content-type": "application/json", "authorization": f"Bearer {bearer}"},
            request_body=raw,
            status=status,
            answer_headers=headers,
            answer_body=answer,
            path_parameters={"siteId": chosen.site_id, **named},
            key=bearer,
        )

    def respond(self, method: str, path: str, key: str | None, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Answer an HTTP request: status, headers, body."""
        self.now += timedelta(milliseconds=7)
        operation, ids = description().match(method, path)
        asked: Any = None
        try:
            self._authorize(ids.get("siteId"), key)
            if operation is None:
                raise Refused(405 if ids else 404, "http.method.not.allowed" if ids else "payin.resource.not.found")
            for name, value in ids.items():
                if not is_id(value):
                    raise Refused(400, "validation.error", {name: ["is no id"]})
            asked = self._body(operation.node, body)
            status, answer = getattr(self, operation.id)(ids, asked)
        except Refused as refused:
            status, answer = refused.answer[0], self._error(refused)
        if self.twist is not None and operation is not None:
            status, answer = self.twist(operation.id, ids, asked, status, answer) or (status, answer)
        headers = {"content-type": "application/json"}
        if status == 401:
            headers["www-authenticate"] = "Bearer"
        if status == 405:
            headers["allow"] = ", ".join(
                other.method for other in description().operations.values() if other.ids_in(path) is not None
            )
        return status, headers, b"" if answer is None else dumps(answer).encode()

    def _authorize(self, site_id: str | None, key: str | None) -> None:
        if key not in {site.key for site in self.sites}:
            raise Refused(401, "auth.unauthorized")
        if (site_id, key) not in {(site.site_id, site.key) for site in self.sites}:
            raise Refused(403, "auth.forbidden")

    def _body(self, node: Any, raw: bytes) -> Any:
        if "requestBody" not in node:
            return None
        try:
            asked = loads(raw) if raw else {}
        except ValueError:
            raise Refused(400, "http.message.conversion.failed") from None
        if not isinstance(asked, dict):
            raise Refused(400, "http.message.conversion.failed")
        schema = description().resolved(node["requestBody"])["content"]["application/json"]["schema"]
        for error in description().errors(schema, asked):
            place = re.split("[/:]", error)[0]
            missing = re.search(r'"(\w+)" is a required', error)
            name = missing.group(1) if missing and place == "the body" else place
            raise Refused(400, "validation.error", {name: ["is wrong"]})
        amount = asked.get("amount") if isinstance(asked, dict) else None
        if amount is not None and not re.fullmatch(r"[0-9]+\.[0-9]{2}", str(amount["value"])):
            raise Refused(400, "validation.error", {"amount": ["Invalid money format. Should have 2 fraction digits"]})
        return asked

    def _error(self, refused: Refused) -> dict[str, Any]:
        _, code, cause = refused.answer
        error = {
            "serviceName": "payin-core",
            "errorCode": code,
            "description": code,
            "userMessage": code,
            "dateTime": self._time(),
            "traceId": f"{next(self.numbers):016x}",
        }
        return error | ({"cause": cause} if cause else {})

    def _time(self) -> str:
        return self.now.isoformat(timespec="milliseconds")

    def _status(self, value: str, reason: str | None = None) -> dict[str, str]:
        return {"value": value, "changedDateTime": self._time()} | ({"reason": reason} if reason else {})

    @staticmethod
    def _again(known: Stored | None, asked: Any, name: str) -> bool:
        if known is None:
            return False
        if known.asked != (asked or {}):
            raise Refused(400, "validation.error", {name: ["is taken"]})
        return True

    # Bills --------------------------------------------------------------------------------------------------------

    def billsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        place = (ids["siteId"], ids["billId"])
        if not self._again(self.bills.get(place), asked, "billId"):
            if asked["amount"]["currency"] != "RUB":
                raise Refused(400, "validation.error", {"amount": ["currency"]})
            uid = f"00000000-0000-4000-8000-{next(self.numbers):012}"
            expired = datetime.fromisoformat(asked["expirationDateTime"]) <= self.now
            view = {
                "billId": place[1],
                "invoiceUid": uid,
                "amount": money(cents(asked["amount"])),
                "expirationDateTime": asked["expirationDateTime"],
                "status": self._status("EXPIRED" if expired else "CREATED"),
                "payUrl": f"http://127.0.0.1:1/form?invoiceUid={uid}",
            } | {name: asked[name] for name in ("comment", "flags", "customer", "customFields") if name in asked}
            self.bills[place] = Stored(asked, view, place[0], amount=cents(asked["amount"]))
        return 200, self.bills[place].view

    def _bill(self, ids: dict[str, str]) -> Stored:
        try:
            return self.bills[ids["siteId"], ids["billId"]]
        except KeyError:
            raise Refused(404, "payin.resource.not.found") from None

    def _payments_of(self, ids: dict[str, str]) -> list[dict[str, Any]]:
        found = [
            {**self._payment_view(payment), "billId": ids["billId"]}
            for (site, _), payment in self.payments.items()
            if site == ids["siteId"] and payment.bill_id == ids["billId"]
        ]
        return found[::-1]

    def billsGet(self, ids: dict[str, str], _: Any) -> Answer:
        return 200, {**self._bill(ids).view, "payments": self._payments_of(ids)}

    def billsListPayments(self, ids: dict[str, str], _: Any) -> Answer:
        self._bill(ids)
        return 200, self._payments_of(ids)

    def pay(self, bill_id: str, site: Site = SITES[0]) -> None:
        """Pay a bill as the payer would on the form."""
        bill = self.bills[site.site_id, bill_id]
        self._pay(
            (site.site_id, f"form-{next(self.numbers)}"), {**bill.asked, "paymentMethod": CARD, "billId": bill_id}
        )

    # Payments -----------------------------------------------------------------------------------------------------

    def paymentsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        place = (ids["siteId"], ids["paymentId"])
        if not self._again(self.payments.get(place), asked, "paymentId"):
            if asked["amount"]["currency"] != "RUB":
                raise Refused(400, "validation.error", {"amount": ["currency"]})
            if asked["paymentMethod"]["type"] == "TOKEN":
                account = asked.get("customer", {}).get("account")
                if not account:
                    raise Refused(400, "validation.error", {"customer.account": ["is needed"]})
                if self.tokens.get((place[0], asked["paymentMethod"]["paymentToken"])) != account:
                    raise Refused(400, "validation.error", {"paymentToken": ["Token disabled"]})
            self._pay(place, asked)
        return 200, self._payment_view(self.payments[place])

    def _pay(self, place: tuple[str, str], asked: Any) -> None:
        method = asked["paymentMethod"]
        bill = self.bills.get((place[0], asked.get("billId", "")))
        refusal = None
        if bill is not None:
            stands = bill.view["status"]["value"]
            refusal = {"PAID": "BILL_ALREADY_PAID", "EXPIRED": "INVALID_STATE"}.get(stands)
            if refusal is None and cents(asked["amount"]) != bill.amount:
                refusal = "INVALID_AMOUNT"
        pan = method.get("pan") or self.cards.get(method.get("paymentToken"), CARD["pan"])
        view = {
            "paymentId": place[1],
            "createdDateTime": self._time(),
            "paymentMethod": {"type": method["type"], "maskedPan": f"{pan[:6]}******{pan[-4:]}"},
            "paymentCardInfo": {},
            "flags": ["TEST"],
            "status": self._status("WAITING"),
        } | {name: asked[name] for name in ("customer", "customFields", "callbackUrl") if name in asked}
        payment = Stored(asked, view, place[0], asked.get("billId"), "SALE" in asked.get("flags", []))
        payment.amount = cents(asked["amount"])
        self.payments[place] = payment
        if refusal is None and method.get("expiryDate", "").startswith("02"):
            refusal = "ACQUIRING_NOT_PERMITTED"
        if refusal is not None:
            view["status"] = self._status("DECLINED", refusal)
        elif method.get("cvv2") == "849":
            view["requirements"] = {"threeDS": {"pareq": "pareq", "acsUrl": "http://127.0.0.1:1/acs"}}
        else:
            self._authorise(place, payment)

    def _authorise(self, place: tuple[str, str], payment: Stored) -> None:
        payment.view["status"] = self._status("COMPLETED")
        payment.captured = payment.amount if payment.one_step else 0
        bill = self.bills.get((place[0], payment.bill_id or ""))
        if bill is not None:
            bill.view["status"] = self._status("PAID")
        account = payment.asked.get("customer", {}).get("account")
        if "BIND_PAYMENT_TOKEN" in payment.asked.get("flags", []) and account:
            token = f"token-{next(self.numbers):032}"
            self.tokens[place[0], token] = account
            self.cards[token] = payment.asked["paymentMethod"].get("pan", CARD["pan"])
            payment.view["createdToken"] = {"token": token, "name": payment.view["paymentMethod"]["maskedPan"]}

    def _payment_view(self, payment: Stored) -> dict[str, Any]:
        return {
            **payment.view,
            "amount": money(payment.amount),
            "capturedAmount": money(payment.captured),
            "refundedAmount": money(payment.reversed + payment.refunded),
        }

    def _payment(self, ids: dict[str, str]) -> Stored:
        try:
            return self.payments[ids["siteId"], ids["paymentId"]]
        except KeyError:
            raise Refused(404, "payin.resource.not.found") from None

    def paymentsGet(self, ids: dict[str, str], _: Any) -> Answer:
        return 200, self._payment_view(self._payment(ids))

    def paymentsComplete(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        if "requirements" not in payment.view:
            raise Refused(400, "payin.incorrect-method-invocation")
        del payment.view["requirements"]
        if asked["threeDS"]["pares"] == "confirmed":
            self._authorise((ids["siteId"], ids["paymentId"]), payment)
        else:
            payment.view["status"] = self._status("DECLINED", "DECLINED_BY_MPI")
        return 200, self._payment_view(payment)

    # Captures and refunds -----------------------------------------------------------------------------------------

    def capturesCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        if not self._again(payment.captures.get(ids["captureId"]), asked, "captureId"):
            held = payment.amount - payment.reversed
            if payment.view["status"]["value"] != "COMPLETED" or payment.captured or not held:
                raise Refused(400, "payin.incorrect-method-invocation")
            payment.captured = held
            view = {**ids, "createdDateTime": self._time(), "amount": money(held), "status": self._status("COMPLETED")}
            payment.captures[ids["captureId"]] = Stored(asked or {}, view, ids["siteId"])
        return 200, payment.captures[ids["captureId"]].view

    def capturesGet(self, ids: dict[str, str], _: Any) -> Answer:
        return 200, self._part(self._payment(ids).captures, ids["captureId"])

    @staticmethod
    def _part(parts: dict[str, Stored], part_id: str) -> dict[str, Any]:
        if part_id not in parts:
            raise Refused(404, "payin.resource.not.found")
        return parts[part_id].view

    def refundsCreate(self, ids: dict[str, str], asked: Any) -> Answer:
        payment = self._payment(ids)
        if not self._again(payment.refunds.get(ids["refundId"]), asked, "refundId"):
            if asked["amount"]["currency"] != "RUB":
                raise Refused(400, "validation.error", {"amount": ["currency"]})
            wanted, reversal = cents(asked["amount"]), not payment.captured
            view: dict[str, Any] = {
                "refundId": ids["refundId"],
                "createdDateTime": self._time(),
                "amount": money(wanted),
            }
            if payment.view["status"]["value"] != "COMPLETED":
                view["status"] = self._status("DECLINE", "INVALID_STATE")
            elif wanted > payment.rest:
                view["status"] = self._status("DECLINE", "INVALID_AMOUNT")
            else:
                view["status"] = self._status("COMPLETED")
                payment.reversed += wanted if reversal else 0
                payment.refunded += 0 if reversal else wanted
                if reversal:
                    view["flags"] = ["REVERSAL"]
            payment.refunds[ids["refundId"]] = Stored(asked, view, ids["siteId"])
        return 200, payment.refunds[ids["refundId"]].view

    def refundsGet(self, ids: dict[str, str], _: Any) -> Answer:
        return 200, self._part(self._payment(ids).refunds, ids["refundId"])

    def refundsList(self, ids: dict[str, str], _: Any) -> Answer:
        return 200, [refund.view for refund in self._payment(ids).refunds.values()]

    def tokensDelete(self, ids: dict[str, str], asked: Any) -> Answer:
        place = (ids["siteId"], asked["token"])
        if self.tokens.get(place) != asked["customerAccountId"]:
            raise Refused(404, "payin.resource.not.found")
        del self.tokens[place]
        return 204, None


# A socket ---------------------------------------------------------------------------------------------------------


@contextmanager
def served(server: HonestServer, *, at_once: bool = False) -> Iterator[str]:
    """Serve it on loopback, requests one at a time unless told otherwise; gives the base URL."""
    turn = nullcontext() if at_once else threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            key = self.headers.get("authorization", "").removeprefix("Bearer ") or None
            with turn:
                status, headers, answer = server.respond(self.command, self.path.removeprefix("/partner"), key, body)
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(answer))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_PUT = do_POST = do_DELETE = answer  # noqa: N815 - names that http.server calls

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}/partner"
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
