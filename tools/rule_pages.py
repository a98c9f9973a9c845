"""The pages of the contract suite's rules, `docs/contract/rules/CODE.md`, and their index.

Usage: python -m tools.rule_pages            writes the pages anew
       python -m tools.rule_pages --check    exit code 1, naming each page that is not what would be written
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from qiwi_payin_contract.explain import Account, account_of
from qiwi_payin_contract.rules import GROUPS, catalogue

from tools.check import differences
from tools.project import ROOT

PAGES: Final = ROOT / "docs" / "contract" / "rules"
_MADE: Final = "<!-- Made by python -m tools.rule_pages: not for editing. -->"


def write(folder: Path) -> None:
    """Write the index and a page for each rule into an empty folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for code, rule in catalogue().items():
        _write(folder / f"{code}.md", _page(account_of(rule)))
    _write(folder / "README.md", _index())


def _write(path: Path, lines: Iterator[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _index() -> Iterator[str]:
    rules = catalogue().values()
    yield _MADE
    yield ""
    yield "# Rules of the contract suite"
    yield ""
    yield f"{len(rules)} rules. `qiwi-payin explain CODE` tells the same in a terminal."
    for group in GROUPS:
        mine = [rule for rule in rules if rule.group == group]
        yield ""
        yield f"## {group}"
        yield ""
        yield "| rule | basis | it says |"
        yield "|---|---|---|"
        for rule in mine:
            yield f"| [{rule.code}]({rule.code}.md) `{rule.name}` | {rule.basis} | {_cell(rule.sentence)} |"


def _page(account: Account) -> Iterator[str]:
    rule = account.rule
    yield _MADE
    yield ""
    yield f"# {rule.code}: {rule.name}"
    yield ""
    yield _text(rule.sentence)
    yield ""
    yield f"**Why it matters.** {_text(account.matters)}"
    yield ""
    yield f"**Basis: {rule.basis}.** {_text(account.basis)}"
    if account.decision is not None:
        yield ""
        yield f"**Decision `{account.decision.id}`: {_text(account.decision.title)}.** {_text(account.decision.text)}"
        yield ""
        yield f"Reason: {_text(account.decision.reason)}"
    if account.statements:
        yield ""
        yield f"## {'Where it is written' if account.decision is None else 'Statements that it has to do with'}"
        yield ""
        yield "| statement | it says | where |"
        yield "|---|---|---|"
        for statement in account.statements:
            yield f"| {statement.id} | {_cell(statement.text)} | {_cell(statement.origin)} |"
    yield ""
    yield "## Tests"
    yield ""
    if account.watched:
        yield account.watched
    if account.watched and account.tests:
        yield ""
    yield from (f"- `{test}`" for test in account.tests)
    yield ""
    yield "## To let it pass"
    yield ""
    yield f"`{account.waivers[0]}` or `{account.waivers[1]}`. Group: {rule.group}. [All rules](README.md)"


def _text(text: str) -> str:
    for character in "\\`*_<>{}[]":
        text = text.replace(character, f"\\{character}")
    return text


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|").replace("\n", " ")


def main(arguments: list[str]) -> int:
    """Write the pages, or compare them."""
    if arguments == ["--check"]:
        with TemporaryDirectory() as scratch:
            write(Path(scratch))
            lines = differences(Path(scratch), PAGES)
        sys.stdout.writelines(f"{line}\n" for line in lines)
        sys.stdout.write("run python -m tools.rule_pages\n" if lines else "docs/contract/rules is up to date\n")
        return 1 if lines else 0
    for page in PAGES.glob("*.md"):
        page.unlink()
    write(PAGES)
    sys.stdout.write(f"wrote {PAGES}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
