"""``qiwi-payin explain``: every rule can be explained."""

import pytest
from qiwi_payin_contract.explain import account_of, main
from qiwi_payin_contract.explanations import explanations
from qiwi_payin_contract.rules import GROUPS, catalogue


def test_every_rule_says_why_it_matters_and_no_text_is_left_over() -> None:
    assert set(explanations()) == set(catalogue())


@pytest.mark.parametrize("code", explanations())
def test_why_a_rule_matters_is_told_in_a_sentence_or_two_of_its_own(code: str) -> None:
    text = explanations()[code]
    assert 30 <= len(text) <= 320
    assert text.endswith(".")
    assert text != catalogue()[code].sentence
    assert list(explanations().values()).count(text) == 1


@pytest.mark.parametrize(
    "word", ["QP-BOOKS-505", "qp-books-505", "no-debit-without-capture", "Documented:no-debit-without-capture"]
)
def test_a_rule_is_found_by_code_name_and_waiver(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word]) == 0
    told = capsys.readouterr().out
    assert told.startswith("QP-BOOKS-505  no-debit-without-capture")
    assert "in: QIWI Form Payment using the API, Two-step Scenario, step 13" in told
    assert "behind every exchange" in told
    assert "--waive documented:no-debit-without-capture" in told


def test_a_decision_is_told_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["foreign-site-403"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Decision foreign-site:" in told
    assert "Reason: Both look alike, so that a key does not reveal which sites exist." in told
    assert "test_access::test_request_to_an_unknown_site_is_refused" in told


@pytest.mark.parametrize(
    ("word", "meant"), [("QP-BOKS-505", "QP-BOOKS-505"), ("one-captur", "QP-BOOKS-508"), ("no-debit", "QP-BOOKS-505")]
)
def test_a_word_that_is_nearly_right_is_told_what_it_may_mean(
    word: str, meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([word]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"there is no rule {word!r}; did you mean" in told.err
    assert meant in told.err


def test_a_word_that_means_nothing_is_sent_to_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zzzz"]) == 2
    assert "qiwi-payin explain lists all" in capsys.readouterr().err


def test_without_a_word_all_rules_are_listed_by_group(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    told = capsys.readouterr().out
    assert not [code for code in catalogue() if f"  {code} " not in told]
    assert [line for line in told.splitlines() if line in GROUPS] == list(GROUPS)


def test_what_looks_at_a_rule_is_read_from_the_suite() -> None:
    assert "test_shapes::test_every_operation_keeps_the_description" in account_of(catalogue()["QP-SHAPE-108"]).tests
    captured = account_of(catalogue()["QP-FORM-008"]).tests
    assert "test_workflows::test_workflow" in captured
    replayed = account_of(catalogue()["QP-EXCH-011"]).tests
    assert "test_exchanges::test_printed_exchange_is_replayed_byte_for_byte" in replayed
