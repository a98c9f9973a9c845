"""Requests that are refused at the door: what they would have done is seen where it was done, and only there."""

from collections.abc import Iterator

import pytest
from qiwi_payin_contract.access import visit
from qiwi_payin_contract.description import description
from qiwi_payin_contract.shop import Shop
from qiwi_payin_contract.target import Target

from tests.contract.honest_server import SITES, HonestServer, served

EACH_OPERATION = pytest.mark.parametrize("operation_id", sorted(description().operations))


@pytest.fixture
def shop() -> Iterator[Shop]:
    with served(HonestServer()) as base_url, Target(base_url, SITES) as target:
        yield Shop(target, target.site)


@EACH_OPERATION
def test_a_visit_that_is_refused_leaves_no_traces(shop: Shop, operation_id: str) -> None:
    errand = visit(shop, operation_id)
    assert errand.body is not None or "requestBody" not in errand.operation.node
    refusal = shop.target.send(operation_id, errand.body, key=None, **errand.ids)
    assert refusal.status == 401
    assert errand.traces() is None


@EACH_OPERATION
def test_a_visit_that_is_let_in_leaves_traces_unless_it_only_reads(shop: Shop, operation_id: str) -> None:
    errand = visit(shop, operation_id)
    assert shop.target.send(operation_id, errand.body, **errand.ids).ok
    assert (errand.traces() is not None) == (errand.operation.method != "GET")


def test_an_answer_to_a_wrong_method_counts_for_the_operations_of_the_path(shop: Shop) -> None:
    shop.target.request("DELETE", f"/payin/v1/sites/{SITES[0].site_id}/bills/b")
    assert dict(shop.target.statuses) == {("billsCreate", 405): 1, ("billsListPayments", 405): 1}
