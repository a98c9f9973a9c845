"""Each sentence of the two documents that can be tested has a test that fails when a server breaks it."""

from qiwi_payin_contract.faults.catalogue import FAULTS
from qiwi_payin_contract.results.statements import untied
from qiwi_payin_contract.rules import catalogue
from qiwi_payin_contract.statements import statements

DOCUMENTS = ("EN-", "RU-")


def test_every_testable_statement_of_all_sources_has_a_rule() -> None:
    assert untied() == []


def test_every_testable_statement_of_the_documents_is_broken_by_a_seeded_fault() -> None:
    """A fault with one rule is reported by just that rule, which ``test_faults`` proves; the rule names the statement."""
    alone = {code for fault in FAULTS if len(fault.rules) == 1 for code in fault.rules}
    broken = {name for code in alone for name in catalogue()[code].statements}
    testable = [name for name, one in statements().items() if one.untestable is None and name.startswith(DOCUMENTS)]
    assert [name for name in testable if name not in broken] == []
