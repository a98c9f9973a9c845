"""The client sends and reads whatever the description allows, unchanged."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st

from qiwi_payin_contract import clients
from qiwi_payin_contract.clients import Party, ids_for, read_notification, reads, sends
from qiwi_payin_contract.description import Operation, description
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.generated import values
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.looks import looks_at
from qiwi_payin_contract.masking import mask_text
from qiwi_payin_contract.notifications import TYPES
from qiwi_payin_contract.run import Run
from qiwi_payin_contract.suite.trying import trying

GROUP = "client"

KEY = "a-notification-key"
OPERATIONS = tuple(description().operations.values())


def _answers() -> list[tuple[int, Mapping[str, Any] | None, tuple[Operation, ...]]]:
    """Answers of success, each schema once with the operations that answer so."""
    found: dict[str, tuple[int, Mapping[str, Any] | None, tuple[Operation, ...]]] = {}
    for operation in OPERATIONS:
        status = next(int(code) for code in operation.node["responses"] if code.startswith("2"))
        schema = description().answer_schema(operation.id, status)
        known = found.get(repr(schema), (status, schema, ()))
        found[repr(schema)] = (status, schema, (*known[2], operation))
    return list(found.values())


ANSWERS = _answers()
ids = st.lists(
    st.text("abcXYZ019._~:-", min_size=1, max_size=40).filter(lambda text: text.strip(".")), min_size=3, max_size=3
)

every_operation = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)


def parties(run: Run) -> st.SearchStrategy[Party]:
    """The client under test, for plain and for async code."""
    return st.sampled_from([Party(run.client), Party(run.client, asynchronous=True)])


@looks_at(clients.SENT_AS_GIVEN)
@every_operation
def test_client_sends_what_the_description_allows_unchanged(run: Run, findings: Findings, operation: Operation) -> None:
    @trying(run, clients.SENT_AS_GIVEN, party=parties(run), path_ids=ids, body=_bodies(operation))
    def check(party: Party, path_ids: list[str], body: Mapping[str, Any] | None) -> None:
        told = sends(party, operation, ids_for(operation, tuple(path_ids)), body)
        findings.expect(not told, clients.SENT_AS_GIVEN, _message(operation.id, told, body))

    check()


@looks_at(clients.READ_AS_ANSWERED)
@pytest.mark.parametrize(("status", "schema", "operations"), ANSWERS, ids=[each[2][0].id for each in ANSWERS])
def test_client_keeps_what_the_description_lets_a_server_answer(
    run: Run, findings: Findings, status: int, schema: Mapping[str, Any] | None, operations: tuple[Operation, ...]
) -> None:
    body = st.none() if schema is None else values(schema)

    @trying(run, clients.READ_AS_ANSWERED, party=parties(run), operation=st.sampled_from(operations), body=body)
    def check(party: Party, operation: Operation, body: Any) -> None:
        told = reads(party, operation, ids_for(operation, ("site", "first", "second")), status, body)
        findings.expect(not told, clients.READ_AS_ANSWERED, _message(f"{operation.id} {status}", told, body))

    check()


@looks_at(clients.ERROR_AS_ANSWERED)
def test_client_raises_what_the_server_refuses_with(run: Run, findings: Findings) -> None:
    refusals = [
        (operation, int(code)) for operation in OPERATIONS for code in operation.node["responses"] if code >= "4"
    ]

    @trying(
        run,
        clients.ERROR_AS_ANSWERED,
        party=parties(run),
        refusal=st.sampled_from(refusals),
        body=values({"$ref": "#/components/schemas/Error"}),
    )
    def check(party: Party, refusal: tuple[Operation, int], body: Any) -> None:
        operation, status = refusal
        told = reads(party, operation, ids_for(operation, ("site", "first", "second")), status, body)
        findings.expect(not told, clients.ERROR_AS_ANSWERED, _message(f"{operation.id} {status}", told, body))

    check()


@looks_at(clients.ERROR_AS_ANSWERED)
@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
def test_client_raises_every_documented_refusal(run: Run, findings: Findings, *, asynchronous: bool) -> None:
    body = {
        "serviceName": "payin-core",
        "errorCode": "validation.error",
        "description": "Validation error",
        "userMessage": "Validation error",
        "dateTime": "2022-11-13T16:49:59.166+03:00",
        "traceId": "fd0e2a08c63ace83",
        "cause": {"amount": ["first", "second"]},
    }
    party = Party(run.client, asynchronous=asynchronous)
    for operation in OPERATIONS:
        for status in (int(code) for code in operation.node["responses"] if code >= "4"):
            told = reads(party, operation, ids_for(operation, ("site", "first", "second")), status, body)
            findings.expect(not told, clients.ERROR_AS_ANSWERED, _message(f"{operation.id} {status}", told, body))


@looks_at(clients.NOTIFICATION_AS_SENT, clients.FORGED_IS_REFUSED)
@pytest.mark.parametrize("kind", TYPES)
def test_client_keeps_every_signed_notification_and_refuses_forged_ones(
    run: Run, findings: Findings, kind: str
) -> None:
    @trying(
        run,
        clients.NOTIFICATION_AS_SENT,
        body=values(description().webhook_schema(kind)),
        forged=st.text("0123456789abcdef", min_size=64, max_size=64),
    )
    def check(body: Mapping[str, Any], forged: str) -> None:
        told = read_notification(kind, body, KEY)
        findings.expect(not told, clients.NOTIFICATION_AS_SENT, _message(kind, told, body))
        told = read_notification(kind, body, KEY, forged)
        findings.expect(not told, clients.FORGED_IS_REFUSED, _message(kind, told, body))

    check()


def _message(what: str, told: list[str], body: Any) -> str:
    return f"{what}: {'; '.join(told)}" + ("" if body is None else f"\nbody: {mask_text(dumps(body))}")


def _bodies(operation: Operation) -> st.SearchStrategy[Mapping[str, Any] | None]:
    if "requestBody" not in operation.node:
        return st.none()
    schema = operation.node["requestBody"]["content"]["application/json"]["schema"]
    known = set(description().resolved(schema)["properties"])
    # The client's methods have the described fields as arguments, and one setting for the form of all sums.
    return values(schema).map(lambda body: _sums_alike({name: body[name] for name in body if name in known}))


def _sums_alike(body: dict[str, Any]) -> dict[str, Any]:
    sums = [name for name in ("amount", "settlementAmount") if name in body]
    if len({type(body[name]["value"]) for name in sums}) > 1:
        body |= {name: {**body[name], "value": f"{Decimal(body[name]['value']):.2f}"} for name in sums}
    return body
