"""Faults of keys, sites and saved cards."""

from collections.abc import Iterable
from typing import Any

import attrs

from qiwi_payin_contract.faults.base import Fault, ShownOtherwise
from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.sites import Site


class KeylessList(Fault):
    """Lists the payments of a bill for everybody, with no key."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-104", "QP-SHAPE-401"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        site = self.sites.get(call.ids.get("siteId", ""))
        if site and call.operation_id == "billsListPayments" and "authorization" not in call.headers:
            return forward(call.with_key(site.key))
        return forward(call)


class AnyKeyReadsRefunds(Fault):
    """Lists refunds for the key of any site."""

    group = "shapes"
    rules = frozenset({"QP-ACC-004", "QP-BOOKS-104"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        keys = {f"Bearer {site.key}" for site in self.sites.values()}
        site = self.sites.get(call.ids.get("siteId", ""))
        if site and call.operation_id == "refundsList" and call.headers.get("authorization") in keys:
            return forward(call.with_key(site.key))
        return forward(call)


class AnyKeyDeletesTokens(Fault):
    """Deletes a payment token of one site for the key of another."""

    group = "shapes"
    rules = frozenset({"QP-ACC-004", "QP-ACC-005", "QP-BOOKS-104"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        keys = {f"Bearer {site.key}" for site in self.sites.values()}
        site = self.sites.get(call.ids.get("siteId", ""))
        if site and call.operation_id == "tokensDelete" and call.headers.get("authorization") in keys:
            return forward(call.with_key(site.key))
        return forward(call)


class KeyByItsBeginning(Fault):
    """Compares the first ten characters of a key."""

    group = "shapes"
    rules = frozenset({"QP-BOOKS-104", "QP-SHAPE-401"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        site = self.sites.get(call.ids.get("siteId", ""))
        if site and call.headers.get("authorization", "")[:17] == f"Bearer {site.key}"[:17]:
            return forward(call.with_key(site.key))
        return forward(call)


class SitesSharePayments(Fault):
    """Finds a payment by its id alone, whichever site it belongs to."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-103"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._owners: dict[str, str] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        site_id, payment_id = call.ids.get("siteId", ""), call.ids.get("paymentId", "")
        answer = forward(call)
        if call.operation_id == "paymentsCreate" and answer.ok:
            self._owners.setdefault(payment_id, site_id)
        owner = self._owners.get(payment_id)
        if call.operation_id == "paymentsGet" and answer.status == 404 and owner:
            path = call.path.replace(f"/sites/{site_id}/", f"/sites/{owner}/")
            return forward(attrs.evolve(call, path=path).with_key(self.sites[owner].key))
        return answer


class BillListsOtherSites(Fault):
    """Lists the payments of every site that name a bill's id."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-603"})

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._named: dict[str, list[tuple[str, dict[str, Any]]]] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        bill_id = at(call.json, "billId")
        if call.operation_id == "paymentsCreate" and answer.ok and isinstance(bill_id, str):
            self._named.setdefault(bill_id, []).append((call.ids["siteId"], {**answer.json, "billId": bill_id}))
        if call.operation_id == "billsListPayments" and answer.ok:
            named = self._named.get(call.ids["billId"], ())
            foreign = [payment for site_id, payment in named if site_id != call.ids["siteId"]]
            return answer.with_json([*foreign, *answer.json])
        return answer


class _TokenFault(Fault):
    """Knows which account each payment token was issued for."""

    group = "scenarios"

    def __init__(self, sites: Iterable[Site]) -> None:
        super().__init__(sites)
        self._accounts: dict[str, str] = {}

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(self.asked(call))
        token = at(answer.json, "createdToken", "token")
        account = at(call.json, "customer", "account")
        if isinstance(token, str) and isinstance(account, str):
            self._accounts.setdefault(token, account)
        return answer

    def asked(self, call: Call) -> Call:
        """Ask for something else."""
        return call

    def account_of(self, call: Call) -> str | None:
        """The account that the token in a payment was issued for."""
        token = at(call.json, "paymentMethod", "paymentToken")
        return self._accounts.get(token) if isinstance(token, str) else None


class TokenOfAnotherAccount(_TokenFault):
    """Charges a token for any account of its site."""

    group = "behaviour"
    rules = frozenset({"QP-BOOKS-704"})

    def asked(self, call: Call) -> Call:
        account = self.account_of(call)
        named = at(call.json, "customer", "account")
        if call.operation_id != "paymentsCreate" or account is None or not isinstance(named, str):
            return call
        return call.with_json({**call.json, "customer": {**call.json["customer"], "account": account}})


class TokenWithoutAccount(_TokenFault):
    """Charges a token where no account is named."""

    rules = frozenset({"QP-BOOKS-704", "QP-PAY-017"})

    def asked(self, call: Call) -> Call:
        account = self.account_of(call)
        named = at(call.json, "customer", "account")
        if call.operation_id != "paymentsCreate" or account is None or named is not None:
            return call
        return call.with_json({**call.json, "customer": {**(at(call.json, "customer") or {}), "account": account}})


class TokenOutlivesDeletion(Fault):
    """Answers the deletion of a token with 204 and keeps it."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-705", "QP-PAY-018"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id != "tokensDelete":
            return forward(call)
        named = at(call.json, "token")
        answer = forward(call.with_json({**call.json, "token": f"{named}0"}) if isinstance(named, str) else call)
        return Answer(204, {}, b"") if answer.status == 404 and isinstance(named, str) else answer


class TokenNotIssued(ShownOtherwise):
    """Issues no token though BIND_PAYMENT_TOKEN asks for one."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-702", "QP-PAY-014"})

    def payment(self, _call: Call, payment: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in payment.items() if name != "createdToken"}


class TokenUnasked(Fault):
    """Issues a token for every payment that names an account."""

    group = "scenarios"
    rules = frozenset({"QP-BOOKS-701", "QP-PAY-014"})

    def apply(self, call: Call, forward: Forward) -> Answer:
        if call.operation_id == "paymentsCreate" and at(call.json, "customer", "account"):
            flags = at(call.json, "flags") or []
            if isinstance(flags, list) and at(call.json, "paymentMethod", "type") == "CARD":
                return forward(call.with_json({**call.json, "flags": [*flags, "BIND_PAYMENT_TOKEN"]}))
        return forward(call)
