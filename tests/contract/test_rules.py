"""Every rule that the suite can report is registered, well founded, and tied to statements that exist."""

import pytest
from qiwi_payin_contract.results import untied
from qiwi_payin_contract.rules import Basis, Rule, catalogue
from qiwi_payin_contract.statements import decision_ids, statements

EACH_RULE = pytest.mark.parametrize("rule", catalogue().values(), ids=lambda rule: rule.code)


@EACH_RULE
def test_a_rule_names_statements_that_exist(rule: Rule) -> None:
    assert not [name for name in rule.statements if name not in statements()]


@EACH_RULE
def test_a_rule_rests_on_what_its_basis_says(rule: Rule) -> None:
    if rule.basis is Basis.DECISION:
        assert rule.decision in decision_ids()
        return
    assert rule.decision is None
    sources = {name.partition("-")[0] for name in rule.statements}
    wanted = {Basis.DOCUMENTED: {"EN", "RU"}, Basis.PUBLISHED: {"PUB"}, Basis.PRACTICE: {"PRA"}}[rule.basis]
    assert sources & wanted


@EACH_RULE
def test_a_rule_is_a_sentence(rule: Rule) -> None:
    assert " " in rule.sentence
    assert rule.sentence.endswith(".")


def test_testable_statements_without_a_rule_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    left = untied()
    testable = [name for name, statement in statements().items() if statement.untestable is None]
    with capsys.disabled():
        print(f"\n{len(testable) - len(left)} of {len(testable)} testable statements have a rule")  # noqa: T201
    assert set(left) <= set(testable)
