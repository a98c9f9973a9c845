"""What all kinds of faults have in common."""

from abc import ABC


class Kind(ABC):  # noqa: B024 - what it does depends on what it strikes
    """A kind of faults.

    Attributes:
        needs: Settings that must be chosen with one, by the names of the control operation.
        takes: Settings that may be chosen.
    """

    needs: frozenset[str] = frozenset()
    takes: frozenset[str] = frozenset()
