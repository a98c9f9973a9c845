"""A due bill or payment that cannot be dealt with keeps nothing else from happening."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from qiwi_payin_sandbox import Clock, Sandbox
from qiwi_payin_sandbox.clocks.set_aside import SetAside
from qiwi_payin_sandbox.store import tables
from sqlalchemy import Column, bindparam, update

from tests.sandbox.conftest import NOW
from tests.sandbox.partner import Partner, rubles

HOLD_SECONDS = 72 * 60 * 60
MANY = 60
"""More than are looked up at once."""


def write_status(sandbox: Sandbox, id_: Column[str], status: str, *ids: str) -> None:
    """Write what can be read of an object, or cannot be."""
    writing = update(id_.table).where(id_ == bindparam("of")).values(status=status)
    with sandbox._store.writing() as session:  # noqa: SLF001 - nothing that can be asked for does that
        for each in ids:
            session.run(writing, {"of": each})


@pytest.mark.parametrize("is_moved", [True, False], ids=["moved", "running"])
def test_all_else_happens_in_order_and_the_log_tells_of_it_once(
    store: str, caplog: pytest.LogCaptureFixture, *, is_moved: bool
) -> None:
    world = [datetime(2024, 3, 1, 9, tzinfo=UTC)]
    clock = Clock(world=lambda: world[0])
    with Sandbox(store=store, seed=1, clock=clock, courier="collect") as sandbox, Partner(sandbox) as partner:
        broken = [f"broken-{number}" for number in range(MANY)]
        for payment_id in broken:
            partner.payment(payment_id)
        for number in range(1, 4):
            world[0] += timedelta(seconds=1)
            bill = {"amount": rubles("1.00"), "expirationDateTime": f"2024-03-04T13:0{number}:00+03:00"}
            partner.ok("PUT", f"/bills/b-{number}", bill)
            partner.payment(f"p-{number}")
        write_status(sandbox, tables.payments.c.payment_id, "?", *broken)
        write_status(sandbox, tables.bills.c.bill_id, "?", "b-2")
        seen = sandbox.events()[-1]["sequence"]
        with caplog.at_level(logging.ERROR, logger="qiwi_payin_sandbox"):
            for _ in range(3):
                if is_moved:
                    sandbox.advance(HOLD_SECONDS + 3600 + 200)
                else:
                    world[0] += timedelta(hours=74)
                    sandbox._timekeeper.fire_due()  # noqa: SLF001 - a worker's round
        events = [each for each in sandbox.events(after=seen) if each["type"] != "clock.moved"]
        assert [each.get("paymentId") or each["billId"] for each in events] == ["p-1", "p-2", "p-3", "b-1", "b-3"]
        assert len(caplog.messages) == len(set(caplog.messages)) == MANY + 1
        assert "nextDueAt" not in sandbox.get_clock()


def test_once_it_can_be_dealt_with_it_happens_as_of_the_moment_it_was_due(caplog: pytest.LogCaptureFixture) -> None:
    elapsed = [0.0]
    with Sandbox(clock=Clock.frozen(NOW), courier="collect") as sandbox, Partner(sandbox) as partner:
        sandbox._timekeeper._set_aside = SetAside(lambda: elapsed[0])  # noqa: SLF001 - a clock to set
        partner.payment()
        write_status(sandbox, tables.payments.c.payment_id, "?", "p-1")
        with caplog.at_level(logging.CRITICAL, logger="qiwi_payin_sandbox"):
            assert sandbox.advance(HOLD_SECONDS + 60)["fired"] == []
        write_status(sandbox, tables.payments.c.payment_id, "COMPLETED", "p-1")
        assert sandbox.advance(0)["fired"] == []
        elapsed[0] += 60
        (fired,) = sandbox.advance(0)["fired"]
        assert (fired["what"], fired["at"]) == ("capture.completed", "2024-03-04T12:00:00+03:00")
