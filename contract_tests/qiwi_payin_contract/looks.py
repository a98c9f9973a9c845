"""Which tests of the suite look at which rules, as each test declares it.

The books hold every exchange of every group against the earlier ones, and every answer is checked against the
description. Those looks are nobody's own: a test declares what it looks at itself.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar

import attrs

from qiwi_payin_contract.rules import Basis, Rule

__all__ = ["Looks", "declarations", "declared_by", "looks_at", "markers_of", "tests_of_rules"]

_SUITE = "qiwi_payin_contract.suite"
_NAME = "__looks_at__"
_Test = TypeVar("_Test", bound=Callable[..., Any])


@attrs.define(frozen=True)
class Looks:
    """What a test looks at.

    Attributes:
        rules: all of it.
        of: which of them a test with certain parameters looks at, by their names; None for all of them always.
    """

    rules: tuple[Rule, ...]
    of: Callable[..., tuple[Rule, ...]] | None = None


def looks_at(*rules: Rule, of: Callable[..., tuple[Rule, ...]] | None = None) -> Callable[[_Test], _Test]:
    """Declare the rules that a test looks at."""

    def declare(test: _Test) -> _Test:
        setattr(test, _NAME, Looks(tuple(dict.fromkeys(rules)), of))
        return test

    return declare


def declared_by(test: object, **parameters: Any) -> tuple[Rule, ...]:
    """Rules that a test function has declared; none where it has declared nothing."""
    looks = getattr(test, _NAME, None)
    if not isinstance(looks, Looks):
        return ()
    return looks.rules if looks.of is None or not parameters else looks.of(**parameters)


def markers_of(group: str, rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """Names of pytest markers of a test: its group, the bases of its rules, and their statements."""
    bases = {rule.basis for rule in rules}
    named = {statement for rule in rules for statement in rule.statements}
    return (group, *(basis.value for basis in Basis if basis in bases), *sorted(named))


@cache
def declarations() -> Mapping[str, tuple[Rule, ...]]:
    """What each test of the suite declares, by its name as ``module::function``."""
    return dict(_found())


@cache
def tests_of_rules() -> Mapping[str, tuple[str, ...]]:
    """Names of the tests, as ``module::function``, that look at each rule themselves, by its code."""
    found: dict[str, list[str]] = {}
    for name, rules in declarations().items():
        for rule in rules:
            found.setdefault(rule.code, []).append(name)
    return {code: tuple(names) for code, names in found.items()}


def _found() -> Iterator[tuple[str, tuple[Rule, ...]]]:
    package = importlib.import_module(_SUITE)
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        if module.startswith("test_"):
            for name, test in vars(importlib.import_module(f"{_SUITE}.{module}")).items():
                if name.startswith("test_"):
                    yield f"{module}::{name}", declared_by(test)
