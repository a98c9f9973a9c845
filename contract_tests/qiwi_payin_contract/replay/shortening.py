"""Leaving out of a story what its finding does not need."""

from collections.abc import Callable

from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.stories import Story

__all__ = ["PLAYS", "shortened"]

PLAYS = 40
"""How often a story is played at most; each step costs one play."""


def shortened(
    story: Story, play: Callable[[Story], Finding | None], *, plays: int = PLAYS
) -> tuple[Story, Finding] | None:
    """Find the shortest part of a story that still breaks its rule, leaving out one step after the other.

    Args:
        story: what to begin with.
        play: plays a story and answers the finding of its rule; None where the rule is kept.
        plays: how often ``play`` may be called.

    Returns:
        The part and its finding; None where not even the whole story breaks the rule again.
    """
    found = play(story)
    left = plays - 1
    if found is None:
        return None
    place = len(story.steps) - 2
    while place >= 0 and left > 0:
        part = story.without(place)
        if part is not None:
            left -= 1
            again = play(part)
            if again is not None:
                story, found = part, again
        place -= 1
    return story, found
