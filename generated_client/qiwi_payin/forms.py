# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
"""Links to the payment form: to that of an invoice, and one that makes an invoice without the API.

A link is not signed. Whoever has it can change it, so what it says is a wish: decide by what the API says of the
invoice or payment, and by its sum.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, Literal

from qiwi_payin_runtime.links import checked_address, checked_names, checked_sum, checked_text, link
from qiwi_payin_runtime.money import MoneyLike

from qiwi_payin.models.bill import Bill
from qiwi_payin.models.bill_details import BillDetails
from qiwi_payin.models.form_payment_method import FormPaymentMethod

__all__ = ["CREATE_URL", "create_link", "pay_link"]

CREATE_URL: Final = "https://payment.qiwi.com/create"
"""Where links without the API lead."""

_CURRENCIES: Final = (
    "RUB",
    "EUR",
    "USD",
)
_LARGEST: Final = Decimal("999999.99")


def pay_link(
    bill: Bill | BillDetails | str,
    *,
    success_url: str | None = None,
    lang: Literal[
        "ru",
        "en",
    ]
    | None = None,
    payment_method: FormPaymentMethod | str | None = None,
) -> str:
    """The address of an invoice's form, with what may be added to it.

    Args:
        bill: the invoice, or its `pay_url`.
        success_url: where the payer gets after success. That somebody came there does not prove that they paid.
        lang: the form's language, ru or en; ru where it is not given.
        payment_method: the method that is shown first; where it is not available the form shows another.

    Raises:
        ValueError: an address is not https (loopback aside), or no address.
    """
    return link(
        checked_address("bill", bill if isinstance(bill, str) else bill.pay_url),
        {
            "successUrl": None if success_url is None else checked_address("success_url", success_url),
            "lang": lang,
            "paymentMethod": payment_method,
        },
    )


def create_link(
    public_key: str,
    *,
    amount: MoneyLike | None = None,
    bill_id: str | None = None,
    comment: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    success_url: str | None = None,
    payment_method: FormPaymentMethod | str | None = None,
    extras: Mapping[str, str] | None = None,
    readonly: Sequence[str] = (),
    url: str = CREATE_URL,
) -> str:
    """A link that makes a two-step invoice and leads to its form, without the API.

    Args:
        public_key: the site's public key.
        amount: the sum, in rubles where it is not `Money`; the payer types it where it is not given.
        bill_id: id of the invoice. The same id leads to the same invoice; without one each opening makes a new one.
        comment: what the payer pays for.
        phone: the payer's phone number.
        email: the payer's address.
        success_url: where the payer gets after success. That somebody came there does not prove that they paid.
        payment_method: the method that is shown first.
        extras: further fields, such as `cf1` to `cf5` and `themeCode`.
        readonly: names of parameters that the payer may not change.
        url: address of the page that makes invoices; QIWI's own by default.

    Raises:
        TypeError: the amount is a float, or `readonly` one text.
        ValueError: the sum is not positive, too large or in a currency that a link cannot have, a text is empty or too
            long, or an address is not https (loopback aside).
    """
    money = None if amount is None else checked_sum("amount", amount, _LARGEST, _CURRENCIES)
    return link(
        checked_address("url", url),
        {
            "publicKey": checked_text("public_key", public_key),
            "billId": None if bill_id is None else checked_text("bill_id", bill_id, 200),
            "amount": None if money is None else str(money.value),
            "currency": None if money is None else money.currency,
            "comment": None if comment is None else checked_text("comment", comment, 255),
            "phone": phone,
            "email": email,
            "successUrl": None if success_url is None else checked_address("success_url", success_url),
            "paymentMethod": payment_method,
            **{f"extras[{name}]": text for name, text in (extras or {}).items()},
            "readonly": ",".join(checked_names("readonly", readonly)) or None,
        },
    )
