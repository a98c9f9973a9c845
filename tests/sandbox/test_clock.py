"""The clock of a site: frozen, moved forward, never back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_sandbox import ApiError, Clock, Sandbox, Site, times
from qiwi_payin_sandbox.clocks.clock import ClockMovedBackError, ClockState, SteadyTime

from tests.sandbox.partner import CARD, Partner, rubles

moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
spans = st.timedeltas(timedelta(0), timedelta(days=400))


@given(
    moments, st.booleans(), st.lists(st.tuples(st.sampled_from(["move", "freeze", "run", "wait", "world back"]), spans))
)
def test_whatever_is_done_to_it_a_clock_never_goes_back(
    world: datetime,
    frozen: bool,  # noqa: FBT001 - drawn by Hypothesis
    acts: list[tuple[str, timedelta]],
) -> None:
    steady = SteadyTime(lambda: world)
    state = Clock(world if frozen else None, steady).first()
    shown = state.now(steady())
    for act, span in acts:
        match act:
            case "move":
                state = state.moved_to(shown + span, steady())
            case "freeze":
                state = state.frozen(steady())
            case "run":
                state = state.running(steady())
            case "wait":
                world += span
            case _:
                world -= span
        assert state.now(steady()) >= shown
        shown = state.now(steady())


def test_where_the_worlds_clock_is_set_back_time_runs_on() -> None:
    world, elapsed = [datetime(2024, 3, 1, 9, tzinfo=UTC)], [0.0]
    start = world[0]
    steady = SteadyTime(lambda: world[0], lambda: elapsed[0])
    assert steady() == start
    world[0] -= timedelta(hours=1)
    assert steady() == start
    elapsed[0] += 60
    world[0] += timedelta(minutes=1)
    assert steady() == start + timedelta(minutes=1)
    world[0] = start + timedelta(seconds=30)
    assert steady() == start + timedelta(minutes=1)
    world[0] = start + timedelta(minutes=2)
    assert steady() == start + timedelta(minutes=2)


@given(moments)
def test_a_moment_survives_being_written_and_read(moment: datetime) -> None:
    kept = times.to_milliseconds_precision(moment)
    assert times.from_milliseconds(times.milliseconds(moment)) == kept
    assert times.parse(times.in_milliseconds(moment)) == kept
    assert times.parse(times.in_seconds(moment)) == kept.replace(microsecond=0)


def test_a_clock_cannot_be_set_back() -> None:
    state = Clock.frozen("2024-03-01T12:00:00+03:00").first()
    with pytest.raises(ClockMovedBackError):
        state.moved_to(times.parse("2024-03-01T11:59:59+03:00"), datetime.now(UTC))


def test_a_running_clock_keeps_its_distance_from_the_world() -> None:
    world = datetime(2026, 1, 1, tzinfo=UTC)
    state = ClockState(frozen_at=None, shift=timedelta(), reached=world).moved_to(world + timedelta(days=3), world)
    assert state.now(world + timedelta(seconds=1)) == world + timedelta(days=3, seconds=1)


def test_control_operations_read_set_freeze_and_release_it(sandbox: Sandbox) -> None:
    assert sandbox.get_clock() == {"now": "2024-03-01T12:00:00+03:00", "frozen": True}
    assert sandbox.set_clock(now="2024-03-01T10:00:00Z") == {"now": "2024-03-01T13:00:00+03:00", "frozen": True}
    with pytest.raises(ApiError) as refused:
        sandbox.set_clock(now="2024-03-01T12:59:59+03:00")
    assert list(refused.value.cause) == ["now"]
    assert sandbox.set_clock(frozen=False)["frozen"] is False
    assert sandbox.get_clock()["now"] >= "2024-03-01T13:00:00"
    assert sandbox.set_clock(frozen=True)["frozen"] is True


def test_a_change_that_changes_nothing_is_refused_without_blaming_a_field(sandbox: Sandbox) -> None:
    with pytest.raises(ApiError) as refused:
        sandbox.set_clock()
    assert (refused.value.code, refused.value.cause) == ("validation.error", {})


@pytest.mark.parametrize("seconds", [-1, 10**12])
def test_it_moves_by_a_reasonable_number_of_seconds(sandbox: Sandbox, seconds: int) -> None:
    with pytest.raises(ApiError) as refused:
        sandbox.advance(seconds)
    assert list(refused.value.cause) == ["seconds"]


def test_setting_it_lets_happen_what_becomes_due(partner: Partner) -> None:
    partner.payment()
    partner.sandbox.set_clock(now="2024-03-04T12:00:00+03:00")
    assert partner.ok("GET", "/payments/p-1")["capturedAmount"]["value"] == "150.00"
    assert partner.sandbox.events()[-1]["at"] == "2024-03-04T12:00:00+03:00"


def test_each_site_has_its_own() -> None:
    clock = Clock.frozen("2024-03-01T12:00:00+03:00")
    with Sandbox(clock=clock, sites=[Site("one"), Site("two")]) as sandbox:
        sandbox.advance(60, site_id="one")
        assert sandbox.get_clock(site_id="two")["now"] == "2024-03-01T12:00:00+03:00"


@pytest.mark.parametrize("path", ["/bills/b-1/details", "/payments/{}"])
def test_what_is_overdue_has_happened_in_due_order_whatever_is_looked_at(path: str) -> None:
    world = [datetime(2024, 3, 1, 9, tzinfo=UTC)]
    with Sandbox(clock=Clock(world=lambda: world[0])) as sandbox, Partner(sandbox) as partner:
        partner.ok("PUT", "/bills/b-1", {"amount": rubles("1.00"), "expirationDateTime": "2024-03-01T12:05:00+03:00"})
        payment = sandbox.pay_bill("b-1", payment_method={**CARD, "expiryDate": "03/30"})
        assert payment["status"]["value"] == "WAITING"
        world[0] += timedelta(minutes=10)
        partner.ok("GET", path.format(payment["paymentId"]))
        assert partner.ok("GET", "/bills/b-1/details")["status"]["value"] == "PAID"
        assert sandbox.events()[-1]["at"] == "2024-03-01T12:00:03+03:00"


def test_what_is_overdue_has_happened_when_it_is_looked_at() -> None:
    world = [datetime(2024, 3, 1, 9, tzinfo=UTC)]
    with Sandbox(clock=Clock(world=lambda: world[0])) as sandbox, Partner(sandbox) as partner:
        partner.payment(card={"expiryDate": "03/30"})
        world[0] += timedelta(seconds=3)
        payment = partner.ok("GET", "/payments/p-1")
        assert payment["status"] == {"value": "COMPLETED", "changedDateTime": "2024-03-01T12:00:03+03:00"}


@pytest.mark.parametrize("frozen", [True, False])
def test_at_the_end_of_time_everything_still_works(frozen: bool) -> None:  # noqa: FBT001 - both clocks
    with Sandbox() as sandbox, Partner(sandbox) as partner:
        sandbox.set_clock(now="9998-12-31T23:59:59+00:00", frozen=frozen)
        partner.bill(flags=["BIND_PAYMENT_TOKEN"], customer={"account": "a"})
        partner.payment(card={"cvv2": "849"})
        partner.payment("p-2")
        partner.error(404, "GET", "/payments/other")
        with pytest.raises(ApiError) as refused:
            sandbox.advance(315_360_000)
        assert set(refused.value.cause) == {"seconds"}
        with pytest.raises(ApiError) as refused:
            sandbox.set_clock(now="9999-12-31T20:59:59+00:00")
        assert set(refused.value.cause) == {"now"}
        partner.ok("GET", "/payments/p-2")
    with pytest.raises(ValueError, match="9998"):
        Clock.frozen("9999-06-01T00:00:00+00:00")
