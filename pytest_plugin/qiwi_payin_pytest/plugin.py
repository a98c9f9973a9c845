"""The fixtures `sandbox`, `payin`, `async_payin`, `notifications`, and what they are set by.

Pytest loads this module in every run of everybody who installed the package, so it loads nothing itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from qiwi_payin import AsyncPayIn, PayIn
    from qiwi_payin_sandbox import Sandbox

    from qiwi_payin_pytest.notifications import Notifications

_MARKER = "payin_site"


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    line = f"{_MARKER}(site_id='test-00', **settings): what the sandbox's site is like, as to qiwi_payin_sandbox.Site"
    config.addinivalue_line("markers", line)


@pytest.fixture
def sandbox_settings() -> Mapping[str, Any]:
    """Arguments of the sandbox. Override it in a module or a `conftest.py`."""
    return {}


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, sandbox_settings: Mapping[str, Any]) -> "Iterator[Sandbox]":
    """A sandbox of the test's own, in memory, without a port. Notifications are collected, unless set otherwise."""
    from qiwi_payin_sandbox import Sandbox, Site  # noqa: PLC0415 - see above

    settings: dict[str, Any] = {**sandbox_settings}
    if "deliver_to" not in settings:
        settings.setdefault("courier", "collect")
    if (site := _marked(request.node)) is not None:
        if "sites" in settings:
            raise pytest.UsageError(f"the site is set by the marker {_MARKER} or by sandbox_settings, not by both")
        settings["sites"] = [Site(**site)]
    with Sandbox(**settings) as sandbox:
        yield sandbox


@pytest.fixture
def payin(sandbox: "Sandbox") -> "Iterator[PayIn]":
    """A client of the sandbox's first site. Where it would pause, the sandbox's clock moves on instead."""
    from qiwi_payin import PayIn  # noqa: PLC0415 - see above

    with PayIn(**_access(sandbox), transport=sandbox.transport) as payin:
        yield payin


@pytest.fixture
def async_payin(sandbox: "Sandbox") -> "Iterator[AsyncPayIn]":
    """The same for async code, under any event loop; it is made and closed without one."""
    from qiwi_payin import AsyncPayIn  # noqa: PLC0415 - see above

    payin = AsyncPayIn(**_access(sandbox), transport=sandbox.async_transport)
    yield payin
    with suppress(StopIteration):
        payin.close().send(None)  # there are no connections, so that nothing is waited for


@pytest.fixture
def notifications(sandbox: "Sandbox") -> "Notifications":
    """What the sandbox has told its partner, each verified and read."""
    from qiwi_payin_pytest.notifications import Notifications  # noqa: PLC0415 - see above

    return Notifications(sandbox)


def _marked(item: pytest.Item) -> dict[str, Any] | None:
    """Settings by markers of the module, the class and the test; the nearest one decides."""
    markers = list(item.iter_markers(_MARKER))
    settings: dict[str, Any] = {}
    for marker in reversed(markers):
        settings.update(zip(("site_id",), marker.args, strict=False))
        settings.update(marker.kwargs)
    return settings if markers else None


def _access(sandbox: "Sandbox") -> dict[str, Any]:
    from qiwi_payin_pytest.clock import SandboxClock  # noqa: PLC0415 - see above

    return {
        "base_url": sandbox.local_base_url,
        "key": sandbox.key,
        "site_id": sandbox.site_id,
        "clock": SandboxClock(sandbox),
    }
