"""Each sentence of the two documents that can be tested has a test that fails when a server breaks it."""

from collections.abc import Mapping

import pytest
from qiwi_payin_contract.faults.catalogue import FAULTS, Fault
from qiwi_payin_contract.rules import Rule, catalogue
from qiwi_payin_contract.statements import statements

from tools.kill_matrix.trial import trial

DOCUMENTS = ("EN-", "RU-")
FAULT_OF: Mapping[str, type[Fault]] = {fault.name(): fault for fault in FAULTS}

ALSO_SHOWN: Mapping[str, frozenset[str]] = {
    "capture-without-its-payment": frozenset({"QP-BOOKS-201"}),
    "card-missing-on-form": frozenset({"QP-FORM-033"}),
    "decline-not-notified": frozenset({"QP-NOTE-001"}),
    "eight-digits-shown": frozenset({"QP-BOOKS-211"}),
    "hold-debits": frozenset({"QP-FORM-006"}),
    "methods-of-all-sites": frozenset({"QP-FORM-034", "QP-FORM-035", "QP-FORM-036"}),
    "numbers-refused": frozenset({"QP-EXCH-011", "QP-EXCH-021", "QP-EXCH-031", "QP-EXCH-041"}),
    "three-ds-for-saved-cards": frozenset({"QP-FORM-017"}),
    "token-unasked": frozenset({"QP-BOOKS-701"}),
}
"""Rules that a fault breaks together with others."""


@pytest.mark.parametrize(("fault", "rules"), ALSO_SHOWN.items())
def test_all_rules_that_a_fault_is_to_show_are_reported(fault: str, rules: frozenset[str]) -> None:
    broken, seen = FAULT_OF[fault], set[str]()

    def is_enough(rule: Rule) -> bool:
        seen.add(rule.code)
        return rules <= seen

    trial(broken, [broken.group], stop_at=is_enough, whole=True)
    assert rules <= seen


def test_every_testable_statement_of_the_documents_is_broken_by_a_fault() -> None:
    """A fault with one rule is reported by just that rule, which ``test_faults`` proves; rules name statements."""
    alone = {code for fault in FAULTS if len(fault.rules) == 1 for code in fault.rules}
    broken = {name for code in alone.union(*ALSO_SHOWN.values()) for name in catalogue()[code].statements}
    testable = [name for name, one in statements().items() if one.untestable is None and name.startswith(DOCUMENTS)]
    assert [name for name in testable if name not in broken] == []
