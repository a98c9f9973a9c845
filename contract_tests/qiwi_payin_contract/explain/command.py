"""The command ``qiwi-payin explain``.

0  the rule, or the list of all, was told
2  there is no such rule
"""

import difflib
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence

from qiwi_payin_contract.explain.account import Account, account_of
from qiwi_payin_contract.rules import GROUPS, Rule, catalogue

__all__ = ["main"]

TOLD, UNKNOWN = 0, 2
_USAGE = """usage: qiwi-payin explain [RULE ...]

Tells what a rule of the contract suite says, why it matters, where it is written, and how it is tested and waived.
RULE is a code (QP-BOOKS-505), a name (no-debit-without-capture) or a waiver (documented:no-debit-without-capture), in
capitals or not. Without one, all rules are listed by group.
"""
_WIDEST = 100
_NEAR = 4
_MANY = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Tell of the rules that are named; see the module for what the number means."""
    named = list(sys.argv[1:] if arguments is None else arguments)
    if {"-h", "--help"} & set(named):
        sys.stdout.write(_USAGE)
        return TOLD
    width = min(shutil.get_terminal_size((_WIDEST, 0)).columns, _WIDEST)
    if not named:
        sys.stdout.write("\n".join(_listed(width)) + "\n")
        return TOLD
    names = _names()
    unknown = [word for word in named if word.lower() not in names]
    for word in unknown:
        sys.stderr.write(f"qiwi-payin explain: {_not_found(word, names)}\n")
    found = [names[word.lower()] for word in named if word.lower() in names]
    sys.stdout.write("\n\n".join("\n".join(_told(account_of(rule), width)) for rule in found) + "\n" * bool(found))
    return UNKNOWN if unknown else TOLD


def _names() -> dict[str, Rule]:
    return {word.lower(): rule for rule in catalogue().values() for word in (rule.code, rule.name, rule.waiver)}


def _not_found(word: str, names: dict[str, Rule]) -> str:
    near = difflib.get_close_matches(word.lower(), names, n=_NEAR, cutoff=0.6)
    inside = [name for name in names if word.lower() in name and ":" not in name][:_NEAR]
    meant = list(dict.fromkeys(f"{names[name].code} ({names[name].name})" for name in (*near, *inside)))
    told = f"; did you mean {', '.join(meant[:_NEAR])}?" if meant else "; qiwi-payin explain lists all"
    return f"there is no rule {word!r}{told}"


def _listed(width: int) -> Iterator[str]:
    rules = catalogue().values()
    yield f"{len(rules)} rules; qiwi-payin explain CODE tells more of one"
    for group in GROUPS:
        mine = [rule for rule in rules if rule.group == group]
        if not mine:
            continue
        yield f"\n{group}"
        for rule in mine:
            yield from textwrap.wrap(
                rule.sentence,
                width,
                initial_indent=f"  {rule.code:<13} {rule.basis:<10} ",
                subsequent_indent=" " * 27,
            )


def _told(account: Account, width: int) -> Iterator[str]:
    rule = account.rule

    def paragraph(text: str, indent: str = "", hanging: str | None = None) -> Iterator[str]:
        further = indent if hanging is None else hanging
        yield from textwrap.wrap(
            text,
            width,
            initial_indent=indent,
            subsequent_indent=further,
            break_on_hyphens=False,
            break_long_words=False,
        )

    yield f"{rule.code}  {rule.name}  ({rule.group})"
    yield from paragraph(rule.sentence)
    yield ""
    yield from paragraph(f"Why it matters: {account.matters}")
    yield ""
    yield from paragraph(f"Basis: {rule.basis}. {account.basis}")
    if account.decision is not None:
        yield ""
        yield from paragraph(f"Decision {account.decision.id}: {account.decision.title}")
        yield from paragraph(account.decision.text, "  ")
        yield from paragraph(f"Reason: {account.decision.reason}", "  ")
    if account.statements:
        yield ""
        yield "Rests on" if account.decision is None else "Has to do with"
        for statement in account.statements[:_MANY]:
            yield from paragraph(f"{statement.id}  {statement.text}", "  ", "    ")
            yield from paragraph(f"in: {statement.origin}", "    ", "      ")
        if len(account.statements) > _MANY:
            left = ", ".join(statement.id for statement in account.statements[_MANY:])
            yield from paragraph(f"and {len(account.statements) - _MANY} more: {left}", "  ", "    ")
    yield ""
    yield "Looked at by"
    if account.watched:
        yield from paragraph(account.watched, "  ")
    yield from (f"  {test}" for test in account.tests)
    yield ""
    yield f"To let it pass: {account.waivers[0]}"
