"""Every request that the description allows is built by the client and taken by the sandbox."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from qiwi_payin import CardPaymentMethod, Customer, Money, PayIn, Payment, TokenPaymentMethod
from qiwi_payin.errors import APIError
from qiwi_payin_runtime.codecs import AmountForm
from qiwi_payin_sandbox import Sandbox

from tests.client.test_client_calls import OPERATIONS, arguments, method_of

CARD = CardPaymentMethod(pan="4444443616621049", expiry_date="12/34", cvv2="123")
WAITS = attrs.evolve(CARD, cvv2="849")
PAYER = Customer(account="account-1")


class Shop:
    """A client of a sandbox, and objects there that requests may refer to."""

    def __init__(self, sandbox: Sandbox, amounts: AmountForm) -> None:
        access = (sandbox.local_base_url, sandbox.key, sandbox.site_id)
        self.payin = PayIn(*access, transport=sandbox.transport, amount_as=amounts)
        self._numbers = count()

    def new_id(self) -> str:
        """An id that was not there before."""
        return f"new-{next(self._numbers)}"

    def payment(self, card: CardPaymentMethod = CARD, **fields: Any) -> Payment:
        """A payment of the largest sum."""
        return self.payin.payments.create(self.new_id(), amount="99999999.99", payment_method=card, **fields)

    def token(self) -> str:
        """A payment token of the payer."""
        issued = self.payment(customer=PAYER, flags=["BIND_PAYMENT_TOKEN"]).created_token
        assert issued
        return issued.token


@pytest.fixture(scope="module", params=["string", "number"])
def shop(request: pytest.FixtureRequest) -> Iterator[Shop]:
    """The same shop for all requests: their ids are new."""
    with Sandbox(courier="collect") as sandbox:
        yield Shop(sandbox, request.param)


def fitted(shop: Shop, operation_id: str, fields: dict[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """Ids and fields that name what is there, where the description's words, and not its schemas, demand it."""
    fitting = {name: Money(value.value) if isinstance(value, Money) else value for name, value in fields.items()}
    ids = [shop.new_id()]
    match operation_id:
        case "paymentsCreate" if isinstance(fields["payment_method"], TokenPaymentMethod):
            fitting["payment_method"] = attrs.evolve(fields["payment_method"], payment_token=shop.token())
            fitting["customer"] = attrs.evolve(fields.get("customer", PAYER), account=PAYER.account)
        case "paymentsComplete":
            ids = [shop.payment(WAITS).payment_id]
        case "capturesCreate":
            ids = [shop.payment().payment_id, shop.new_id()]
        case "refundsCreate":
            ids = [shop.payment(flags=["SALE"]).payment_id, shop.new_id()]
        case "tokensDelete":
            ids, fitting = [], {"customer_account_id": PAYER.account, "token": shop.token()}
    return ids, fitting


@pytest.mark.parametrize("operation_id", [name for name, (_, _, item) in OPERATIONS.items() if "requestBody" in item])
@given(data=st.data())
@settings(max_examples=25)
def test_whatever_the_description_allows_is_taken_by_the_sandbox(
    shop: Shop, operation_id: str, data: st.DataObject
) -> None:
    _, drawn, _ = arguments(operation_id, data)
    ids, fields = fitted(shop, operation_id, drawn)

    try:
        method_of(shop.payin, operation_id)(*ids, **fields)
    except APIError as refused:
        pytest.fail(f"{refused}: {fields!r}")
