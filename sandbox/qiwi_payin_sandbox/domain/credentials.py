"""Operations with stored card data: what the request says of the use, and what answers and notifications tell of it."""

from dataclasses import dataclass
from types import MappingProxyType

KIND_OF_USE = MappingProxyType(
    {
        # cardTokenPaymentType of the request: credentialOnFile.type of the answer
        "FIRST_PAYMENT": "CREDENTIAL_CAPTURED",
        "INITIATED_BY_CLIENT": "CREDENTIAL_ON_FILE",
        "INITIATED_BY_MERCHANT": "CREDENTIAL_ON_FILE",
        "RECURRING_PAYMENT": "RECURRING",
        "INSTALLMENT": "INSTALLMENT",
    }
)
OF_A_TOKEN = "INITIATED_BY_CLIENT"  # noqa: S105 - the name of a use
"""What a payment by token is whose request says nothing of the use."""


@dataclass(frozen=True, slots=True)
class CredentialOnFile:
    """The stored card that a payment used or stored: the kind of use, and the scheme's id of the transaction."""

    type: str
    trn: str


def kind_of_use(use: str | None, *, saved: bool) -> str | None:
    """Return the kind of use that is told of a payment; None where no stored card is concerned.

    Args:
        use: `cardTokenPaymentType` of the request.
        saved: It is paid by a payment token.
    """
    use = use or (OF_A_TOKEN if saved else None)
    return KIND_OF_USE[use] if use else None
