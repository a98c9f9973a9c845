"""Browsers that ask for the same thing at once, on both stores."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from qiwi_payin_sandbox import Sandbox, Site

from tests.sandbox.test_pages_security import CARD, bill, hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT_ONCE = 8


@pytest.fixture
def sandbox(store: str) -> Iterator[Sandbox]:
    with Sandbox(store=store, sites=[Site(key="key", public_key="pk")], seed=1) as sandbox:
        yield sandbox


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[httpx.Client]:
    headers = {"Authorization": "Bearer key"}
    with httpx.Client(transport=sandbox.transport, base_url="http://127.0.0.1", headers=headers) as client:
        yield client


def at_once(do: Callable[[], httpx.Response]) -> list[httpx.Response]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(do) for _ in range(AT_ONCE)]]


def invoices(answers: list[httpx.Response]) -> set[str]:
    assert {answer.status_code for answer in answers} == {303}
    return {parse_qs(urlsplit(answer.headers["Location"]).query)["invoiceUid"][0] for answer in answers}


def test_each_opening_of_a_link_without_a_bill_id_has_an_invoice_of_its_own(client: httpx.Client) -> None:
    assert len(invoices(at_once(lambda: client.get("/create?publicKey=pk&amount=1")))) == AT_ONCE


def test_all_openings_of_a_link_with_a_bill_id_have_one_invoice(client: httpx.Client) -> None:
    assert len(invoices(at_once(lambda: client.get("/create?publicKey=pk&amount=1&billId=b-1")))) == 1


def test_one_form_sent_many_times_at_once_pays_once(sandbox: Sandbox, client: httpx.Client) -> None:
    posted = hidden(client.get(bill(sandbox, client, "1")["payUrl"]).text) | CARD
    answers = at_once(lambda: client.post("/form", data=posted))
    assert len({answer.headers["Location"] for answer in answers}) == 1
    path = f"{sandbox.local_base_url}/payin/v1/sites/{sandbox.site_id}/bills/1"
    assert len(client.get(path).json()) == 1
