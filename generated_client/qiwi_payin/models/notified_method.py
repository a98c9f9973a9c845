# Generated from openapi/openapi.yaml and overlays/client.overlay.yaml by `nox -s generate`: not for editing.
from decimal import Decimal

from attr import define, field
from qiwi_payin_runtime.codecs import NULL, NUMBER, TEXT, AnyOf, Name
from qiwi_payin_runtime.models import Model, wire
from qiwi_payin_runtime.unset import UNSET, Unset

from qiwi_payin.models.notified_method_type import NotifiedMethodType


@define(kw_only=True, repr=False)
class NotifiedMethod(Model):
    """The method that a payment was made with. Full card data are never shown."""

    type_: NotifiedMethodType = field(metadata=wire("type", Name(NotifiedMethodType)))
    """Name of the method."""
    masked_pan: str | Unset = field(default=UNSET, metadata=wire("maskedPan", TEXT))
    """First six digits of the card number, six asterisks, last four digits."""
    rrn: str | Decimal | None | Unset = field(
        default=UNSET,
        metadata=wire(
            "rrn",
            AnyOf(
                (
                    TEXT,
                    NUMBER,
                    NULL,
                )
            ),
        ),
    )
    """Retrieval reference number of the operation at the bank."""
    auth_code: str | Decimal | None | Unset = field(
        default=UNSET,
        metadata=wire(
            "authCode",
            AnyOf(
                (
                    TEXT,
                    NUMBER,
                    NULL,
                )
            ),
        ),
    )
    """Authorization code of the issuing bank."""
    payment_token: str | Unset = field(default=UNSET, repr=False, metadata=wire("paymentToken", TEXT))
    """The payment token."""
    card_holder: str | None | Unset = field(
        default=UNSET,
        metadata=wire(
            "cardHolder",
            AnyOf(
                (
                    TEXT,
                    NULL,
                )
            ),
        ),
    )
    """Name on the card."""
    card_expire_date: str | Unset = field(default=UNSET, metadata=wire("cardExpireDate", TEXT))
    """Month and year until which the card is valid, `M/YYYY` or `MM/YYYY`."""
    phone: str | Unset = field(default=UNSET, metadata=wire("phone", TEXT))
    """Phone number of the payer."""
