"""All faults: each is one way in which a server can break the contract, and names the rules that must show it.

A fault's ``apply`` gets a request and the real server, and answers as the broken server would. It may keep what it has
seen. None of them knows how the suite tests.
"""

import inspect
from collections.abc import Iterator
from types import ModuleType

from qiwi_payin_contract.faults import (
    access,
    behaviour,
    cards,
    clients,
    concurrency,
    deliveries,
    echoes,
    errors,
    exchanges,
    forms,
    notifications,
    repeats,
    scenarios,
    shapes,
    states,
    stories,
    sums,
)
from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.rules import GROUPS

__all__ = ["FAULTS", "Fault"]

_MODULES = (
    shapes,
    errors,
    access,
    behaviour,
    sums,
    repeats,
    echoes,
    states,
    exchanges,
    scenarios,
    stories,
    forms,
    cards,
    clients,
    notifications,
    deliveries,
    concurrency,
)


def _faults_in(module: ModuleType) -> Iterator[type[Fault]]:
    for name, value in vars(module).items():
        own = inspect.isclass(value) and value.__module__ == module.__name__ and not name.startswith("_")
        if own and issubclass(value, Fault):
            yield value


FAULTS: tuple[type[Fault], ...] = tuple(
    sorted(
        (fault for module in _MODULES for fault in _faults_in(module)),
        key=lambda fault: GROUPS.index(fault.group),
    )
)
"""All faults, by the group that must find them."""
