"""Findings that can be seen again: a story of few requests, played on any server, with the rule that it breaks.

``replayed(story)`` is what a finding's pytest snippet calls, ``--replay FILE`` plays a finding's file, and the suite
itself plays each story before it reports it, to leave out what the finding does not need.
"""

from qiwi_payin_contract.replay.playing import play, replayed
from qiwi_payin_contract.replay.shortening import shortened
from qiwi_payin_contract.stories import Story, StoryError

__all__ = ["Story", "StoryError", "play", "replayed", "shortened"]
