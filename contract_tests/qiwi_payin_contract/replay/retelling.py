"""Retelling what a run found: each finding is seen once more, by as few requests as show it."""

from typing import TYPE_CHECKING

import attrs

from qiwi_payin_contract.acts import Journal
from qiwi_payin_contract.drivers import DriverError
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.replay.chronicle import Chronicle
from qiwi_payin_contract.replay.playing import play
from qiwi_payin_contract.replay.shortening import shortened
from qiwi_payin_contract.rules import SERVER_GROUPS
from qiwi_payin_contract.stories import Story, StoryError
from qiwi_payin_contract.target import TargetError

if TYPE_CHECKING:
    from qiwi_payin_contract.run import Run

__all__ = ["MOST", "retell"]

MOST = 20
"""Findings that are retold; who has more has other worries than the length of the last ones."""


def retell(run: "Run", chronicle: Chronicle) -> None:
    """Give the failing findings of a run their shortest stories.

    A finding whose story does not break its rule again keeps its exchanges, and has no story: it needs what a story
    cannot tell (several requests at once, a look of the test itself), or the server does not do it every time.
    """
    for finding in run.findings.failing[:MOST]:
        with_server = finding.rule.group in SERVER_GROUPS
        if with_server and finding.story is None and finding.exchanges and all(one.number for one in finding.exchanges):
            retold = _retold(run, finding, chronicle)
            if retold is not None:
                run.findings.replace(finding, retold)


def _retold(run: "Run", finding: Finding, chronicle: Chronicle) -> Finding | None:
    target, driver = run.target, run.target.driver
    exchanges = chronicle.before(finding.exchanges)
    numbers = [one.number for one in exchanges]
    acts = list(driver.between(min(numbers), max(numbers))) if isinstance(driver, Journal) else []
    story = Story.of(finding.rule.code, exchanges, acts, target.sites, target.mark)

    def seen(part: Story) -> Finding | None:
        return play(part, target, hold_term=run.settings.hold_term).of(finding.rule.code)

    if run.settings.gives_back:
        # Where requests are counted, or money is real, none is spent on seeing again what was seen.
        return attrs.evolve(finding, exchanges=exchanges, story=story)
    try:
        result = shortened(story, seen)
    except (StoryError, TargetError, DriverError):
        return None
    if result is None:
        return None
    shortest, again = result
    return attrs.evolve(again, test=finding.test, story=shortest)
