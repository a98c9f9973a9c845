"""The documents' printed exchanges."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from qiwi_payin_contract.drivers import Ability, SandboxDriver
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.exchanges import (
    EXACT_FIELDS,
    THREE_DS_BY_CVV,
    Printed,
    differences,
    form_rule,
    printed,
    replaced,
    replay,
    rules,
    taken_rule,
)
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target

GROUP = "exchanges"

CVV = b'"cvv2" : "123"'
CVV_OF_THREE_DS = b'"cvv2" : "849"'

every_printed_exchange = pytest.mark.parametrize("exchange", printed(), ids=lambda exchange: exchange.id)


@looks_at(*rules(), EXACT_FIELDS, THREE_DS_BY_CVV)
@every_printed_exchange
def test_printed_exchange_is_replayed_byte_for_byte(run: Run, findings: Findings, exchange: Printed) -> None:
    if run.settings.base_url is not None:
        pytest.skip(
            "printed ids, keys and dates can be replayed as they are on a fresh sandbox of the suite's own only"
        )
    answered = _on_a_fresh_sandbox(exchange)
    _is_taken(findings, exchange, answered)
    if exchange.answer is None:
        return
    if not exchange.belongs:
        waits = _on_a_fresh_sandbox(exchange, exchange.body.replace(CVV, CVV_OF_THREE_DS))
        findings.expect(_waits(waits), THREE_DS_BY_CVV, "a payment with CVV 849 does not wait for 3-D Secure", waits)
        answered = waits
    _has_the_printed_form(findings, exchange, answered)


@looks_at(*rules(), EXACT_FIELDS, THREE_DS_BY_CVV)
@every_printed_exchange
def test_printed_request_is_taken_with_ids_and_dates_replaced(
    target: Target, findings: Findings, exchange: Printed
) -> None:
    answered = _with_replacements(target, exchange)
    _is_taken(findings, exchange, answered)
    if exchange.answer is not None and exchange.belongs:
        _has_the_printed_form(findings, exchange, answered, sandbox=target.driver.own_sandbox)


@looks_at(*rules(), EXACT_FIELDS, THREE_DS_BY_CVV)
def test_printed_answer_of_three_ds_is_reached_with_cvv_849(target: Target, findings: Findings) -> None:
    (exchange,) = (exchange for exchange in printed() if not exchange.belongs)
    answered = _with_replacements(target, exchange, three_ds=True)
    findings.expect(_waits(answered), THREE_DS_BY_CVV, "a payment with CVV 849 does not wait for 3-D Secure", answered)
    _has_the_printed_form(findings, exchange, answered, sandbox=target.driver.own_sandbox)


def _on_a_fresh_sandbox(exchange: Printed, body: bytes | None = None) -> Exchange:
    from qiwi_payin_sandbox import Clock, Sandbox  # noqa: PLC0415 - a run against another server needs no sandbox
    from qiwi_payin_sandbox import Site as SandboxSite  # noqa: PLC0415

    keys = {each.site_id: each.key for each in printed()}
    # A site out of test mode gives no TEST flag, as the printed answers have none.
    sites = [SandboxSite(site_id, key, test=False) for site_id, key in keys.items()]
    clock = Clock.frozen(exchange.moment)
    with Sandbox(sites=sites, clock=clock, public_url="https://oplata.qiwi.com") as sandbox:
        own = [Site(site_id, key) for site_id, key in keys.items()]
        with Target(sandbox.base_url, own, SandboxDriver(sandbox.base_url)) as target:
            return replay(target, exchange, body)


def _with_replacements(target: Target, exchange: Printed, *, three_ds: bool = False) -> Exchange:
    site = target.site
    now = target.driver.now(site) if target.able(Ability.CLOCK) else datetime.now(UTC)
    body = replaced(exchange, bill_id=target.fresh_id("order"), now=now)
    if three_ds:
        body = body.replace(CVV, CVV_OF_THREE_DS)
    kind = exchange.path.split("/")[6]
    path = f"/payin/v1/sites/{site.site_id}/{kind}/{target.fresh_id(exchange.id)}"
    return target.request(exchange.method, path, body, site=site)


def _is_taken(findings: Findings, exchange: Printed, answered: Exchange) -> None:
    kind = answered.answer_headers.get("content-type", "").partition(";")[0].strip()
    message = f"expected 200 application/json, got {answered.status} {kind or 'without a content type'}"
    taken = answered.status == 200 and kind == "application/json" and isinstance(answered.answer_json, Mapping)
    findings.expect(taken, taken_rule(exchange.id), message, answered)


def _waits(answered: Exchange) -> bool:
    answer = answered.answer_json
    return isinstance(answer, Mapping) and _at(answer, "status", "value") == "WAITING" and "requirements" in answer


def _has_the_printed_form(findings: Findings, exchange: Printed, answered: Exchange, *, sandbox: bool = True) -> None:
    assert exchange.answer is not None
    expected, got = loads(exchange.answer), answered.answer_json
    told = list(differences(expected, got, request=answered.request_json))
    ids = answered.path_parameters
    own = "billId" if "billId" in ids else "paymentId"
    told = [line for line in told if not line.startswith(f"{own} ")]
    if got.get(own) != ids[own]:
        told.append(f"{own} is not the one of the path")
    if "payUrl" in got and parse_qs(urlsplit(got["payUrl"]).query).get("invoiceUid") != [got.get("invoiceUid")]:
        told.append("payUrl does not carry the invoiceUid")
    findings.expect(not told, form_rule(exchange.id), "; ".join(told), answered)
    if sandbox:
        further, missing = sorted(set(got) - set(expected)), sorted(set(expected) - set(got))
        findings.expect(
            not further and not missing,
            EXACT_FIELDS,
            f"too many: {further or 'none'}; missing: {missing or 'none'}",
            answered,
        )


def _at(value: Any, *names: str) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
