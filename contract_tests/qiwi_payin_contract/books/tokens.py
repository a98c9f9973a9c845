"""Payment tokens: issued when asked for, bound to site and account, dead once deleted."""

from collections.abc import Mapping
from typing import Any

from qiwi_payin_contract.books import rules
from qiwi_payin_contract.books import transitions as moves
from qiwi_payin_contract.books.records import Payment, Token, status_of
from qiwi_payin_contract.books.scene import Scene

__all__ = ["account_of", "delete", "issued", "refused", "token_of", "used"]


def account_of(asked: Any) -> str | None:
    """Read ``customer.account`` of a request."""
    customer = asked.get("customer") if isinstance(asked, Mapping) else None
    account = customer.get("account") if isinstance(customer, Mapping) else None
    return account if isinstance(account, str) and account else None


def token_of(asked: Any) -> str | None:
    """Read ``paymentMethod.paymentToken`` of a request for a payment by token."""
    method = asked.get("paymentMethod") if isinstance(asked, Mapping) else None
    token = method.get("paymentToken") if isinstance(method, Mapping) and method.get("type") == "TOKEN" else None
    return token if isinstance(token, str) else None


def issued(scene: Scene, payment: Payment, answer: Mapping[str, Any], *, first: bool) -> None:
    """Study ``createdToken`` of a payment's answer."""
    created = answer.get("createdToken")
    token = created.get("token") if isinstance(created, Mapping) else None
    bill = scene.ledger.bills.get(payment.bill_id or "")
    origin = payment if payment.asked is not None else bill
    if not isinstance(token, str):
        origin_asks = payment.own and first and payment.asked is not None and payment.flagged("BIND_PAYMENT_TOKEN")
        if origin_asks and payment.fields.get("methodType") == "CARD" and account_of(payment.asked):
            scene.notes.holds(
                payment.status != "COMPLETED",
                rules.TOKEN_ISSUED,
                "a token was asked for, and the COMPLETED payment has no createdToken",
                payment.trail,
            )
        return
    if origin is not None and origin.asked is not None:
        asked = origin.flagged("BIND_PAYMENT_TOKEN") and account_of(origin.asked) is not None
        scene.notes.holds(
            asked,
            rules.TOKEN_UNASKED,
            "createdToken is there, and no token was asked for with an account",
            payment.trail,
        )
    card = payment.fields.get("maskedPan")
    name = created.get("name") if isinstance(created, Mapping) else None
    if card is not None and name is not None:
        scene.notes.holds(
            name == card, rules.TOKEN_CARD, f"createdToken.name should be {card} and is {name!r}", payment.trail
        )
    account = account_of(origin.asked) if origin is not None else None
    known = next((ledger.tokens[token] for ledger in scene.ledgers.values() if token in ledger.tokens), None)
    if known is None:
        scene.ledger.tokens[token] = Token(account, scene.ledger.site_id, scene.exchange, card)
        scene.took(moves.TOKEN_ISSUED if payment.asked is not None else moves.TOKEN_ISSUED_ON_FORM)
        return
    scene.notes.holds(
        (known.account, known.site_id) == (account, scene.ledger.site_id) or None in {known.account, account},
        rules.TOKEN_SHARED,
        "the token was issued before, to another account or on another site",
        (known.made_by,),
    )


def used(scene: Scene, payment: Payment, answer: Mapping[str, Any]) -> None:
    """Study the answer to a payment by token."""
    token = token_of(scene.asked)
    if token is None:
        return
    scene.notes.holds(
        "requirements" not in answer, rules.TOKEN_WITHOUT_3DS, "requirements ask for 3-D Secure", payment.trail
    )
    value, _ = status_of(dict(answer))
    paid = value == "COMPLETED"
    account = account_of(scene.asked)
    scene.notes.holds(
        not (paid and account is None), rules.TOKEN_ACCOUNT, "paid by token without customer.account", payment.trail
    )
    known = scene.ledger.tokens.get(token)
    if paid:
        scene.took(moves.TOKEN_PAID)
        _of_its_card(scene, payment, answer, known)
    if known is None:
        elsewhere = next((ledger.tokens[token] for ledger in scene.ledgers.values() if token in ledger.tokens), None)
        if elsewhere is not None:
            scene.notes.holds(
                not paid,
                rules.TOKEN_OF_SITE,
                f"paid on {scene.ledger.site_id} by a token of {elsewhere.site_id}",
                (elsewhere.made_by,),
            )
        return
    if known.deleted_by is not None:
        scene.notes.holds(
            not paid, rules.TOKEN_DELETED, "paid by a token that was deleted", (known.made_by, known.deleted_by)
        )
    elif known.account is not None and account is not None:
        scene.notes.holds(
            not paid or account == known.account,
            rules.TOKEN_ACCOUNT,
            "paid by a token of another account",
            (known.made_by,),
        )


def _of_its_card(scene: Scene, payment: Payment, answer: Mapping[str, Any], token: Token | None) -> None:
    method = answer.get("paymentMethod")
    shown = method.get("maskedPan") if isinstance(method, Mapping) else None
    if token is not None and token.card is not None and shown is not None:
        scene.notes.holds(
            shown == token.card,
            rules.TOKEN_CARD,
            f"paid with the card {shown}, and the token was issued for {token.card}",
            (token.made_by, *payment.trail),
        )


def refused(scene: Scene) -> None:
    """Note why a payment by token was refused, as far as the books know."""
    token, account = token_of(scene.asked), account_of(scene.asked)
    if token is None:
        return
    known = scene.ledger.tokens.get(token)
    if known is None:
        if any(token in ledger.tokens for ledger in scene.ledgers.values()):
            scene.took(moves.TOKEN_SITE_REFUSED)
    elif known.deleted_by is not None:
        scene.took(moves.TOKEN_DELETED_REFUSED)
    elif account != known.account:
        scene.took(moves.TOKEN_ACCOUNT_REFUSED)


def delete(scene: Scene) -> None:
    """Study the answer to a request to delete a token: 204 for a live one, 404 for any other."""
    asked = scene.asked if isinstance(scene.asked, Mapping) else {}
    token, account = asked.get("token"), asked.get("customerAccountId")
    known = scene.ledger.tokens.get(token) if isinstance(token, str) else None
    if known is None or known.account is None:
        return
    live = known.deleted_by is None and account == known.account
    trail = [exchange for exchange in (known.made_by, known.deleted_by) if exchange is not None]
    if scene.exchange.ok:
        scene.notes.holds(
            live, rules.TOKEN_DELETE, "deleted, though it was deleted before or is of another account", trail
        )
        if live:
            scene.took(moves.TOKEN_DELETED)
        known.deleted_by = known.deleted_by or scene.exchange
    elif scene.exchange.status in {404, 410}:
        scene.notes.holds(not live, rules.TOKEN_DELETE, "not found, though it was issued and not deleted", trail)
        if known.deleted_by is not None:
            scene.took(moves.TOKEN_GONE)
