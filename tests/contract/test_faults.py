"""The suite is red on every broken server, by the right rule, in the fault's own group."""

import pytest
from qiwi_payin_contract.command import BROKEN, main
from qiwi_payin_contract.faults.catalogue import FAULTS, Fault
from qiwi_payin_contract.faults.proxy import FaultProxy
from qiwi_payin_contract.rules import GROUPS, catalogue
from qiwi_payin_contract.serving import own_sites
from qiwi_payin_contract.sites import Site
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite

EACH_FAULT = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name())


@pytest.fixture
def sites() -> tuple[Site, ...]:
    return own_sites()


@EACH_FAULT
def test_a_broken_server_is_reported_by_the_right_rule(
    fault: type[Fault], sites: tuple[Site, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    served = [SandboxSite(site.site_id, site.key, site.notification_key) for site in sites]
    options = [f"--site={site.site_id}:{site.key}:{site.notification_key}" for site in sites]
    # What shows only in a long story may need more walks.
    for effort in ("quick", "normal") if fault.group == "behaviour" else ("quick",):
        with Sandbox(sites=served) as sandbox, FaultProxy(sandbox.base_url, fault(sites)) as proxy:
            where = ["--base-url", proxy.base_url, *options]
            code = main([*where, "--only", fault.group, "--seed", "1", "--effort", effort])
        told = capsys.readouterr().out
        if code == BROKEN:
            break
    assert code == BROKEN, told
    assert any(f"BROKEN {rule} " in told for rule in fault.rules), told


@EACH_FAULT
def test_a_fault_names_a_group_and_rules_that_exist(fault: type[Fault]) -> None:
    assert fault.group in GROUPS
    assert fault.rules <= set(catalogue())
    assert fault.sentence()
