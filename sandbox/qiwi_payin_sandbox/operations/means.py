"""What a payment is made with: the card or saved card that a `paymentMethod` names."""

from typing import Any

from qiwi_payin_sandbox.domain import tokens
from qiwi_payin_sandbox.domain.bank import Card
from qiwi_payin_sandbox.domain.tokens import Token
from qiwi_payin_sandbox.work import Work


def chosen_means(work: Work, method: dict[str, Any], account: str | None) -> Card | Token:
    """Return the card, or the token that `account` may use.

    Raises:
        ValidationError: There is no such token on the site, it was deleted, or it is another account's.
    """
    if method["type"] == "TOKEN":
        return tokens.usable(work.unit.token(method["paymentToken"]), account)
    return Card(method["pan"], method["expiryDate"], method.get("cvv2"), method.get("holderName"))
