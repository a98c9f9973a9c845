"""Stories: requests that show a finding, told without secrets, so that they can be played on any server again."""

from qiwi_payin_contract.stories.story import Deed, Request, Story, StoryError

__all__ = ["Deed", "Request", "Story", "StoryError"]
