"""What is refused before an operation begins, at every operation."""

from collections.abc import Mapping
from typing import Any

import pytest

from qiwi_payin_contract import access as rules
from qiwi_payin_contract.access import Visit, visit
from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.scenarios import UNKNOWN_OBJECT
from qiwi_payin_contract.shapes.answers import check_answer
from qiwi_payin_contract.shapes.failures import RULES
from qiwi_payin_contract.shop import Shop
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.suite.needs import need_sites
from qiwi_payin_contract.target import Target

GROUP = "shapes"
pytestmark = pytest.mark.usefixtures("answers_fit_the_description")

WRONG_DATA_REFUSED = RULES["ST201"]
KEY_DEMANDED, WRONG_METHOD, METHODS_LISTED = RULES["ST401"], RULES["ST204"], RULES["ST205"]


def _schema_of_body(operation: Operation) -> Mapping[str, Any]:
    found: Mapping[str, Any] = operation.node.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema: Mapping[str, Any] = found.get("schema", {})
    return schema


each_operation = pytest.mark.parametrize("operation_id", sorted(description().operations))
each_operation_with_a_body = pytest.mark.parametrize(
    "operation_id", sorted(name for name, one in description().operations.items() if "requestBody" in one.node)
)

each_operation_about_an_object = pytest.mark.parametrize(
    "operation_id",
    sorted(name for name, one in description().operations.items() if len(one.names) > 1 + (one.method == "PUT")),
)

each_required_field = pytest.mark.parametrize(
    ("operation_id", "field"),
    sorted(
        (name, field)
        for name, one in description().operations.items()
        for field in description().resolved(_schema_of_body(one)).get("required", ())
    ),
)


@pytest.fixture
def shop(target: Target) -> Shop:
    """A shop on the first site."""
    return Shop(target, target.site)


@looks_at(rules.NO_KEY_401, rules.NOTHING_CHANGED, KEY_DEMANDED)
@each_operation
def test_request_without_a_key_is_refused(shop: Shop, findings: Findings, operation_id: str) -> None:
    errand = visit(shop, operation_id)
    refused = shop.target.send(operation_id, errand.body, site=shop.site, key=None, **errand.ids)
    findings.expect(not refused.ok, KEY_DEMANDED, f"answered {refused.status} without a key", refused)
    _changed_nothing(findings, errand, refused)
    scheme = refused.answer_headers.get("www-authenticate", "")
    right = refused.status == 401 and scheme.lower().startswith("bearer")
    findings.expect(right, rules.NO_KEY_401, f"answered {refused.status}, WWW-Authenticate {scheme!r}", refused)
    check_answer(refused, findings)


@looks_at(rules.WRONG_KEY_401, rules.NOTHING_CHANGED, KEY_DEMANDED)
@each_operation
def test_request_with_a_wrong_key_is_refused(shop: Shop, findings: Findings, operation_id: str) -> None:
    errand = visit(shop, operation_id)
    refused = shop.target.send(operation_id, errand.body, site=shop.site, key=shop.target.fresh_id("key"), **errand.ids)
    findings.expect(not refused.ok, KEY_DEMANDED, f"answered {refused.status} to a wrong key", refused)
    _changed_nothing(findings, errand, refused)
    findings.expect(refused.status == 401, rules.WRONG_KEY_401, f"answered {refused.status}", refused)
    check_answer(refused, findings)


@looks_at(KEY_DEMANDED)
@pytest.mark.parametrize("how", ["cut", "longer", "other end", "other case"])
def test_key_that_is_almost_right_is_refused(shop: Shop, findings: Findings, how: str) -> None:
    errand, right = visit(shop, "billsGet"), shop.site.key
    ends = "1" if right.endswith("0") else "0"
    keys = {
        "cut": right[:-1],
        "longer": f"{right}0",
        "other end": f"{right[:-1]}{ends}",
        "other case": right.swapcase(),
    }
    if keys[how] in {"", *(site.key for site in shop.target.sites)}:
        pytest.skip("the site's key has no such neighbour")
    refused = shop.target.send("billsGet", site=shop.site, key=keys[how], **errand.ids)
    findings.expect(not refused.ok, KEY_DEMANDED, f"answered {refused.status} to a key that is almost right", refused)


@looks_at(rules.FOREIGN_SITE_403, rules.FOREIGN_SITE_REFUSED)
@each_operation
def test_request_to_an_unknown_site_is_refused(shop: Shop, findings: Findings, operation_id: str) -> None:
    errand = visit(shop, operation_id)
    unknown = shop.target.fresh_id("site")
    refused = shop.target.send(operation_id, errand.body, site=shop.site, site_id=unknown, **errand.ids)
    _is_foreign(findings, refused)


@looks_at(rules.FOREIGN_SITE_403, rules.FOREIGN_SITE_REFUSED, rules.NOTHING_CHANGED)
@each_operation
def test_request_to_a_site_of_another_key_is_refused(target: Target, findings: Findings, operation_id: str) -> None:
    mine, other = _sites_with_two_keys(target)
    errand = visit(Shop(target, other), operation_id)
    refused = target.send(operation_id, errand.body, site=other, key=mine.key, **errand.ids)
    findings.expect(not refused.ok, rules.FOREIGN_SITE_REFUSED, f"answered {refused.status}", refused)
    _changed_nothing(findings, errand, refused)
    _is_foreign(findings, refused)


@looks_at(WRONG_METHOD, METHODS_LISTED)
@each_operation
def test_method_that_the_path_does_not_have_is_refused(shop: Shop, findings: Findings, operation_id: str) -> None:
    operation = description().operations[operation_id]
    methods = {other.method for other in description().operations.values() if other.template == operation.template}
    ids = {name: shop.target.fresh_id("method") for name in operation.names}
    method = next(word for word in ("POST", "PUT", "DELETE", "PATCH") if word not in methods)
    refused = shop.target.request(method, operation.path({**ids, "siteId": shop.site.site_id}), site=shop.site)
    findings.expect(refused.status == 405, WRONG_METHOD, f"answered {refused.status}", refused)
    allowed = {word.strip() for word in refused.answer_headers.get("allow", "").split(",")}
    findings.expect(methods <= allowed, METHODS_LISTED, f"Allow lists {sorted(allowed - {''}) or 'nothing'}", refused)
    check_answer(refused, findings, operation)


@looks_at(WRONG_DATA_REFUSED)
@each_required_field
def test_body_without_a_required_field_is_refused(
    shop: Shop, findings: Findings, operation_id: str, field: str
) -> None:
    errand = visit(shop, operation_id)
    body = {name: value for name, value in errand.body.items() if name != field}
    refused = shop.target.send(operation_id, body, site=shop.site, **errand.ids)
    findings.expect(400 <= refused.status < 500, WRONG_DATA_REFUSED, f"answered {refused.status}", refused)


@looks_at(UNKNOWN_OBJECT)
@each_operation_about_an_object
def test_object_that_is_not_there_is_not_found(shop: Shop, findings: Findings, operation_id: str) -> None:
    operation = description().operations[operation_id]
    errand = visit(shop, operation_id)
    ids: dict[str, Any] = {name: shop.target.fresh_id("nothing") for name in errand.ids}
    answered = shop.target.send(operation_id, errand.body, site=shop.site, **ids)
    # The books tell of an answer that is good; of a refusal they do not ask that it is this one.
    if not answered.ok:
        findings.expect(answered.status == 404, UNKNOWN_OBJECT, f"answered {answered.status}", answered)
    check_answer(answered, findings, operation)


@looks_at(rules.NOTHING_CHANGED, rules.CONTENT_TYPE_REFUSED, rules.NOT_JSON_406)
@each_operation_with_a_body
def test_body_that_is_no_json_by_its_content_type_is_refused(shop: Shop, findings: Findings, operation_id: str) -> None:
    errand = visit(shop, operation_id)
    content = dumps(errand.body).encode()
    headers = {"content-type": "text/plain"}
    refused = shop.target.send(operation_id, site=shop.site, content=content, headers=headers, **errand.ids)
    findings.expect(400 <= refused.status < 500, rules.CONTENT_TYPE_REFUSED, f"answered {refused.status}", refused)
    _changed_nothing(findings, errand, refused)
    findings.expect(refused.status == 406, rules.NOT_JSON_406, f"answered {refused.status}", refused)
    check_answer(refused, findings)


def _is_foreign(findings: Findings, refused: Exchange) -> None:
    findings.expect(not refused.ok, rules.FOREIGN_SITE_REFUSED, f"answered {refused.status}", refused)
    findings.expect(refused.status == 403, rules.FOREIGN_SITE_403, f"answered {refused.status}", refused)
    check_answer(refused, findings)


def _changed_nothing(findings: Findings, errand: Visit, refused: Exchange) -> None:
    shown = errand.traces()
    told = f"answered {refused.status} and carried out all the same"
    findings.expect(shown is None, rules.NOTHING_CHANGED, told, *(one for one in (refused, shown) if one is not None))


def _sites_with_two_keys(target: Target) -> tuple[Site, Site]:
    mine, *_ = need_sites(target, 2)
    for other in target.sites:
        if other.key != mine.key:
            return mine, other
    pytest.skip("all sites have one key")
