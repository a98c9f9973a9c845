"""The same seed and the same requests give the same bytes: in a process, over HTTP, and on every store."""

from collections.abc import Callable
from typing import Any

import pytest
from qiwi_payin_sandbox import Clock, Sandbox

from tests.sandbox.partner import Partner
from tests.sandbox.proof.machine import story
from tests.sandbox.proof.model import Model
from tests.sandbox.proof.servers import NOW, SEED, InProcess, OverHttp, ScriptedCourier, Speaker, site_called
from tests.sandbox.proof.story import tell

NUMBERS = (1, 2)


def in_process(store: str, number: int) -> dict[str, Any]:
    """Return every byte that a story on a store gives."""
    server = InProcess(site_called("shop"), store)
    try:
        return heard(server, number)
    finally:
        server.close()


def heard(server: Speaker, number: int) -> dict[str, Any]:
    return {
        "answers": tell(server, number),
        "events": server.events(),
        "notifications": story(server),
    }


def over_http(number: int) -> dict[str, Any]:
    sandbox = Sandbox(
        seed=SEED,
        clock=Clock.frozen(NOW),
        sites=[site_called("shop")],
        courier=ScriptedCourier(),
        public_url="http://127.0.0.1",
    )
    with sandbox:
        server = OverHttp(sandbox.origin, "shop")
        told = tell(server, number)
        sandbox.advance(3600)
        heard_of_it = {
            # a server delivers what is due by itself, so that it is a matter of luck whether a moved clock finds it
            "answers": [(step, answer) for step, answer in told if not step.path.startswith("/clock")],
            "events": server.events(),
            "notifications": story(server),
        }
        server.close()
    return heard_of_it


@pytest.mark.parametrize("number", NUMBERS)
def test_the_same_run_twice_gives_the_same_bytes(number: int) -> None:
    first = in_process("sqlite://", number)
    assert len(first["events"]) > 10
    assert first == in_process("sqlite://", number)


def test_the_same_run_twice_over_http_gives_the_same_bytes() -> None:
    assert over_http(1) == over_http(1)


@pytest.mark.parametrize("number", NUMBERS)
def test_every_store_gives_the_bytes_that_the_domain_alone_gives(number: int, postgres: Callable[[], str]) -> None:
    expected = heard(Model(site_called("shop")), number)
    assert in_process("sqlite://", number) == expected
    assert in_process(postgres(), number) == expected


def test_another_seed_gives_other_ids() -> None:
    def ids(seed: int) -> set[str]:
        with (
            Sandbox(seed=seed, clock=Clock.frozen(NOW), sites=[site_called("shop")]) as sandbox,
            Partner(sandbox) as partner,
        ):
            return {partner.bill()["invoiceUid"], partner.payment()["paymentMethod"]["rrn"]}

    assert not ids(1) & ids(2)
