"""What a payment is made with: the card, saved card or Sandbox Pay that a `paymentMethod` names."""

from typing import Any

from qiwi_payin_sandbox.domain import tokens
from qiwi_payin_sandbox.domain.bank import Card
from qiwi_payin_sandbox.domain.methods import SANDBOX_PAY, SandboxPay
from qiwi_payin_sandbox.engine.acceptance import Means
from qiwi_payin_sandbox.engine.work import Work


def chosen_means(work: Work, method: dict[str, Any], account: str | None) -> Means:
    """Return the card, the token that `account` may use, or Sandbox Pay.

    Raises:
        ValidationError: There is no such token on the site, it was deleted, or it is another account's.
    """
    if method["type"] == "TOKEN":
        return tokens.usable(work.find_token(method["paymentToken"]), account)
    if method["type"] == SANDBOX_PAY:
        return SandboxPay()
    return Card(method["pan"], method["expiryDate"], method.get("cvv2"), method.get("holderName"))
