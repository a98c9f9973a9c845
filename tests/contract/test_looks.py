"""Each test of the suite declares the rules that it looks at, and can be chosen by them."""

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from qiwi_payin_contract import looks
from qiwi_payin_contract.books.rules import RULES as OF_THE_BOOKS
from qiwi_payin_contract.command import KEPT, main
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import declarations, declared_by, looks_at, markers_of
from qiwi_payin_contract.rules import Basis, Rule, catalogue
from qiwi_payin_contract.settings import EFFORTS, Effort
from qiwi_payin_contract.shapes import answers
from qiwi_payin_contract.target import ANSWERED

RULE = Rule("QP-TEST-901", "rule", "It holds.", Basis.DOCUMENTED, "client", ("EN-001", "EN-002"))
OTHER = Rule("QP-TEST-902", "other", "It holds, too.", Basis.PRACTICE, "client", ("PRA-001",))


def test_markers_are_group_bases_and_statements() -> None:
    assert markers_of("client", (RULE, OTHER)) == ("client", "documented", "practice", "EN-001", "EN-002", "PRA-001")


def test_markers_are_plain_text_that_workers_can_send() -> None:
    assert {type(name) for name in markers_of("client", (RULE, OTHER))} == {str}


def test_declaration_may_depend_on_the_parameters() -> None:
    @looks_at(RULE, OTHER, of=lambda number: (RULE,) if number else (OTHER,))
    def test(number: int) -> None: ...

    assert declared_by(test) == (RULE, OTHER)
    assert declared_by(test, number=0) == (OTHER,)
    assert declared_by(object()) == ()


def test_every_test_of_the_suite_declares_something() -> None:
    assert [name for name, rules in declarations().items() if not rules] == []


def test_every_rule_is_looked_at_by_a_test_or_behind_every_exchange() -> None:
    everywhere = {rule.code for rule in (*OF_THE_BOOKS, ANSWERED)}
    assert [code for code in catalogue() if code not in everywhere | set(looks.tests_of_rules())] == []
    assert looks.tests_of_rules()["QP-TEST-005"] == (
        "test_scenarios_test_mode::test_every_published_card_can_be_paid_with",
    )


def test_no_test_looks_at_a_rule_that_it_does_not_declare(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: defaultdict[str, set[str]] = defaultdict(set)

    def watched(name: str) -> None:
        look = getattr(Findings, name)

        def looked(findings: Findings, holds: object, rule: Rule, message: str, *exchanges: object) -> object:
            # What is looked at in every answer is nobody's own.
            if sys._getframe(1).f_code.co_filename != answers.__file__:  # noqa: SLF001 - who calls
                test = os.environ.get("PYTEST_CURRENT_TEST", "").partition("[")[0].partition(" ")[0]
                seen[test.rpartition("/")[2].replace(".py", "")].add(rule.code)
            return look(findings, holds, rule, message, *exchanges)

        monkeypatch.setattr(Findings, name, looked)

    watched("expect")
    watched("note")
    little = Effort("quick", examples=1, values=1, walks=1, steps=3)
    monkeypatch.setitem(EFFORTS, "quick", little)
    assert main(["--effort=quick", "--workers=1", "--seed=1"]) == KEPT, capsys.readouterr().out
    declared = {name: {rule.code for rule in rules} for name, rules in declarations().items()}
    further = {name: codes - declared[name] for name, codes in seen.items() if name in declared}
    assert {name: codes for name, codes in further.items() if codes - {"QP-TEST-007"}} == {}
    assert len(further) > 50


@pytest.mark.parametrize(
    ("chosen", "some", "none"),
    [
        ("behaviour", "test_walks_keep_the_books", "test_workflow"),
        ("documented and not client", "test_workflow", "test_client_"),
        ("EN-024", "test_workflow", "test_request_without_a_key"),
    ],
)
def test_tests_are_chosen_by_group_basis_and_statement(chosen: str, some: str, none: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "qiwi_payin_contract.plugin", "-p", "no:cacheprovider"]
    ended = subprocess.run(  # noqa: S603 - our own command
        [*command, "--strict-markers", "--collect-only", "-q", "--pyargs", "qiwi_payin_contract", "-m", chosen],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == pytest.ExitCode.OK, ended.stdout + ended.stderr
    assert some in ended.stdout
    assert none not in ended.stdout
