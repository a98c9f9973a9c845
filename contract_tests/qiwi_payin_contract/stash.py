"""Where the command hands its run to pytest."""

import pytest

from qiwi_payin_contract.run import Run
from qiwi_payin_contract.settings import Settings

__all__ = ["RUN", "SETTINGS"]

RUN = pytest.StashKey[Run]()
SETTINGS = pytest.StashKey[Settings]()
