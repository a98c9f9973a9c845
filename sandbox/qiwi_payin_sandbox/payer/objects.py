"""Bills, payments and challenges as a payer sees them. No token and no full card number is among it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A linked card. `card_id` is not its token."""

    card_id: str
    masked_pan: str
    payment_system: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPayment:
    """A payment of a bill as the form shows it; `pareq` is there while 3-D Secure is outstanding.

    `method` is what it is paid by, `masked_pan` is empty where that is no card.
    """

    site_id: str
    payment_id: str
    invoice_uid: str
    status: str
    reason: str | None
    amount: str
    currency: str
    method: str
    masked_pan: str
    pareq: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FormBill:
    """A bill as the form shows it; `amount` has two decimals, `methods` are those that the form offers.

    `theme_code` is the bill's own, `now` the site's time.

    `last_payment` is the newest payment of the bill, by which the form tells of a declined or an unfinished one.
    """

    site_id: str
    bill_id: str
    invoice_uid: str
    amount: str
    currency: str
    comment: str | None
    status: str
    expires_at: datetime
    methods: tuple[str, ...]
    saved_cards: tuple[SavedCard, ...]
    theme_code: str | None
    site_theme: str | None
    now: datetime
    success_url: str | None
    test: bool
    one_step: bool
    last_payment: FormPayment | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What the issuing bank asks the payer to confirm."""

    site_id: str
    payment_id: str
    amount: str
    currency: str
    masked_pan: str
    payment_system: str
    issuing_bank: str
    at: datetime
    born_on_form: bool
