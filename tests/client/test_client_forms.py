from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin import Money, PayIn, forms
from qiwi_payin_sandbox import Sandbox

PAY_URL = "https://oplata.qiwi.com/form?invoiceUid=143a6822-6ef2-478f-a30b-4ad8c044d6d8"
SHOP = "https://shop.example/спасибо?order=1&next=/a%20b#top"
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
sums = st.builds(Money.of_minor, st.integers(1, 99_999_999), st.sampled_from(["RUB", "EUR", "USD"]))


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def payin(sandbox: Sandbox) -> PayIn:
    return PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)


@pytest.fixture
def browser(sandbox: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(transport=sandbox.transport, follow_redirects=True) as browser:
        yield browser


def query_of(link: str) -> dict[str, str]:
    assert link.isascii()
    assert " " not in link
    pairs = parse_qsl(urlsplit(link).query, keep_blank_values=True, strict_parsing=True)
    assert len(pairs) == len(dict(pairs))
    return dict(pairs)


@given(path=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\\\x7f", min_codepoint=0x21)))
def test_what_is_added_to_pay_url_is_read_back_as_it_was_and_what_was_there_stays(path: str) -> None:
    success_url = f"https://shop.example/{path}"

    link = forms.pay_link(PAY_URL, success_url=success_url, lang="en", payment_method="SBP")

    assert link.startswith(PAY_URL)
    assert query_of(link) == {**query_of(PAY_URL), "successUrl": success_url, "lang": "en", "paymentMethod": "SBP"}


def test_a_link_with_nothing_added_is_pay_url_and_one_that_is_added_again_is_replaced() -> None:
    assert forms.pay_link(PAY_URL) == PAY_URL
    once = forms.pay_link(PAY_URL, lang="ru", success_url="https://shop.example/")
    assert query_of(forms.pay_link(once, lang="en"))["lang"] == "en"


@given(
    amount=sums,
    named=st.fixed_dictionaries({}, optional=dict.fromkeys(("bill_id", "comment", "phone", "email"), texts)),
    public_key=texts,
    extras=st.dictionaries(st.from_regex("[A-Za-z0-9_-]{1,9}", fullmatch=True), texts, max_size=2),
)
def test_a_link_that_makes_an_invoice_is_read_back_to_the_last_kopeck(
    amount: Money, named: dict[str, str], public_key: str, extras: dict[str, str]
) -> None:
    found = query_of(forms.create_link(public_key, amount=amount, extras=extras, readonly=["phone", "cf1"], **named))

    assert Money(Decimal(found.pop("amount")), found.pop("currency")) == amount
    assert found == {
        "publicKey": public_key,
        **{"billId" if name == "bill_id" else name: text for name, text in named.items()},
        **{f"extras[{name}]": text for name, text in extras.items()},
        "readonly": "phone,cf1",
    }


ADDRESSES = [
    "",
    "shop.example",
    "/thanks",
    "//shop.example/",
    "http://shop.example/",
    "javascript:alert(1)",
    "ftp://127.0.0.1/",
    "https://",
    "https:///thanks",
    "https://user:secret@shop.example/",
    "https://shop.example@evil.example/",
    "https://shop.example\\@evil.example/",
    "https://shop.example/a b",
    "https://shop.example/\n",
    "https://shop.example:port/",
    "https://[::1/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_https_or_this_machine_and_says_one_thing_to_every_browser(address: str) -> None:
    with pytest.raises(ValueError, match=r"^success_url: ") as caught:
        forms.pay_link(PAY_URL, success_url=address)
    assert "secret" not in str(caught.value)
    with pytest.raises(ValueError, match=r"^bill: "):
        forms.pay_link(address)
    with pytest.raises(ValueError, match=r"^success_url: "):
        forms.create_link("k", success_url=address)
    with pytest.raises(ValueError, match=r"^url: "):
        forms.create_link("k", url=address)


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_plain_http_is_taken_on_this_machine(host: str) -> None:
    assert query_of(forms.pay_link(PAY_URL, success_url=f"http://{host}/"))["successUrl"] == f"http://{host}/"


@pytest.mark.parametrize(
    ("wrong", "names"),
    [
        ({"public_key": ""}, "public_key"),
        ({"amount": 0}, "amount"),
        ({"amount": "-1.00"}, "amount"),
        ({"amount": "1000000.00"}, "amount"),
        ({"amount": Money("1.00", "CNY")}, "amount"),
        ({"bill_id": "b" * 201}, "bill_id"),
        ({"bill_id": ""}, "bill_id"),
        ({"comment": "c" * 256}, "comment"),
        ({"phone": "\ud800"}, "a text of whole characters"),
    ],
)
def test_what_a_link_cannot_hold_is_refused_by_name(wrong: dict[str, Any], names: str) -> None:
    with pytest.raises(ValueError, match=f"^{names}"):
        forms.create_link(**{"public_key": "k", **wrong})


def test_a_float_is_no_sum_of_a_link() -> None:
    with pytest.raises(TypeError, match="float"):
        forms.create_link("k", amount=1.5)  # type: ignore[arg-type]


def test_the_form_understands_the_link_to_an_invoice(sandbox: Sandbox, payin: PayIn, browser: httpx.Client) -> None:
    bill = payin.bills.create("b-1", amount="150.00", expiration_date_time=datetime.now(UTC) + timedelta(days=1))

    pages = [browser.get(forms.pay_link(bill, success_url=SHOP, lang=lang)).text for lang in ("en", "ru")]
    assert 'lang="en"' in pages[0]
    assert 'lang="ru"' in pages[1]

    sandbox.pay_bill("b-1")
    paid = browser.get(forms.pay_link(payin.bills.get("b-1"), success_url=SHOP, lang="en")).text
    assert "https://shop.example/спасибо?order=1&amp;next=/a%20b#top" in paid


def test_the_page_that_makes_invoices_understands_the_link(
    sandbox: Sandbox, payin: PayIn, browser: httpx.Client
) -> None:
    link = forms.create_link(
        sandbox.sites[sandbox.site_id].public_key or "",
        amount=Money("1815.51"),
        bill_id="order-1816",
        comment="Книга & «чай» 100%+",
        phone="+79991234567",
        email="payer@example.com",
        success_url=SHOP,
        extras={"cf1": "shelf=7&8", "themeCode": "ocean"},
        readonly=["comment", "extras[cf1]"],
        url=f"{sandbox.local_base_url.removesuffix('/partner')}/create",
    )

    assert browser.get(link).status_code == 200

    bill = payin.bills.get("order-1816")
    assert bill.amount == Money("1815.51")
    assert bill.comment == "Книга & «чай» 100%+"
    assert bill.custom_fields
    assert bill.custom_fields.cf1 == "shelf=7&8"
    assert bill.customer
    assert (bill.customer.phone, bill.customer.email) == ("+79991234567", "payer@example.com")
