"""Money is neither made nor lost, whatever partners, payers and time do: in the domain alone and on every store."""

from collections.abc import Callable

from tests.sandbox.proof.machine import run
from tests.sandbox.proof.model import Model
from tests.sandbox.proof.servers import InProcess, Server, Unwatched, site_called

EXAMPLES = 20


def model(site_id: str) -> Server:
    return Model(site_called(site_id))


def sqlite(site_id: str) -> Server:
    return InProcess(site_called(site_id))


def test_the_rules_hold_in_the_domain_alone() -> None:
    run(model, examples=EXAMPLES * 2)


def test_the_rules_hold_in_the_domain_alone_where_holds_are_cancelled() -> None:
    run(lambda site_id: Model(site_called(site_id, cancels_holds=True)), examples=EXAMPLES)


def test_the_rules_hold_on_sqlite_which_does_what_the_domain_does() -> None:
    run(model, sqlite, examples=EXAMPLES)


def test_the_rules_hold_on_sqlite_where_holds_are_cancelled() -> None:
    cancelling = {"cancels_holds": True}
    run(
        lambda site_id: Model(site_called(site_id, **cancelling)),
        lambda site_id: InProcess(site_called(site_id, **cancelling)),
        examples=5,
    )


def test_the_rules_hold_on_postgresql_which_does_what_sqlite_and_the_domain_do(postgres: Callable[[], str]) -> None:
    url = postgres()
    run(model, sqlite, lambda site_id: InProcess(site_called(site_id), url), examples=4, shrink=False)


def test_what_is_due_has_happened_for_whoever_looks_late() -> None:
    run(model, lambda site_id: Unwatched(site_called(site_id)), examples=EXAMPLES // 2, same_story=False)
