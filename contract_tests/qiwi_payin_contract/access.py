"""Requests that are refused at the door: without a key, with another's, by a wrong method, in a wrong form.

Rules of such refusals, and for every operation of the description a request that has nothing else wrong with it.
"""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.shop import CARD, THREE_DS_CARD, Shop, at

__all__ = [
    "CONTENT_TYPE_REFUSED",
    "FOREIGN_SITE_403",
    "FOREIGN_SITE_REFUSED",
    "NOTHING_CHANGED",
    "NOT_JSON_406",
    "NO_KEY_401",
    "WRONG_KEY_401",
    "Visit",
    "visit",
]


def _rule(  # noqa: PLR0917 - reads as one row of a table
    number: int, name: str, sentence: str, basis: Basis, statements: str, decision: str | None = None
) -> Rule:
    return Rule(f"QP-ACC-{number:03}", name, sentence, basis, "shapes", tuple(statements.split()), decision)


NO_KEY_401 = _rule(
    1,
    "no-key-401",
    "A request without a key is answered 401, with WWW-Authenticate: Bearer.",
    Basis.DECISION,
    "EN-008 EN-010 RU-013 PUB-006",
    "wrong-key",
)
WRONG_KEY_401 = _rule(
    2, "wrong-key-401", "A request with a wrong key is answered 401.", Basis.PUBLISHED, "PUB-006 PUB-241"
)
FOREIGN_SITE_403 = _rule(
    3,
    "foreign-site-403",
    "A request to an unknown site, or to one that the key is not for, is answered 403.",
    Basis.DECISION,
    "PUB-242 PRA-017",
    "foreign-site",
)
FOREIGN_SITE_REFUSED = _rule(
    4,
    "foreign-site-refused",
    "A key gets nothing from a site that it is not for, known or not.",
    Basis.DOCUMENTED,
    "EN-010 PUB-006",
)
NOTHING_CHANGED = _rule(
    5,
    "refused-changes-nothing",
    "A request that is refused for its key, site or content type changes nothing.",
    Basis.DOCUMENTED,
    "EN-008 EN-010 PUB-006 PUB-009",
)
CONTENT_TYPE_REFUSED = _rule(
    6,
    "content-type-required",
    "A body that is not JSON by its content type is refused.",
    Basis.PUBLISHED,
    "PUB-009 PUB-245",
)
NOT_JSON_406 = _rule(
    7,
    "not-json-406",
    "A body that is not JSON by its content type is refused with 406.",
    Basis.DECISION,
    "PUB-245",
    "wrong-content-type",
)

_AMOUNT = {"currency": "RUB", "value": "1.00"}
_NOBODY = "nobody"


@attrs.define(frozen=True)
class Visit:
    """A request that would be carried out, and how to see that it was not.

    Attributes:
        operation: its operation.
        ids: ids in the path but the site's, by their names in snake case; those of what it would make are new.
        body: its JSON body, or None.
        traces: looks with the right key, and answers what shows that the request was carried out, or None.
    """

    operation: Operation
    ids: Mapping[str, Any]
    body: Any
    traces: Callable[[], Exchange | None]


def visit(shop: Shop, operation_id: str) -> Visit:
    """Make a request that the shop's site would carry out, with everything that it needs."""
    operation = description().operations[operation_id]
    fresh = {_snake(name): shop.target.fresh_id(name) for name in operation.names if name != "siteId"}
    makes = operation.method == "PUT"
    made = list(fresh)[-1] if makes and fresh else None
    there = _things(shop, operation_id, waiting=operation_id == "paymentsComplete")
    ids = {name: value if name == made else there.get(name, value) for name, value in fresh.items()}
    body = _bodies(there).get(operation_id)
    if makes:
        return Visit(operation, ids, body, lambda: _made(shop, operation, ids))
    if operation_id == "paymentsComplete":
        return Visit(operation, ids, body, lambda: _finished(shop, ids["payment_id"], waited=bool(there["waiting"])))
    if operation_id == "tokensDelete":
        return Visit(operation, ids, body, lambda: _deleted(shop, there))
    return Visit(operation, ids, body, lambda: None)


def _bodies(there: Mapping[str, str]) -> Mapping[str, Any]:
    return {
        "billsCreate": {"amount": _AMOUNT, "expirationDateTime": "2035-01-01T00:00:00+03:00"},
        "paymentsCreate": {"amount": _AMOUNT, "paymentMethod": dict(CARD)},
        "paymentsComplete": {"threeDS": {"pares": "from-the-issuer"}},
        "capturesCreate": {},
        "refundsCreate": {"amount": _AMOUNT},
        "tokensDelete": {"customerAccountId": there.get("account", _NOBODY), "token": there.get("token", _NOBODY)},
    }


def _things(shop: Shop, operation_id: str, *, waiting: bool) -> dict[str, str]:
    """Make what an operation is about; ids by their names, and the token's account."""
    if operation_id.startswith("bills"):
        return {"bill_id": _id(shop.create_bill("1.00"), "billId")}
    if operation_id.startswith("tokens"):
        account = shop.target.fresh_id("account")
        token, _ = shop.issue_token(account)
        return {"account": account, "token": token} if token else {}
    paid = shop.create_payment("3.00", method=THREE_DS_CARD if waiting else CARD)
    payment_id = _id(paid, "paymentId")
    there = {"payment_id": payment_id}
    if waiting:
        return there | {"waiting": "yes" if at(paid.answer_json, "status", "value") == "WAITING" else ""}
    if operation_id.endswith(("Get", "List")):
        there["refund_id"] = _id(shop.refund(payment_id, "1.00"), "refundId")
        there["capture_id"] = _id(shop.capture(payment_id), "captureId")
    return there


def _id(exchange: Exchange, name: str) -> str:
    return exchange.path_parameters[name]


def _made(shop: Shop, operation: Operation, ids: Mapping[str, Any]) -> Exchange | None:
    """Read where a PUT would have put something."""
    reads = next(
        other.id
        for other in description().operations.values()
        if (other.method, other.template) == ("GET", operation.template)
    )
    found = shop.target.send(reads, site=shop.site, **ids)
    return found if found.ok else None


def _finished(shop: Shop, payment_id: str, *, waited: bool) -> Exchange | None:
    payment = shop.payment(payment_id)
    return payment if waited and at(payment.answer_json, "status", "value") != "WAITING" else None


def _deleted(shop: Shop, there: Mapping[str, str]) -> Exchange | None:
    """A token that still lives can be deleted; one that was deleted is found no more."""
    if "token" not in there:
        return None
    deleted = shop.delete_token(there["account"], there["token"])
    return None if deleted.ok else deleted


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
