"""One payer's visit: what the address of the form carries from page to page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from qiwi_payin_sandbox.addresses import web_address
from qiwi_payin_sandbox.domain.methods import CARD
from qiwi_payin_sandbox.pages.texts import Language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Visit:
    """The parameters that may stand in `payUrl`, and where the page is that it is at.

    What cannot be used is as if it were not given. `root` is that of `PageRequest`.
    """

    invoice_uid: str
    language: Language = Language.RU
    success_url: str | None = None
    method: str | None = None
    root: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str], root: str = "") -> Visit:
        """Read a visit from the query of an address or the hidden fields of a form: both bear the same names.

        `invoice_uid` is the other spelling of `invoiceUid` that the service prints.
        """
        return cls(
            invoice_uid=values.get("invoiceUid") or values.get("invoice_uid", ""),
            language=Language.read(values.get("lang")),
            success_url=web_address(values.get("successUrl")),
            method=values.get("paymentMethod"),
            root=root,
        )

    @property
    def parameters(self) -> dict[str, str]:
        """The visit as parameters, without those not given."""
        found = {
            "invoiceUid": self.invoice_uid,
            "lang": self.language,
            "successUrl": self.success_url,
            "paymentMethod": self.method,
        }
        return {name: str(value) for name, value in found.items() if value is not None}

    def address(self, page: str, **more: str) -> str:
        """Return the relative address of another page of this visit."""
        return f"{self.root}{page}?{urlencode(self.parameters | more)}"

    def at(self, root: str) -> Visit:
        """Return the same visit, at another page."""
        return replace(self, root=root)

    def in_language(self, language: Language) -> Visit:
        """Return the same visit in another language."""
        return replace(self, language=language)

    def by_method(self, method: str) -> Visit:
        """Return the same visit with another payment method chosen."""
        return replace(self, method=method)

    def method_of(self, methods: Sequence[str]) -> str:
        """Return which of the form's methods is shown: the wanted one, else the card, else the first."""
        return next(name for name in (self.method or CARD, CARD, methods[0]) if name in methods)
