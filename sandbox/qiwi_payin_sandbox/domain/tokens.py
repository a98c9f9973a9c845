"""Payment tokens: a card that a payer let the partner keep, under a name that only its site and account can use."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from qiwi_payin_sandbox.domain.bank import CardInfo
from qiwi_payin_sandbox.domain.change import Change
from qiwi_payin_sandbox.domain.errors import NotFoundError, ValidationError
from qiwi_payin_sandbox.domain.events import Event, EventType

DISABLED = "Exchange token error. Token disabled, please create new one"
ACCOUNT_REQUIRED = "customer.account is required to pay with a payment token"
NOT_ENABLED = "Payment tokens are not enabled for this site"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A saved card. `expiry_date` is `MM/YY`; of the PAN the mask is kept, and a reference that many numbers share."""

    site_id: str
    token: str = field(repr=False)
    account: str
    masked_pan: str
    expiry_date: str = field(repr=False)
    card_info: CardInfo
    created_at: datetime
    deleted_at: datetime | None = None
    card_reference: str = ""


def usable(token: Token | None, account: str | None) -> Token:
    """Return the token if the account may pay with it.

    Raises:
        ValidationError: No account is named, or the token is unknown, deleted or another account's.
    """
    if account is None:
        raise ValidationError({"customer.account": [ACCOUNT_REQUIRED]})
    if token is None or token.deleted_at is not None or token.account != account:
        raise ValidationError({"paymentToken": [DISABLED]})
    return token


def delete(token: Token | None, account: str, now: datetime) -> Change:
    """Make the token unusable.

    Raises:
        NotFoundError: The token is unknown, already deleted or another account's.
    """
    if token is None or token.deleted_at is not None or token.account != account:
        raise NotFoundError("token")
    return Change(tokens=(replace(token, deleted_at=now),), events=(Event(type=EventType.TOKEN_DELETED, at=now),))
