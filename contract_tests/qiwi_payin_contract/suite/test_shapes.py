"""Every operation, with data that the description allows and data that it does not."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.errors import Flaky, FlakyStrategyDefinition
from schemathesis.schemas import BaseSchema

from qiwi_payin_contract.books import bookkeeper_of
from qiwi_payin_contract.description import description
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.settings import Effort
from qiwi_payin_contract.shapes import Prober, opened_schema
from qiwi_payin_contract.shapes.failures import DECIDED_BOUNDS, DECIDED_FORM, EMPTY_ERROR, REACHED, RULES, WRONG_ID
from qiwi_payin_contract.shapes.prober import AnyCase
from qiwi_payin_contract.target import Target

GROUP = "shapes"

EVERY_ANSWER = (*RULES.values(), DECIDED_BOUNDS, DECIDED_FORM, EMPTY_ERROR, WRONG_ID)
"""What is looked at in the answer to every generated request."""

described = schemathesis.pytest.from_fixture("payin_schema")


@pytest.fixture(scope="module")
def prober(target: Target, findings: Findings, effort: Effort, seed: int) -> Prober:
    """Sends what is generated and checks the answers."""
    return Prober.of(target, bookkeeper_of(target), findings, seed, effort.every)


@pytest.fixture(scope="module")
def payin_schema(target: Target, effort: Effort, seed: int) -> BaseSchema:
    """The description as schemathesis takes it."""
    return opened_schema(
        description().document,
        base_url=target.base_url,
        site=target.site,
        effort=effort,
        seed=seed,
        timeout=target.timeout,
    )


@pytest.fixture(autouse=True)
def _node_id(request: pytest.FixtureRequest) -> None:
    """Schemathesis 4.32 reads and restores a private name of the test that pytest 9.2 has no more."""
    if not hasattr(request.node, "_nodeid"):
        request.node._nodeid = request.node.nodeid  # noqa: SLF001 - see above


@pytest.fixture(autouse=True)
def _valid_requests_are_accepted(request: pytest.FixtureRequest, prober: Prober, findings: Findings) -> Iterator[None]:
    """No operation refuses all that the description allows: looked at where an operation was tried, at the end."""
    if getattr(request.node, "originalname", None) != test_every_operation_keeps_the_description.__name__:
        yield
        return
    valid, accepted = prober.valid.copy(), prober.accepted.copy()
    yield
    for operation_id, sent in (prober.valid - valid).items():
        reachable = operation_id not in {"paymentsComplete", "tokensDelete"} or prober.has_material(operation_id)
        if reachable:
            findings.note(
                (prober.accepted - accepted)[operation_id],
                REACHED,
                f"{operation_id}: none of {sent} valid requests was accepted",
            )


@looks_at(*EVERY_ANSWER, REACHED)
@described.parametrize()
def test_every_operation_keeps_the_description(case: AnyCase, prober: Prober) -> None:
    """Answers to generated requests, right and wrong, are what the description says."""
    prober.probe(case)


@looks_at(*EVERY_ANSWER)
def test_walks_over_the_links_keep_the_description(
    payin_schema: BaseSchema, prober: Prober, effort: Effort, seed: int
) -> None:
    """So are answers to requests that use what earlier answers gave."""

    @seeded(seed)
    class Links(payin_schema.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            super().setup()
            prober.begin_walk()

        def call(self, case: AnyCase, **_: object) -> schemathesis.Response:
            return prober.call(case)

        def validate_response(self, response: schemathesis.Response, case: AnyCase, **_: object) -> None:
            prober.judge(case, response)

    # A server that answers the same walk in two ways ends the search; what was wrong until then is recorded.
    with suppress(Flaky, FlakyStrategyDefinition):
        Links.run(
            settings=settings(
                max_examples=effort.walks,
                stateful_step_count=effort.steps,
                phases=[Phase.generate],
                database=None,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            )
        )
