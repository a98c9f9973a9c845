"""The Python of the client's pages runs as it stands, against a sandbox."""

import pickle
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import qiwi_payin
from qiwi_payin import CardPaymentMethod, OutcomeUnknown, PayIn
from qiwi_payin_sandbox import Sandbox

PAGES = Path(__file__).parents[2] / "docs" / "client"
CARD = CardPaymentMethod(pan="4444443616621049", expiry_date="12/34")


def names_of(page: str) -> dict[str, Any]:
    """What the blocks of a page define."""
    names: dict[str, Any] = {"__name__": page}
    for block in re.findall(r"^```python\n(.*?)^```$", (PAGES / page).read_text(), re.DOTALL | re.MULTILINE):
        exec(compile(block, page, "exec"), names)  # noqa: S102 - running it is the test
    return names


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(courier="collect") as sandbox:
        yield sandbox


def client(sandbox: Sandbox, **options: Any) -> PayIn:
    return PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport, **options)


def test_the_page_of_errors_resolves_what_is_unknown_now_and_later(sandbox: Sandbox) -> None:
    names = names_of("errors.md")
    payin = client(sandbox, retries=0)

    with sandbox.fault("lost_answer", times=1):
        assert names["pay"](payin, "order-1", CARD).status.value == "COMPLETED"
    with sandbox.fault("lost_answer", times=1), pytest.raises(OutcomeUnknown) as known:
        payin.payments.create("order-2", payment_method=CARD, amount="1.00")
    with sandbox.fault("reset", times=1), pytest.raises(OutcomeUnknown) as unknown:
        payin.payments.create("order-3", payment_method=CARD, amount="1.00")

    assert names["what_became_of_it"](payin, pickle.dumps(known.value)) == "COMPLETED"
    assert names["what_became_of_it"](payin, pickle.dumps(unknown.value)) == "nothing happened"


def test_the_page_of_errors_knows_every_error_of_a_call() -> None:
    page = (PAGES / "errors.md").read_text()
    named = set(re.findall(r"`(\w+)`", page))

    kinds = [qiwi_payin.CallError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    assert {kind.__name__ for kind in kinds} <= named


def test_the_page_of_repeats_sets_and_shows_them(sandbox: Sandbox) -> None:
    names = names_of("retries.md")
    client(sandbox).payments.create("order-1815", payment_method=CARD, amount="1.00")

    names["careful"](sandbox.base_url, sandbox.key, sandbox.site_id)
    with sandbox.fault("error_503", times=1):
        assert names["tried"](client(sandbox, jitter=lambda: 0.0), "order-1815") == ["1: ServerError", "2: 200"]
    assert names["tried"](client(sandbox), "none") == ["1: NotFound"]


def test_the_page_of_options_runs(sandbox: Sandbox) -> None:
    names = names_of("options.md")
    payin = client(sandbox)
    payin.payments.create("order-1", payment_method=CARD, amount="1.00")

    assert "test-01" in names["of_another_site"](payin)
    assert names["seen"](payin, "order-1")[:2] == ("COMPLETED", 200)
    names["with_connections_of_mine"](sandbox.key, sandbox.site_id)
    times = names["Times"]()
    with names["timed"](sandbox.base_url, sandbox.key, sandbox.site_id, times) as timed:
        timed.payments.get("order-1")
    assert list(times.spent) == ["paymentsGet"]


@pytest.mark.parametrize("page", ["errors.md", "retries.md", "options.md"])
def test_every_page_that_a_page_leads_to_is_there(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", (PAGES / page).read_text()):
        assert (PAGES / target).exists()
