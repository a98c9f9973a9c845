"""The pytest plugin for tests of shops, in runs of pytest as its users start them."""

import asyncio
import re
import tomllib
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
import qiwi_payin_sandbox
from qiwi_payin_pytest.clock import SandboxClock
from qiwi_payin_sandbox import Clock, Sandbox

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
PLUGIN = ("-p", "qiwi_payin_pytest.plugin", "-p", "no:cacheprovider", "--strict-markers", "-W", "error")
CARD = "CardPaymentMethod(pan='4444443616621049', expiry_date='12/34')"


@pytest.fixture
def users(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A folder for a user's tests, where no plugin is loaded that is not named."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return pytester


def passes(users: pytest.Pytester, *arguments: str, passed: int = 1) -> None:
    users.runpytest_subprocess(*PLUGIN, *arguments).assert_outcomes(passed=passed)


def test_the_plugin_is_declared_under_a_name_of_its_own() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"]["pytest11"]

    assert len({*declared.values()}) == len(declared)
    plugin = EntryPoint("qiwi_payin_pytest", declared["qiwi_payin_pytest"], "pytest11").load()
    assert {"sandbox", "sandbox_settings", "payin", "async_payin", "notifications"} <= vars(plugin).keys()


def test_the_sandbox_knows_neither_the_client_nor_the_fixtures() -> None:
    for file in Path(qiwi_payin_sandbox.__path__[0]).rglob("*.py"):
        assert not re.search(r"^\s*(from|import) qiwi_payin(_runtime|_pytest)?\b", file.read_text(), re.MULTILINE)


def test_the_plugin_loads_two_modules_where_no_fixture_is_used(users: pytest.Pytester) -> None:
    users.makepyfile("import sys\ndef test_count():\n    print('modules', len(sys.modules))")

    with_it, without = (
        int(users.runpytest_subprocess("-s", *arguments).stdout.str().partition("modules ")[2].split()[0])
        for arguments in (("-p", "qiwi_payin_pytest.plugin"), ())
    )

    assert with_it - without == len(["qiwi_payin_pytest", "qiwi_payin_pytest.plugin"])


def test_the_fixtures_and_the_marker_are_listed_beside_those_of_the_contract_suite(users: pytest.Pytester) -> None:
    shown = users.runpytest_subprocess(*PLUGIN, "-p", "qiwi_payin_contract.plugin", "--fixtures").stdout.str()
    marked = users.runpytest_subprocess(*PLUGIN, "--markers").stdout.str()

    for name in ("sandbox", "payin", "async_payin", "notifications", "sandbox_settings"):
        assert f"\n{name} -- " in shown
    assert "@pytest.mark.payin_site(site_id='test-00', **settings): " in marked


def test_a_test_gets_a_sandbox_of_its_own_with_clients_and_what_it_was_told(users: pytest.Pytester) -> None:
    users.makepyfile(f"""
        import asyncio, pytest
        from qiwi_payin import CaptureNotification, CardPaymentMethod, NotFound

        def test_sync(sandbox, payin, notifications):
            assert len(notifications) == 0
            with pytest.raises(LookupError):
                notifications.last()
            payin.payments.create("1", payment_method={CARD}, amount="150.00")
            payin.captures.create("1", "2")
            assert [each.type_ for each in notifications] == ["PAYMENT", "CAPTURE"]
            assert notifications[-1] == notifications.last() == notifications.last("CAPTURE")
            assert isinstance(notifications.last(), CaptureNotification)
            assert notifications.last("PAYMENT").payment.payment_id == "1"
            assert notifications.sign(sandbox.sent()[0].body) == sandbox.sent()[0].signature
            assert "CaptureNotification" in repr(notifications)

        def test_async(async_payin, payin):
            with pytest.raises(NotFound):
                payin.payments.get("1")
            made = asyncio.run(async_payin.payments.create("1", payment_method={CARD}, amount="150.00"))
            assert payin.payments.get("1") == made
    """)

    passes(users, passed=2)


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")], ids=["alone", "xdist"])
def test_async_tests_share_the_fixture_with_sync_ones_whoever_runs_their_event_loop(
    users: pytest.Pytester, workers: tuple[str, ...]
) -> None:
    users.makepyfile(f"""
        import pytest
        from qiwi_payin import CardPaymentMethod

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.fixture
        async def held(async_payin):
            return await async_payin.payments.create("1", payment_method={CARD}, amount="150.00")

        @pytest.mark.anyio
        @pytest.mark.parametrize("times", range(4))
        async def test_hold(held, async_payin, notifications, times):
            assert (await async_payin.payments.get("1")).amount == held.amount
            assert len(notifications) == 1

        @pytest.mark.anyio
        async def test_closed_by_itself(async_payin):
            async with async_payin:
                pass
    """)

    passes(users, "-p", "anyio", *workers, passed=5)


def test_waiting_takes_no_time_to_the_end_of_the_bank_or_of_patience(users: pytest.Pytester) -> None:
    users.makepyfile(f"""
        import asyncio, pytest
        from qiwi_payin import CardPaymentMethod, WaitTimeout

        slow = {CARD.replace("12/34", "03/34")}
        asking = CardPaymentMethod(pan="4444443616621049", expiry_date="12/34", cvv2="849")

        def test_sync(payin, sandbox):
            payin.payments.create("1", payment_method=slow, amount="150.00")
            assert payin.payments.wait("1", timeout=60).status.value == "COMPLETED"
            payin.payments.create("2", payment_method=asking, amount="150.00")
            with pytest.raises(WaitTimeout):
                payin.payments.wait("2", timeout=600)
            assert payin.payments.wait("2", timeout=600).status.reason == "PAYMENT_EXPIRED_3DS"

        def test_async(async_payin, payin):
            payin.payments.create("1", payment_method=slow, amount="150.00")
            assert asyncio.run(async_payin.payments.wait("1", timeout=60)).status.value == "COMPLETED"
    """)

    passes(users, "--timeout=20", "-p", "pytest_timeout", passed=2)


def test_a_client_is_closed_when_its_test_is_over(users: pytest.Pytester) -> None:
    users.makepyfile("""
        import asyncio, pytest
        from qiwi_payin import NotSent

        kept = []

        def test_keeps(payin, async_payin):
            kept.extend([payin, async_payin])

        def test_is_over():
            with pytest.raises(NotSent, match="closed"):
                kept[0].payments.get("1")
            with pytest.raises(NotSent, match="closed"):
                asyncio.run(kept[1].payments.get("1"))
    """)

    passes(users, passed=2)


def test_markers_set_the_site_and_the_nearest_one_decides(users: pytest.Pytester) -> None:
    users.makepyfile("""
        from datetime import timedelta
        import pytest

        pytestmark = pytest.mark.payin_site("shop", currencies=("RUB", "USD"), hold_term=timedelta(hours=1))

        @pytest.mark.payin_site(hold_term=timedelta(hours=2))
        def test_site(sandbox, payin):
            site = sandbox.sites["shop"]
            assert site.currencies == ("RUB", "USD")
            assert site.hold_term == timedelta(hours=2)
            assert "shop" in repr(payin)
    """)

    passes(users)


def test_sandbox_settings_may_be_overridden(users: pytest.Pytester) -> None:
    users.makepyfile(f"""
        import pytest
        from qiwi_payin import CardPaymentMethod
        from qiwi_payin_sandbox import Clock, Site

        taken = []

        @pytest.fixture
        def sandbox_settings():
            return {{
                "clock": Clock.frozen("2024-03-01T12:00:00+03:00"),
                "sites": [Site("shop")],
                "deliver_to": lambda body, headers: taken.append(body),
            }}

        def test_settings(sandbox, payin, notifications):
            payin.payments.create("1", payment_method={CARD}, amount="150.00")
            sandbox.advance(0)
            assert sandbox.get_clock()["frozen"]
            assert [each.body for each in sandbox.sent()] == taken
            assert len(notifications) == 1

        @pytest.mark.payin_site(cancels_holds=True)
        def test_two_ways_to_set_a_site(sandbox):
            pass
    """)

    ran = users.runpytest_subprocess(*PLUGIN)
    ran.assert_outcomes(passed=1, errors=1)
    ran.stdout.fnmatch_lines(["*by the marker payin_site or by sandbox_settings, not by both*"])


class Set:
    """What may end a pause, set or not, for sync code."""

    def __init__(self, *, is_set: bool) -> None:
        self._is_set = is_set

    def wait(self, _: float) -> bool:
        """Tell at once."""
        return self._is_set


def test_a_pause_moves_the_clock_of_the_sandbox_and_takes_no_time() -> None:
    start = datetime(2024, 3, 1, 12, tzinfo=UTC)
    with Sandbox(clock=Clock.frozen(start)) as sandbox:
        clock = SandboxClock(sandbox)
        began = clock.monotonic()

        clock.sleep(3 * 24 * 3600 - 0.5)
        assert (clock.now() - start).days == 3
        assert clock.monotonic() - began >= 3 * 24 * 3600

        clock.sleep(60, Set(is_set=True))
        assert (clock.now() - start).seconds == 0
        clock.sleep(60, Set(is_set=False))
        assert (clock.now() - start).seconds == 60


def test_a_pause_of_async_code_moves_the_clock_likewise() -> None:
    start = datetime(2024, 3, 1, 12, tzinfo=UTC)
    with Sandbox(clock=Clock.frozen(start)) as sandbox:
        clock = SandboxClock(sandbox)

        async def pause() -> None:
            wake = asyncio.Event()
            await clock.sleep_async(60)
            await clock.sleep_async(60, wake)
            wake.set()
            await clock.sleep_async(60, wake)

        asyncio.run(pause())

        assert (clock.now() - start).seconds == 120
