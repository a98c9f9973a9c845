"""What a fault is."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

from qiwi_payin_contract.faults.messages import Answer, Call, Forward
from qiwi_payin_contract.sites import Site

__all__ = ["Fault"]


class Fault(ABC):
    """A broken server.

    Attributes:
        group: group of the suite that must find it.
        rules: codes of rules one of which must be reported.
    """

    group: ClassVar[str]
    rules: ClassVar[frozenset[str]]

    def __init__(self, sites: Iterable[Site]) -> None:
        self.sites = {site.site_id: site for site in sites}

    @classmethod
    def name(cls) -> str:
        """Name of the fault: its class in words."""
        return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).lstrip("-")

    @classmethod
    def sentence(cls) -> str:
        """What the broken server does."""
        return (cls.__doc__ or "").strip()

    @abstractmethod
    def apply(self, call: Call, forward: Forward) -> Answer:
        """Answer a request as the broken server does."""
