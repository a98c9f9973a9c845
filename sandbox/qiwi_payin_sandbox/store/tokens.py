"""Payment tokens as rows."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import and_, bindparam, select, update

from qiwi_payin_sandbox.domain.bank import CardInfo
from qiwi_payin_sandbox.domain.tokens import Token
from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part, maybe_milliseconds, maybe_moment
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

_TABLE = tables.tokens
_OF_SITE = _TABLE.c.site_id == bindparam("site_id")
_IS_IT = and_(_OF_SITE, _TABLE.c.token == bindparam("token"))
_FIND = select(_TABLE).where(_IS_IT)
_CHANGE = update(_TABLE).where(_IS_IT)
_OF_ACCOUNT = (
    select(_TABLE)
    .where(_OF_SITE, _TABLE.c.account == bindparam("account"), _TABLE.c.deleted_at.is_(None))
    .order_by(_TABLE.c.sequence)
)


class Tokens(Part):
    """The payment tokens of a site."""

    def token(self, token: str, *, of: str | None = None, lock: bool = False) -> Token | None:
        """Return a payment token of this site, or of the site `of`."""
        row = self._session.one(_FIND, {"site_id": of or self._site_id, "token": _column_text(token)}, lock=lock)
        return None if row is None else to_token(row._asdict())

    def tokens_of_account(self, account: str, *, of: str | None = None) -> list[Token]:
        """Return the tokens of an account that were issued on this site, or on the site `of`, oldest first."""
        values = {"site_id": of or self._site_id, "account": _column_text(account)}
        return [to_token(row._asdict()) for row in self._session.all(_OF_ACCOUNT, values)]

    def save_token(self, token: Token) -> None:
        """Store a new token, or that it was deleted."""
        if token.deleted_at is None:
            self._session.add(_TABLE, of_token(token))
        else:
            key = {"site_id": self._site_id, "token": _column_text(token.token)}
            self._session.change(_CHANGE, key, {"deleted_at": milliseconds(token.deleted_at)})


def of_token(token: Token) -> dict[str, Any]:
    """Write a token."""
    return {
        "site_id": token.site_id,
        "token": _column_text(token.token),
        "account": _column_text(token.account),
        "masked_pan": token.masked_pan,
        "expiry_date": token.expiry_date,
        "card_info": json.dumps(asdict(token.card_info)),
        "created_at": milliseconds(token.created_at),
        "deleted_at": maybe_milliseconds(token.deleted_at),
        "card_reference": token.card_reference,
    }


def to_token(values: Mapping[str, Any]) -> Token:
    """Read a token."""
    return Token(
        site_id=values["site_id"],
        token=json.loads(values["token"]),
        account=json.loads(values["account"]),
        masked_pan=values["masked_pan"],
        expiry_date=values["expiry_date"],
        card_info=CardInfo(**json.loads(values["card_info"])),
        created_at=from_milliseconds(values["created_at"]),
        deleted_at=maybe_moment(values["deleted_at"]),
        card_reference=values.get("card_reference", ""),
    )


def _column_text(text: str) -> str:
    """Write any text so that every database takes it, control characters and all."""
    return json.dumps(text)
