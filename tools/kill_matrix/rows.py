"""Rows of the matrix as they come, kept so that a run which was broken off goes on."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, Self

import attrs

__all__ = ["CLEAN", "Rows", "Task"]

CLEAN: Final = "clean-sandbox"
"""Name of the row that has no fault."""


@attrs.define(frozen=True)
class Task:
    """One run that is to be made.

    Attributes:
        by: ``ours`` or ``plain``.
        fault: name of the fault, or ``CLEAN``.
        size: effort of ours, examples of plain.
        seed: seed of everything random.
        whole: ours goes on with a group in which something was found.
        own: ours runs the group alone that must find the fault, until it has, as the tests do.
    """

    by: str
    fault: str
    size: str
    seed: int
    whole: bool = False
    own: bool = False

    @property
    def key(self) -> tuple[Any, ...]:
        """What tells runs apart."""
        return attrs.astuple(self)


@attrs.define(eq=False)
class Rows:
    """What came of each task, in a file of JSON lines.

    Attributes:
        path: the file.
    """

    path: Path
    _known: dict[tuple[Any, ...], dict[str, Any]] = attrs.field(factory=dict)

    @classmethod
    def opened(cls, path: Path, *, fresh: bool) -> Self:
        """Read what an earlier run left, or begin anew."""
        path.parent.mkdir(parents=True, exist_ok=True)
        if fresh:
            path.unlink(missing_ok=True)
        rows = cls(path)
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                row = json.loads(line)
                rows._known[Task(**row["task"]).key] = row["result"]
        return rows

    def get(self, task: Task) -> dict[str, Any] | None:
        """What came of a task; None where it has not been run."""
        return self._known.get(task.key)

    def add(self, task: Task, result: dict[str, Any]) -> None:
        """Keep what came of a task."""
        self._known[task.key] = result
        with self.path.open("a", encoding="utf-8") as file:
            file.write(f"{json.dumps({'task': attrs.asdict(task), 'result': result}, ensure_ascii=False)}\n")

    def missing(self, tasks: list[Task]) -> Iterator[Task]:
        """Tasks that have not been run."""
        return (task for task in tasks if task.key not in self._known)
