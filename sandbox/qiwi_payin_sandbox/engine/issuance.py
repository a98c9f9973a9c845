"""How a bill comes into being: through the API, or by a link or the popup."""

from datetime import datetime
from typing import Any

from qiwi_payin_sandbox.domain import tokens
from qiwi_payin_sandbox.domain.bills import Bill
from qiwi_payin_sandbox.domain.errors import ValidationError
from qiwi_payin_sandbox.domain.money import Money
from qiwi_payin_sandbox.domain.receivers import receiver
from qiwi_payin_sandbox.engine import wanted
from qiwi_payin_sandbox.engine.work import Work

_BINDS = "BIND_PAYMENT_TOKEN"


def described(work: Work, bill_id: str, body: dict[str, Any], amount: Money, expires_at: datetime) -> Bill:
    """Return the new bill that a request body, which has been validated, describes.

    Raises:
        ValidationError: It asks for a token on a site without, or the bank for an answer that there is not.
    """
    methods, flags = body.get("billPaymentMethodsType"), tuple(dict.fromkeys(body.get("flags", ())))
    demand_tokens_for(work, flags)
    wanted.by_bill(work.site, body.get("comment"))
    return Bill(
        site_id=work.site.site_id,
        bill_id=bill_id,
        invoice_uid=work.ids.uuid("invoice", work.site.site_id, bill_id),
        amount=amount,
        created_at=work.now,
        changed_at=work.now,
        expires_at=expires_at,
        expires_text=body["expirationDateTime"],
        comment=body.get("comment"),
        flags=flags,
        methods=None if methods is None else tuple(dict.fromkeys(methods)),
        customer=body.get("customer"),
        custom_fields=body.get("customFields"),
        receiver=receiver(body.get("receiverData")),
    )


def demand_tokens_for(work: Work, flags: list[str] | tuple[str, ...]) -> None:
    """Demand that the site has payment tokens where flags ask for one.

    Raises:
        ValidationError: It has not.
    """
    if _BINDS in flags and not work.site.payment_tokens:
        raise ValidationError({"flags": [tokens.NOT_ENABLED]})
