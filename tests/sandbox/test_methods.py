"""What the form of a bill offers, by the methods table of the document and the decision for the row that it lacks."""

from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_sandbox.domain.methods import CARD, SANDBOX_PAY, SBP, SHOWN, shown_on_form

_METHODS = st.lists(st.sampled_from([*SHOWN, "QIWI_WALLET", "MOBILE_COMMERCE"]), max_size=4)
_SOME = st.lists(st.sampled_from([SBP, SANDBOX_PAY]), min_size=1, max_size=2)


def test_with_nothing_connected_and_nothing_asked_the_form_shows_the_card() -> None:
    assert shown_on_form((), None, two_step=False) == (CARD,)


@given(_METHODS)
def test_with_nothing_connected_what_is_asked_for_is_ignored(asked: list[str]) -> None:
    assert shown_on_form((), asked, two_step=False) == (CARD,)


@given(_SOME, st.lists(st.sampled_from(SHOWN), min_size=1, max_size=4))
def test_with_methods_connected_the_form_shows_exactly_those_asked_for(connected: list[str], asked: list[str]) -> None:
    assert shown_on_form(connected, asked, two_step=False) == tuple(dict.fromkeys(asked))


@given(_SOME, st.sampled_from([None, []]))
def test_with_methods_connected_and_none_asked_for_the_form_shows_the_card_and_those(
    connected: list[str], asked: list[str] | None
) -> None:
    assert shown_on_form(connected, asked, two_step=False) == (CARD, *dict.fromkeys(connected))


@given(_METHODS, st.none() | _METHODS)
def test_a_two_step_bill_shows_the_card_only(connected: list[str], asked: list[str] | None) -> None:
    assert shown_on_form(connected, asked, two_step=True) == (CARD,)


@given(_METHODS, st.none() | _METHODS, st.integers(1, 2))
def test_the_form_always_shows_something_once_and_nothing_that_it_does_not_know(
    connected: list[str], asked: list[str] | None, steps: int
) -> None:
    shown = shown_on_form(connected, asked, two_step=steps == 2)
    assert shown
    assert len(set(shown)) == len(shown)
    assert set(shown) <= set(SHOWN)
