"""Each sentence of the two documents that can be tested has a test that fails when a server breaks it."""

from collections.abc import Mapping

import pytest
from qiwi_payin_contract.faults.catalogue import FAULTS, Fault
from qiwi_payin_contract.rules import catalogue
from qiwi_payin_contract.statements import statements

from tools.kill_matrix.trial import trial

DOCUMENTS = ("EN-", "RU-")
FAULT_OF: Mapping[str, type[Fault]] = {fault.name(): fault for fault in FAULTS}

ALSO_SHOWN = {
    "QP-BOOKS-201": "capture-without-its-payment",
    "QP-BOOKS-211": "eight-digits-shown",
    "QP-BOOKS-701": "token-unasked",
    "QP-EXCH-011": "numbers-refused",
    "QP-EXCH-021": "numbers-refused",
    "QP-EXCH-031": "numbers-refused",
    "QP-EXCH-041": "numbers-refused",
    "QP-FORM-006": "hold-debits",
    "QP-FORM-017": "three-ds-for-saved-cards",
    "QP-FORM-033": "card-missing-on-form",
    "QP-FORM-034": "methods-of-all-sites",
    "QP-FORM-035": "methods-of-all-sites",
    "QP-FORM-036": "methods-of-all-sites",
    "QP-NOTE-001": "decline-not-notified",
}
"""Rules that a fault breaks besides others: the fault that shows each."""


@pytest.mark.parametrize(("rule", "fault"), ALSO_SHOWN.items())
def test_a_rule_of_several_that_a_fault_breaks_is_reported(rule: str, fault: str) -> None:
    broken = FAULT_OF[fault]
    result = trial(broken, [broken.group], stop_at=lambda found: found.code == rule, whole=True)
    assert rule in {kill.rule for kill in result.kills}


def test_every_testable_statement_of_the_documents_is_broken_by_a_fault() -> None:
    """A fault with one rule is reported by just that rule, which ``test_faults`` proves; rules name statements."""
    alone = {code for fault in FAULTS if len(fault.rules) == 1 for code in fault.rules}
    broken = {name for code in (*alone, *ALSO_SHOWN) for name in catalogue()[code].statements}
    testable = [name for name, one in statements().items() if one.untestable is None and name.startswith(DOCUMENTS)]
    assert [name for name in testable if name not in broken] == []
