"""Files of findings: one for each, which ``--replay FILE`` takes."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.replay.snippet import snippet
from qiwi_payin_contract.rules import Rule, catalogue
from qiwi_payin_contract.stories import Story, StoryError

if TYPE_CHECKING:
    from qiwi_payin_contract.run import Run

__all__ = ["Found", "read", "write"]

FORMAT = "qiwi-payin finding 1"


@attrs.define(frozen=True)
class Found:
    """What a file tells of a finding.

    Attributes:
        rule: the rule that was broken.
        story: what shows it; None where only the test that found it can.
        test: name of that test.
        seed: seed of the run.
        effort: effort of the run, by name.
    """

    rule: Rule
    story: Story | None
    test: str
    seed: int
    effort: str


def write(run: "Run", folder: Path) -> tuple[tuple[Finding, Path], ...]:
    """Write a file for each failing finding of a run, and a pytest file beside those that have a story.

    Returns:
        Each finding with its file.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[tuple[Finding, Path]] = []
    for place, finding in enumerate(run.findings.failing, 1):
        path = folder / f"{place:02}-{finding.rule.code}.json"
        told = {
            "format": FORMAT,
            **finding.to_json(),
            "sentence": finding.rule.sentence,
            "seed": run.settings.seed,
            "effort": run.settings.effort.name,
        }
        path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        written.append((finding, path))
        if finding.story is not None and finding.story.masked().whole:
            name = finding.rule.name.replace("-", "_")
            path.with_name(f"test_{place:02}_{name}.py").write_text(snippet(finding), encoding="utf-8")
    return tuple(written)


def read(path: Path) -> Found:
    """Read the file of a finding.

    Raises:
        StoryError: it cannot be read, or is something else; the message names the file.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise StoryError(f"{path} cannot be read: {type(error).__name__}") from error
    if not isinstance(told, Mapping) or told.get("format") != FORMAT:
        raise StoryError(f"{path} is no file of a finding")
    return _found(path, told)


def _found(path: Path, told: Mapping[str, Any]) -> Found:
    rules = catalogue()
    try:
        story = None if told["story"] is None else Story.from_json(told["story"])
        return Found(rules[told["rule"]], story, str(told["test"]), int(told["seed"]), str(told["effort"]))
    except (KeyError, TypeError, ValueError) as error:
        raise StoryError(f"{path} is no whole file of a finding: {type(error).__name__} {error}") from error
