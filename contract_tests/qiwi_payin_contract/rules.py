"""Rules that the suite can report as broken.

A rule is a module-level constant beside the check that uses it; ``catalogue()`` finds them all.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import attrs

__all__ = ["GROUPS", "SERVER_GROUPS", "Basis", "Rule", "catalogue"]

SERVER_GROUPS = ("shapes", "behaviour", "exchanges", "scenarios", "concurrency", "client", "notifications")
"""Parts of the suite that a server needs."""
GROUPS = (*SERVER_GROUPS, "handler")
"""Parts of the suite, in the order in which they run and are reported."""


class Basis(StrEnum):
    """What a rule rests on; decides whether a server that breaks it fails."""

    DOCUMENTED = "documented"
    PUBLISHED = "published"
    PRACTICE = "practice"
    DECISION = "decision"


def _texts(given: Iterable[str]) -> tuple[str, ...]:
    return tuple(given)


def _each_once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


@attrs.define(frozen=True, cache_hash=True)
class Rule:
    """Something that a server keeps or breaks.

    Attributes:
        code: ``QP-<AREA>-<three digits>``; never given to another rule.
        name: kebab-case name; ``<basis>:<name>`` waives the rule.
        sentence: the rule, as a sentence about what a server does.
        basis: what the rule rests on.
        group: one of ``GROUPS``.
        statements: ids of the statements that the rule tests.
        decision: id of the decision, for rules on that basis.
    """

    code: str = attrs.field(validator=attrs.validators.matches_re(r"QP-[A-Z]+-[0-9]{3}"))
    name: str = attrs.field(validator=attrs.validators.matches_re(r"[a-z0-9]+(-[a-z0-9]+)*"))
    sentence: str
    basis: Basis = attrs.field(converter=Basis)
    group: str = attrs.field(validator=attrs.validators.in_(GROUPS))
    statements: tuple[str, ...] = attrs.field(default=(), converter=_texts)
    decision: str | None = None

    @property
    def waiver(self) -> str:
        """Word that waives the rule on the command line, such as ``practice:amount-text``."""
        return f"{self.basis}:{self.name}"


def catalogue() -> dict[str, Rule]:
    """Collect every rule of the package by its code.

    A rule counts when a module of the package binds it at top level, alone or in a tuple, list or mapping, or when the
    module's function ``rules()`` yields it: for rules that are made from the description.

    Raises:
        ValueError: two different rules have one code or one name.
    """
    package = importlib.import_module(__package__ or "qiwi_payin_contract")
    found: dict[str, Rule] = {}
    names: dict[str, str] = {}
    for module in sorted(pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda info: info.name):
        if module.name.rpartition(".")[2] in {"conftest", "__main__"}:
            continue
        bound = vars(importlib.import_module(module.name))
        made = bound.get("rules")
        for rule in (*_rules_in(bound.values()), *(made() if callable(made) else ())):
            if found.setdefault(rule.code, rule) != rule:
                raise ValueError(f"two rules have the code {rule.code}")
            if names.setdefault(rule.name, rule.code) != rule.code:
                raise ValueError(f"the rules {names[rule.name]} and {rule.code} have one name, {rule.name}")
    return dict(sorted(found.items()))


def _rules_in(values: Iterable[Any]) -> Iterator[Rule]:
    for value in list(values):
        match value:
            case Rule():
                yield value
            case tuple() | list():
                yield from (item for item in value if isinstance(item, Rule))
            case Mapping():
                yield from (item for item in value.values() if isinstance(item, Rule))
