"""The faults of the sites: asked for, listed, removed; and what they make of a request."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from qiwi_payin_sandbox.domain.errors import NotFoundError, ValidationError
from qiwi_payin_sandbox.engine.engine import Engine
from qiwi_payin_sandbox.engine.work import Work
from qiwi_payin_sandbox.faults.answers import Course, Strike
from qiwi_payin_sandbox.faults.catalogue import ANSWERS, KINDS
from qiwi_payin_sandbox.faults.fault import EVERYTHING, Fault
from qiwi_payin_sandbox.faults.writing import Considered, log, make_due
from qiwi_payin_sandbox.notifications.message import NotificationType

MOST_FAULTS = 1000
"""How many faults of a site are kept, those that are used up too."""

_CHOSEN_WITH_ALL = frozenset({"kind", "operation", "rate", "times", "seed"})


class Register:
    """Keeps the faults of the sites.

    Args:
        engine: The sites.
        operations: The operationIds of the operations whose answers can go wrong.
    """

    def __init__(self, engine: Engine, operations: Iterable[str]) -> None:
        self._engine = engine
        self._operations = sorted(operations)

    def add(self, site_id: str, order: Mapping[str, Any]) -> Fault:
        """Ask for a fault.

        Args:
            site_id: The site.
            order: What is wanted, by the names of the control operation, each field keeping its own rule.

        Raises:
            ValidationError: The fields do not fit each other, or the site has too many faults.
        """
        self._check(order)

        def command(work: Work) -> Fault:
            work.unit.touch_site()  # before the number is taken: it locks the row that all who ask for one want
            if len(work.unit.faults()) >= MOST_FAULTS:
                raise ValidationError({"kind": [f"A site has {MOST_FAULTS} faults at most; remove some"]})
            fault = Fault(
                number=work.unit.next_fault_number(),
                kind=order["kind"],
                operation=order.get("operation", EVERYTHING),
                rate=Decimal(str(order.get("rate", 1))),
                times=None if "times" not in order else int(order["times"]),
                seed=None if "seed" not in order else int(order["seed"]),
                settings={name: value for name, value in order.items() if name not in _CHOSEN_WITH_ALL},
            )
            work.unit.add_fault(fault)
            return fault

        return self._engine.change(site_id, command)

    def all(self, site_id: str) -> list[Fault]:
        """Return the faults of a site, those that are used up too, in the order in which they were asked for."""
        return self._engine.look(site_id, lambda work: work.unit.faults())

    def remove(self, site_id: str, fault_id: str) -> None:
        """Remove a fault; what it holds back is due at once.

        Raises:
            NotFoundError: The site has no such fault.
        """
        if not self._remove(site_id, lambda fault: fault.fault_id == fault_id):
            raise NotFoundError("fault")

    def remove_all(self, site_id: str) -> None:
        """Remove all faults of a site; what they hold back is due at once."""
        self._remove(site_id, lambda _: True)

    def _remove(self, site_id: str, is_meant: Callable[[Fault], bool]) -> bool:
        def command(work: Work) -> bool:
            unit = work.unit
            unit.touch_site()
            numbers = {fault.number for fault in unit.faults() if is_meant(fault)}
            for number in numbers:
                unit.remove_fault(number)
            for notification_id, number in unit.held_notifications().items():
                if number in numbers:
                    unit.let_notification_go(notification_id)
                    make_due(work, notification_id)
            return bool(numbers)

        found = self._engine.change(site_id, command)
        self._engine.due_soon.tell()
        return found

    def course(self, site_id: str, operation: str, parameters: Mapping[str, str]) -> Course:
        """Return what becomes of a request, and write down what strikes it.

        Args:
            site_id: The site.
            operation: The operationId.
            parameters: The ids of the objects that it is about, by their names in the path.

        Raises:
            SiteChangedError: The site is gone.
        """

        def command(work: Work) -> Course:
            course, considered = Course(), Considered(work)
            for fault in considered:
                rules = ANSWERS.get(fault.kind)
                if rules is None or not fault.concerns(operation) or (rules.ends and course.is_decided):
                    continue
                chance = considered.strikes(fault)
                if chance is None:
                    continue
                strike = Strike(settings=fault.settings, chance=chance, world=self._engine.world_time())
                course = rules.apply(course, strike)
                log(work, fault, operation, parameters)
            return course

        return self._engine.change(site_id, command)

    def _check(self, order: Mapping[str, Any]) -> None:
        cause: dict[str, list[str]] = {}
        kind = order["kind"]
        rules = KINDS[kind]
        concerned = self._operations if kind in ANSWERS else [each.value for each in NotificationType]
        if order.get("operation", EVERYTHING) not in {EVERYTHING, *concerned}:
            cause["operation"] = [f"Must be one of: {', '.join((EVERYTHING, *concerned))}"]
        for name in rules.needs - set(order):
            cause[name] = [f"Is required for {kind}"]
        for name in set(order) - _CHOSEN_WITH_ALL - rules.needs - rules.takes:
            cause[name] = [f"Means nothing for {kind}"]
        if int(order.get("upToMilliseconds", 0)) < int(order.get("milliseconds", 0)) and "upToMilliseconds" in order:
            cause["upToMilliseconds"] = ["Must be milliseconds at least"]
        if cause:
            raise ValidationError(cause)
