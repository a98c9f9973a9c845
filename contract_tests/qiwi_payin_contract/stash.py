"""Where the command hands its run to pytest."""

from typing import TYPE_CHECKING

import pytest

from qiwi_payin_contract.settings import Settings

if TYPE_CHECKING:
    from qiwi_payin_contract.run import Run

__all__ = ["RUN", "SETTINGS"]

RUN: "pytest.StashKey[Run]" = pytest.StashKey()
SETTINGS = pytest.StashKey[Settings]()
