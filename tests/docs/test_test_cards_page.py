"""The page on test cards says what the bank of the sandbox does: its tables are those of the code, its example runs."""

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from qiwi_payin_sandbox.domain.bank.cards import BINS, PUBLISHED_CARDS, UNKNOWN_BIN, CardInfo
from qiwi_payin_sandbox.domain.bank.codes import SCHEME_CODES
from qiwi_payin_sandbox.domain.bank.mode import BY_EXPIRY_MONTH, LARGEST, OPERATIONS_A_DAY
from qiwi_payin_sandbox.domain.credentials import KIND_OF_USE
from qiwi_payin_sandbox.domain.reasons import Reason
from qiwi_payin_sandbox.domain.settlement import KOPECKS

PAGE = (Path(__file__).parents[2] / "docs" / "sandbox" / "test-cards.md").read_text()
HOLDER_LENGTH = 26

Row = tuple[str, ...]


def table(*rows: Row) -> str:
    """Write a table, the first row as its head."""
    head, *rest = ("| " + " | ".join(row) + " |" for row in rows)
    return "\n".join([head, "|" + " --- |" * len(rows[0]), *rest]) + "\n"


def cards() -> Iterable[Row]:
    yield "scheme", "numbers"
    for system, pans in PUBLISHED_CARDS.items():
        yield system, " ".join(f"`{pan}`" for pan in pans)


def expiry_months() -> Iterable[Row]:
    yield "expiry month", "answer", "when"
    for month, verdict in BY_EXPIRY_MONTH.items():
        answer = f"declined, `{verdict.reason}`" if verdict.reason else "approved"
        yield f"`{month}`", answer, f"after {verdict.delay.seconds} s" if verdict.delay else "at once"
    yield "any other", "approved", "at once"


def bins() -> Iterable[Row]:
    yield "first digits", "paymentSystem", "issuingCountry", "issuingBank", "fundingSource", "paymentSystemProduct"
    for first, last, info in BINS:
        yield (f"`{first}`" if first == last else f"`{first}` to `{last}`"), *_told(info)
    yield "any other", *_told(UNKNOWN_BIN)


def _told(info: CardInfo) -> Row:
    product = info.payment_system_product.replace("|", "\\|")
    return info.payment_system, info.issuing_country, info.issuing_bank, info.funding_source, product


def reason_codes() -> Iterable[Row]:
    yield "reason code", "message", "as a holder name"
    for reason in Reason:
        name = f"SANDBOX {reason.replace('_', ' ')}"
        yield f"`{reason}`", reason.message, f"`{name}`" if len(name) <= HOLDER_LENGTH else ""


def scheme_codes() -> Iterable[Row]:
    yield "psErrorCode", "reason code", "meaning", "further tries of a MIR card"
    for code, known in SCHEME_CODES.items():
        yield f"`{code}`", f"`{known.reason}`", known.meaning, known.repeats


def uses_of_stored_cards() -> Iterable[Row]:
    yield "cardTokenPaymentType", "credentialOnFile.type"
    for use, kind in KIND_OF_USE.items():
        yield f"`{use}`", f"`{kind}`"


def rates() -> Iterable[Row]:
    yield "currency", "worth in RUB"
    for currency, kopecks in KOPECKS.items():
        yield currency, f"{kopecks // 100}.{kopecks % 100:02d}"
    yield "any other", "1.00"


@pytest.mark.parametrize("rows", [cards, expiry_months, bins, reason_codes, scheme_codes, uses_of_stored_cards, rates])
def test_a_table_of_the_page_is_that_of_the_code(rows: Callable[[], Iterable[Row]]) -> None:
    assert table(*rows()) in PAGE


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{LARGEST.minor // 100} rubles an operation and {OPERATIONS_A_DAY} operations a Moscow day" in PAGE


def test_the_example_runs() -> None:
    (block,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    exec(compile(block, "test-cards.md", "exec"), {})  # noqa: S102 - running it is the test
