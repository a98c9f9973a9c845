"""Findings: which count, and one fault stays one finding."""

import pytest
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Broken, Finding, Findings, Policy
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.run import broken_rules_in


def rule(basis: Basis, number: int = 1) -> Rule:
    decision = "amount-text" if basis is Basis.DECISION else None
    return Rule(f"QP-TEST-{number:03}", f"rule-{number}", "It holds.", basis, "behaviour", ("EN-001",), decision)


def exchange(operation_id: str = "billsGet") -> Exchange:
    return Exchange(operation_id, "test-00", "GET", "/x", "http://127.0.0.1/x", {}, b"", 200, {}, b"")


@pytest.mark.parametrize("basis", [Basis.DOCUMENTED, Basis.PUBLISHED, Basis.PRACTICE])
def test_what_somebody_says_counts_unless_it_is_waived(basis: Basis) -> None:
    assert Policy().counts(rule(basis))
    assert not Policy(waived=frozenset({f"{basis}:rule-1"})).counts(rule(basis))
    assert not Policy(waived=frozenset({"QP-TEST-001"})).counts(rule(basis))
    assert Policy(waived=frozenset({f"{basis}:rule-2"})).counts(rule(basis))


def test_a_decision_counts_where_it_is_asked_for() -> None:
    assert not Policy().counts(rule(Basis.DECISION))
    assert Policy(decisions=True).counts(rule(Basis.DECISION))


def test_bases_can_be_chosen() -> None:
    chosen = Policy(bases=frozenset({Basis.DOCUMENTED}))
    assert chosen.counts(rule(Basis.DOCUMENTED))
    assert not chosen.counts(rule(Basis.PUBLISHED))


def test_a_broken_rule_stops_the_test_where_it_counts() -> None:
    findings = Findings()
    with pytest.raises(Broken) as stopped:
        findings.expect(False, rule(Basis.DOCUMENTED), "no", exchange())  # noqa: FBT003 - the condition
    assert stopped.value.finding.operation_id == "billsGet"
    assert len(findings) == 0
    findings.expect(False, rule(Basis.DECISION), "no", exchange())  # noqa: FBT003 - the condition
    assert [finding.message for finding in findings.waived] == ["no"]
    assert findings.checked.total() == 2


def test_a_noted_rule_is_kept_and_the_test_goes_on() -> None:
    findings = Findings()
    assert findings.note(True, rule(Basis.DOCUMENTED), "fine")  # noqa: FBT003 - the condition
    assert not findings.note(False, rule(Basis.DOCUMENTED), "no", exchange())  # noqa: FBT003 - the condition
    assert len(findings.failing) == 1


def test_one_fault_of_one_operation_is_one_finding_with_the_shortest_way_to_it() -> None:
    findings = Findings()
    for length in (3, 1, 2):
        findings.record(Finding(rule(Basis.DOCUMENTED), str(length), (exchange(),) * length))
    findings.record(Finding(rule(Basis.DOCUMENTED), "other", (exchange("paymentsGet"),)))
    findings.record(Finding(rule(Basis.DOCUMENTED, 2), "second", (exchange(),)))
    assert [finding.message for finding in findings] == ["1", "other", "second"]


def test_findings_are_found_in_groups_and_causes() -> None:
    one, two, three = (Broken(Finding(rule(Basis.DOCUMENTED, number), "no")) for number in (1, 2, 3))
    one.__cause__ = two
    group = ExceptionGroup("several", [ValueError(), ExceptionGroup("inner", [one, three])])
    assert {each.finding.rule.code for each in broken_rules_in(group)} == {"QP-TEST-001", "QP-TEST-002", "QP-TEST-003"}
