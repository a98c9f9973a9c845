"""A pytest file that shows a finding, for the tests of whoever runs the server."""

import json
import textwrap

from qiwi_payin_contract.findings import Finding

__all__ = ["snippet"]

_FILE = '''"""{code}: {sentence}

Needs ``pip install "qiwi-payin[contract]"``, and QIWI_PAYIN_BASE_URL, QIWI_PAYIN_SITE_ID and QIWI_PAYIN_KEY; of a
story with several sites: ``replayed(STORY, base_url=..., sites=["ID:KEY", "ID:KEY"])``.
"""

import json

from qiwi_payin_contract.replay import Story, replayed

STORY = Story.from_json(
    json.loads(
        r\'\'\'
{story}
\'\'\'
    )
)


def test_{name}():
    assert not replayed(STORY)
'''


def snippet(finding: Finding) -> str:
    """Write a test that fails while the server breaks the rule as this finding shows.

    Raises:
        ValueError: the finding has no story.
    """
    if finding.story is None:
        raise ValueError(f"{finding.rule.code} has no story to play")
    told = json.dumps(finding.story.to_json(), indent=2).replace("'", "\\u0027")
    return _FILE.format(
        code=finding.rule.code,
        sentence="\n".join(textwrap.wrap(finding.rule.sentence, 100)),
        story=textwrap.indent(told, "  "),
        name=finding.rule.name.replace("-", "_"),
    )
