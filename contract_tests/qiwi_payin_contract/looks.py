"""Which tests look at which rules, as their code tells.

A test looks at the rules that it names, and at those that the functions, fixtures and classes it uses name. Where it is
run for each of several values that know their ``rules``, such as workflows, it looks at those of each.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

from qiwi_payin_contract.rules import Rule

__all__ = ["tests_of_rules"]

_PACKAGE = "qiwi_payin_contract"


@cache
def tests_of_rules() -> Mapping[str, tuple[str, ...]]:
    """Names of the tests that look at each rule, by its code: ``module::function``, or ``module::function[value]``."""
    found: dict[str, dict[str, None]] = {}
    suite = importlib.import_module(f"{_PACKAGE}.suite")
    for info in pkgutil.iter_modules(suite.__path__):
        if not info.name.startswith("test_"):
            continue
        module = importlib.import_module(f"{suite.__name__}.{info.name}")
        for name, test in vars(module).items():
            # Schemathesis and Hypothesis put a function of their own in front, and keep the test here.
            function = inspect.unwrap(getattr(getattr(test, "hypothesis", None), "inner_test", test))
            if not name.startswith("test_") or not isinstance(function, FunctionType):
                continue
            for rule in _rules_of(function, set()):
                found.setdefault(rule.code, {})[f"{info.name}::{name}"] = None
            for value, code in _rules_of_values(function):
                found.setdefault(code, {})[f"{info.name}::{name}[{value}]"] = None
    return {code: tuple(tests) for code, tests in found.items()}


def _rules_of_values(test: FunctionType) -> Iterator[tuple[str, str]]:
    """Ids of the values that a test is run for, each with the codes of its rules."""
    for mark in getattr(test, "pytestmark", ()):
        if mark.name == "parametrize":
            for value in mark.args[1]:
                yield from ((value.id, code) for code in getattr(value, "rules", ()))


def _rules_of(value: Any, seen: set[int]) -> Iterator[Rule]:
    if id(value) in seen:
        return
    seen.add(id(value))
    match value:
        case Rule():
            yield value
        case FunctionType() if _is_ours(value.__module__):
            names = set(_names(value.__code__))
            named = [value.__globals__[name] for name in names if name in value.__globals__]
            for one in named:
                yield from _rules_in_module(one, names, seen) if isinstance(one, ModuleType) else _rules_of(one, seen)
        case type() if _is_ours(value.__module__):
            for member in vars(value).values():
                yield from _rules_of(inspect.unwrap(getattr(member, "__func__", member)), seen)
        case property():
            yield from _rules_of(value.fget, seen)
        case Mapping():
            yield from (item for item in value.values() if isinstance(item, Rule))
        case _ if (wrapped := _unwrapped(value)) is not value:
            yield from _rules_of(wrapped, seen)


def _rules_in_module(module: ModuleType, names: set[str], seen: set[int]) -> Iterator[Rule]:
    if _is_ours(module.__name__):
        for name in names & set(vars(module)):
            yield from _rules_of(vars(module)[name], seen)


def _names(code: CodeType) -> Iterator[str]:
    """Names that code uses; the arguments of a test are fixtures of its module."""
    yield from code.co_names
    yield from code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)


def _unwrapped(value: Any) -> Any:
    return inspect.unwrap(value) if callable(value) else value


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == _PACKAGE
