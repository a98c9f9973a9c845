"""The link that makes an invoice without the API: `/create?publicKey=...`, and what the popup asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from qiwi_payin_sandbox.payer import InvoiceOrder, InvoiceRejected
from qiwi_payin_sandbox.times import MOSCOW

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_EXTRA = re.compile(r"extras\[([A-Za-z0-9_-]{1,64})\]", re.ASCII)
# A link's amount is `Number(6.2)`: six digits before the point, and what is finer than kopecks is dropped.
_GIVEN_AMOUNT = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,40}))?", re.ASCII)
_TYPED_AMOUNT = re.compile(r"([0-9]{1,6})(?:[.,]([0-9]{1,2}))?", re.ASCII)
_GROUPS = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f][0-9]{3})+(?![0-9])", re.ASCII)
_LIFETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{4}", re.ASCII)
_LONGEST_COMMENT = 255
_LONGEST_FIELD = 256
_LARGEST_EXPONENT = 30
_TEXTS = ("comment", "phone", "email")
_API_ONLY = frozenset({"invoice_callback_url"})
"""Custom fields that payers, who know the public key too, must not set: where the shop's notifications go."""


@dataclass(frozen=True, slots=True)
class PaymentLink:
    """The parameters of a link, as they were given."""

    given: Mapping[str, str] = field(repr=False)

    @property
    def extras(self) -> dict[str, str]:
        """The extra fields by name: `extras[cf1]=x` is `cf1`."""
        found = ((_EXTRA.fullmatch(name), text) for name, text in self.given.items())
        return {match[1]: text for match, text in found if match and text}

    @property
    def readonly(self) -> frozenset[str]:
        """Names of parameters that the payer may not change."""
        listed = ",".join((self.given.get("readonly", ""), self.given.get("readonly_extras", "")))
        return frozenset(name.strip() for name in listed.split(",") if name.strip())

    @property
    def fields(self) -> dict[str, str]:
        """What a payer is shown of the link: parameters and their texts, extra fields by their full names."""
        own = {name: self.given[name] for name in _TEXTS if self.given.get(name)}
        return own | {f"extras[{name}]": text for name, text in self.extras.items() if name != "themeCode"}

    def is_readonly(self, parameter: str) -> bool:
        """Whether the payer may not change a parameter, which `readonly` names with or without `extras[]`."""
        match = _EXTRA.fullmatch(parameter)
        return parameter in self.readonly or (match is not None and match[1] in self.readonly)

    def order(self) -> InvoiceOrder:
        """Return what is asked for.

        Raises:
            InvoiceRejected: Parameters break rules.
        """
        given = {name: text for name, text in self.given.items() if text}
        return _order(given, self.extras, amount_of(given.get("amount"), given_amount))


def order_of_popup(body: Mapping[str, Any]) -> InvoiceOrder:
    """Return what a call of `createInvoice` asks for.

    Raises:
        InvoiceRejected: Parameters break rules.
    """
    names = ("publicKey", "phone", "email", "account", "comment", "lifetime")
    wrong = {name: "text" for name in names if not isinstance(body.get(name), str | None)}
    custom = body.get("customFields")
    if custom is not None and not _is_flat(custom):
        wrong["customFields"] = "fields"
    if body.get("amount") is None:
        wrong["amount"] = "missing"
    if wrong:
        raise InvoiceRejected(wrong)
    fields = {name: str(text) for name, text in (custom or {}).items() if text is not None}
    given = {name: body[name] for name in names if body.get(name)}
    return _order(given, fields, amount_of(_number_text(body["amount"]), given_amount))


def amount_of(text: str | None, read: Callable[[str], str | None]) -> str | None:
    """Return an amount that was given, with two decimals.

    Raises:
        InvoiceRejected: It is none.
    """
    amount = read(text.strip()) if text is not None else None
    if text is not None and amount is None:
        raise InvoiceRejected({"amount": "amount"})
    return amount


def given_amount(text: str) -> str | None:
    """Read the amount of a link or a popup, which is rounded down to kopecks; None where it is none."""
    match = _GIVEN_AMOUNT.fullmatch(text)
    return _positive(match[1], (match[2] or "")[:2]) if match else None


def typed_amount(text: str) -> str | None:
    """Read an amount that a payer typed, exactly: `1 234,5` is `1234.50`; None where it is none."""
    grouped = _GROUPS.match(text)
    if grouped:
        text = re.sub(r"\s", "", grouped[0]) + text[grouped.end() :]
    match = _TYPED_AMOUNT.fullmatch(text)
    return _positive(match[1], match[2] or "") if match else None


def _positive(whole: str, fraction: str) -> str | None:
    amount = f"{int(whole)}.{fraction:0<2}"
    return None if amount == "0.00" else amount


def _order(given: Mapping[str, str], custom_fields: dict[str, str], amount: str | None) -> InvoiceOrder:
    wrong: dict[str, str] = {}
    if not given.get("publicKey"):
        wrong["publicKey"] = "missing"
    if len(given.get("comment", "")) > _LONGEST_COMMENT:
        wrong["comment"] = "long"
    wrong |= {name: "long" for name, text in custom_fields.items() if len(text) > _LONGEST_FIELD}
    expires_at = _lifetime(given.get("lifetime"))
    if expires_at is None and given.get("lifetime"):
        wrong["lifetime"] = "lifetime"
    wrong |= dict.fromkeys(_API_ONLY & custom_fields.keys(), "api_only")
    texts = {**custom_fields, **given}
    wrong |= {name.replace("\0", ""): "characters" for name, text in texts.items() if "\0" in name + text}
    if wrong:
        raise InvoiceRejected(wrong)
    return InvoiceOrder(
        public_key=given["publicKey"],
        bill_id=given.get("billId"),
        amount=amount,
        currency=given.get("currency", "RUB"),
        comment=given.get("comment"),
        phone=given.get("phone"),
        email=given.get("email"),
        account=given.get("account"),
        custom_fields=custom_fields,
        expires_at=expires_at,
    )


def _lifetime(text: str | None) -> datetime | None:
    """Return the moment that `YYYY-MM-DDThhmm` names in Moscow."""
    if text is None or not _LIFETIME.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H%M").replace(tzinfo=MOSCOW)
    except ValueError:
        return None


def _is_flat(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str | int | Decimal | None) for text in value.values())


def _number_text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}" if abs(value.adjusted()) <= _LARGEST_EXPONENT else ""
    return str(value)
