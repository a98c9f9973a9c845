"""The suite is red on every broken server, by the right rule, in the fault's own group."""

import pytest
from qiwi_payin_contract.faults.catalogue import FAULTS, Fault
from qiwi_payin_contract.rules import SERVER_GROUPS, catalogue

from tools.kill_matrix.trial import own_trial

LEAST = 230
SHARES = 8
"""Parts that the faults are dealt into: tests of one class run in one process, and these take long."""


class Faults:
    """Each broken server of a part is reported by the right rule."""

    def test_a_broken_server_is_reported_by_the_right_rule(self, fault: type[Fault]) -> None:
        result = own_trial(fault)
        found = {kill.rule for kill in result.kills}
        assert found & fault.rules, f"{fault.sentence()} Found: {sorted(found)}; failed by themselves: {result.failed}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    share = getattr(metafunc.cls, "share", None)
    if share is not None:
        metafunc.parametrize("fault", FAULTS[share::SHARES], ids=lambda fault: fault.name())


for _share in range(SHARES):
    globals()[f"TestFaults{_share}"] = type(f"TestFaults{_share}", (Faults,), {"share": _share})


def test_there_are_faults_in_every_group() -> None:
    assert {fault.group for fault in FAULTS} == set(SERVER_GROUPS)
    assert len(FAULTS) >= LEAST
    assert len({fault.name() for fault in FAULTS}) == len(FAULTS)


def test_every_fault_names_rules_that_exist_and_says_what_it_does() -> None:
    rules = catalogue()
    for fault in FAULTS:
        assert fault.rules, fault
        assert fault.rules <= set(rules), fault
        assert fault.sentence().endswith("."), fault
