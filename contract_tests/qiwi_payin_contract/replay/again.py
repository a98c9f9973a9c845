"""``--replay FILE``: see one finding again, on any server."""

import sys

from qiwi_payin_contract.replay.files import Found
from qiwi_payin_contract.replay.playing import play
from qiwi_payin_contract.report.terminal import render_finding
from qiwi_payin_contract.results.findings import finding_document
from qiwi_payin_contract.run import Run

__all__ = ["see_again"]


def see_again(run: Run, found: Found) -> bool:
    """Play the story of a finding and print what came of it; whether its rule was broken again.

    Raises:
        StoryError: the server has not what the story needs.
        NoAnswer: the server does not answer.
    """
    assert found.story is not None
    finding = play(found.story, run.target, hold_term=run.settings.hold_term).of(found.rule.code)
    if finding is None:
        sys.stdout.write(f"{found.rule.code} is kept: {found.rule.sentence}\n")
        return False
    sys.stdout.write(f"{render_finding(finding_document(finding))}\n")
    return True
