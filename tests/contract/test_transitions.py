"""A run on the sandbox comes by every move of the documents' model that its sites allow."""

from qiwi_payin_contract.books import transitions as moves
from qiwi_payin_contract.books.transitions import TRANSITIONS
from qiwi_payin_contract.settings import Settings

from tests.contract.stories import told_at


def test_the_stories_come_by_every_move_on_the_sandbox() -> None:
    findings, keeper = told_at(Settings())
    assert [str(finding) for finding in findings] == []
    # Only a site that was set up so cancels what nobody captured.
    assert set(TRANSITIONS) - set(keeper.books.transitions) == {moves.CANCELLED_BY_ITSELF}
