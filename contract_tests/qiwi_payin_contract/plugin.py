"""Options of the suite for ``pytest --pyargs qiwi_payin_contract``.

Pytest loads this module in every run of everybody who installed the package. It adds options and nothing else; the
suite's own ``conftest`` does the rest, and is loaded with the suite alone.
"""

import pytest

from qiwi_payin_contract.options import OPTIONS

__all__ = ["pytest_addoption"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite, all of which begin with ``--payin-``."""
    group = parser.getgroup(
        "qiwi-payin", "contract suite of the QIWI payment acceptance API (--pyargs qiwi_payin_contract)"
    )
    for option in OPTIONS:
        group.addoption(f"--payin-{option.name}", **option.arguments())
