"""Options of the suite for ``pytest --pyargs qiwi_payin_contract``, and what joins the results of ``pytest -n``.

Pytest loads this module in every run of everybody who installed the package. It adds options; the rest concerns runs of
the suite alone, and most of it is in the suite's own ``conftest``, which is loaded with the suite. But a process of
pytest-xdist that starts workers loads no ``conftest`` of theirs.
"""

from typing import Any

import pytest

from qiwi_payin_contract.options import OPTIONS

__all__ = ["pytest_addoption"]

_PACKAGE = "qiwi_payin_contract"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the suite, all of which begin with ``--payin-``."""
    group = parser.getgroup(
        "qiwi-payin", "contract suite of the QIWI payment acceptance API (--pyargs qiwi_payin_contract)"
    )
    for option in OPTIONS:
        if not option.command_only:
            group.addoption(f"--payin-{option.name}", **option.arguments())


def _concerns(config: pytest.Config) -> bool:
    """Whether the suite is among what pytest was asked to run."""
    return any(_PACKAGE in argument for argument in config.args)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist what the run is."""
    if _concerns(node.config):
        from qiwi_payin_contract.workers import Shares  # noqa: PLC0415 - runs of others need none of it

        Shares.hand_over(node)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Where workers are interrupted, let them give back what they opened before they are ended."""
    if exitstatus == pytest.ExitCode.INTERRUPTED and (shares := _shares(session.config)) is not None:
        shares.interrupt()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print what all workers saw as one report."""
    if (shares := _shares(config)) is not None:
        terminalreporter.section("qiwi-payin contract")
        from qiwi_payin_contract.merging import report  # noqa: PLC0415 - as above

        terminalreporter.write_line(report(shares))


def _shares(config: pytest.Config) -> Any:
    if not config.pluginmanager.has_plugin("dsession") or not _concerns(config):
        return None
    from qiwi_payin_contract.workers import Shares  # noqa: PLC0415 - as above

    return Shares.of(config)
