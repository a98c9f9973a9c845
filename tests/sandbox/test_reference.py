"""The reference at /docs: all that the description says, and nothing that leads nowhere."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from qiwi_payin_description import load
from qiwi_payin_sandbox import Sandbox

DESCRIPTION = load("sandbox")
OPERATIONS = [
    operation
    for item in (*DESCRIPTION["paths"].values(), *DESCRIPTION["webhooks"].values())
    for operation in item.values()
    if isinstance(operation, dict) and "operationId" in operation
]


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with Sandbox() as sandbox, httpx.Client(transport=sandbox.transport, base_url="http://127.0.0.1") as client:
        yield client


@pytest.fixture(scope="module")
def page(client: httpx.Client) -> str:
    answer = client.get("/docs")
    assert answer.status_code == 200
    return answer.text


@pytest.fixture(scope="module")
def rules(client: httpx.Client) -> str:
    return client.get("/docs/rules").text


def anchors(html: str) -> list[str]:
    return re.findall(r'\sid="([^"]+)"', html)


def test_every_operation_and_notification_has_a_place(page: str) -> None:
    assert {operation["operationId"] for operation in OPERATIONS} <= set(anchors(page))


def test_every_object_has_a_place_with_its_fields(page: str) -> None:
    for name, schema in DESCRIPTION["components"]["schemas"].items():
        start = page.index(f'id="schema-{name}"')
        part = page[start : page.index("</article>", start)]
        for field in schema.get("properties", {}):
            assert f"<code>{field}</code>" in part, (name, field)


def test_every_answer_is_told_with_its_status(page: str) -> None:
    for operation in OPERATIONS:
        start = page.index(f'id="{operation["operationId"]}"')
        part = page[start : page.index("</article>", start)]
        for status in operation["responses"]:
            assert f">{status}</span>" in part, (operation["operationId"], status)


def test_no_place_is_there_twice(page: str, rules: str) -> None:
    for html in (page, rules):
        assert len(anchors(html)) == len(set(anchors(html)))


def test_every_link_leads_somewhere(client: httpx.Client, page: str, rules: str) -> None:
    places = {"docs": set(anchors(page)), "docs/rules": set(anchors(rules))}
    for html in (page, rules):
        places[""] = set(anchors(html))
        for link in set(re.findall(r'href="([^"]+)"', html)):
            path, _, anchor = unescape(link).partition("#")
            path = path.replace("../", "")
            if anchor:
                assert anchor in places[path], link
            elif not path.startswith("pages/"):
                assert client.get(f"/{path}").status_code == 200, link


def test_each_rule_says_what_it_rests_on(page: str, rules: str) -> None:
    assert {each["id"] for each in load("statements")["statements"]} <= set(anchors(rules))
    assert {each["id"] for each in load("decisions")["decisions"]} <= set(anchors(rules))
    for kind in ("documented", "published", "practice", "decision"):
        assert f"kind-{kind}" in page


def test_a_notification_says_how_it_is_signed(page: str) -> None:
    for operation in OPERATIONS:
        if "x-signature" in operation:
            assert "|".join(operation["x-signature"]["fields"]) in page


def test_the_description_is_served_with_the_address_of_this_server(client: httpx.Client) -> None:
    served = client.get("/docs/openapi.json").json()
    assert served["servers"][0]["url"] == "http://127.0.0.1/partner"
    assert served["paths"]["/sandbox"]["servers"][0]["url"] == "http://127.0.0.1"
    OpenAPIV31SpecValidator(served).validate()


def test_what_is_not_there_is_not_found_and_nothing_can_be_sent(client: httpx.Client) -> None:
    assert client.get("/docs/nothing").status_code == 404
    assert client.get("/docs/static/../../pyproject.toml").status_code == 404
    assert client.post("/docs").status_code == 405
