"""Proxy and certificates hold for all ways in which the suite sends requests."""

from pathlib import Path

import attrs
import httpx
import pytest
import requests
from qiwi_payin_contract.books import attach
from qiwi_payin_contract.command import COULD_NOT_RUN, KEPT, main
from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import SandboxDriver
from qiwi_payin_contract.exchanges import printed, replay
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.limits import Limits
from qiwi_payin_contract.settings import EFFORTS
from qiwi_payin_contract.shapes import Prober, opened_schema
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import Target
from qiwi_payin_contract.wire import Wire
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

from tests.contract.intermediaries import forward_proxy, tls_front

KEY = "5d41402abc4b2a76b9719d911017c592"
SITE = f"test-00:{KEY}:notification-key"


@pytest.fixture
def sandbox() -> object:
    with Sandbox(sites=[SandboxSite("test-00", KEY, "notification-key")]) as served:
        yield served


def test_every_request_goes_through_the_proxy(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    with forward_proxy() as (proxy, seen):
        options = ["--base-url", sandbox.base_url, "--site", SITE, "--proxy", proxy]
        assert main([*options, "--only=exchanges,notifications"]) == KEPT, capsys.readouterr().out
    assert any("/partner/payin" in line for line in seen)
    assert any("/sandbox/sites" in line for line in seen)


def test_drawn_requests_and_further_ones_of_their_checks_go_through_the_proxy_and_within_the_limits(
    sandbox: Sandbox,
) -> None:
    template = description().operations["billsGet"].template
    limits = Limits(requests=50)
    with (
        forward_proxy() as (proxy, seen),
        Target(sandbox.base_url, [Site("test-00", KEY)], wire=Wire(proxy, limits=limits)) as target,
    ):
        site = target.site
        schema = opened_schema(
            description().document,
            base_url=target.base_url,
            site=site,
            effort=attrs.evolve(EFFORTS["normal"], examples=1, steps=2),
            seed=1,
        )
        prober = Prober.of(target, attach(target, Findings()), Findings(), seed=1)
        prober.probe(schema[template]["GET"].Case(path_parameters={"siteId": "test-00", "billId": "none"}))
    assert len(seen) == limits.sent > 1


def test_server_behind_tls_is_tested_with_its_own_authority_and_through_a_proxy(
    sandbox: Sandbox, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tls_front(sandbox.base_url, tmp_path) as (base_url, authority, seen), forward_proxy() as (proxy, tunnels):
        options = ["--base-url", base_url, "--site", SITE, "--only=exchanges"]
        assert main(options) == COULD_NOT_RUN
        assert "certificate verify failed" in capsys.readouterr().err
        assert seen == []
        assert main([*options, "--ca", str(authority)]) == KEPT, capsys.readouterr().out
        direct = len(seen)
        assert main([*options, "--ca", str(authority), "--proxy", proxy]) == KEPT, capsys.readouterr().out
        assert len(seen) > direct
        assert set(tunnels) == {f"CONNECT {base_url.split('/')[2]}"}


def test_file_without_certificates_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ca.pem").write_text("none here")
    options = ["--base-url=https://127.0.0.1:9/partner", "--site", SITE, "--ca", str(tmp_path / "ca.pem")]
    assert main(options) == COULD_NOT_RUN
    told = capsys.readouterr().err
    assert "there are no certificates in PEM" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("proxied", [False, True], ids=["directly", "through a proxy"])
def test_each_stack_takes_proxy_and_certificates(
    sandbox: Sandbox, tmp_path: Path, *, secure: bool, proxied: bool
) -> None:
    with tls_front(sandbox.base_url, tmp_path) as (secure_url, authority, _), forward_proxy() as (proxy, seen):
        base_url = secure_url if secure else sandbox.base_url
        wire = Wire(proxy if proxied else None, authority if secure else None)
        path = f"{base_url}/payin/v1/sites/test-00/bills/none"
        with Target(base_url, [Site("test-00", KEY)], SandboxDriver(base_url, wire=wire), wire=wire) as target:
            assert target.send("billsGet", bill_id="none").status == 404
            assert target.driver.now(target.site)
            with wire.session() as session:
                assert session.get(path, headers={"Authorization": f"Bearer {KEY}"}, timeout=9).status_code == 404
            exchange = printed()[0]
            assert replay(target, exchange).status in {401, 403}
        assert bool(seen) is proxied


def test_environment_does_not_choose_the_way(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    wire = Wire()
    url = f"{sandbox.base_url}/payin/v1/sites/test-00/bills/none"
    with wire.client(timeout=9) as client, wire.session() as session:
        assert isinstance(client.get(url), httpx.Response)
        assert isinstance(session.get(url, timeout=9), requests.Response)
