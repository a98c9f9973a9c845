"""A sandbox inside a program: as an object, as a transport, as a server."""

import asyncio

import httpx
import pytest
from qiwi_payin_description import load
from qiwi_payin_sandbox import ApiError, Sandbox, ServerError, Site

from tests.sandbox.partner import EXPIRES, rubles

BODY = {"amount": rubles("1.00"), "expirationDateTime": EXPIRES}


def url(sandbox: Sandbox, base_url: str) -> str:
    return f"{base_url}/payin/v1/sites/{sandbox.site_id}/bills/b-1"


def test_transports_and_server_show_one_and_the_same_sandbox() -> None:
    with Sandbox() as sandbox:
        headers = {"Authorization": f"Bearer {sandbox.key}"}

        async def asynchronously() -> httpx.Response:
            async with httpx.AsyncClient(transport=sandbox.async_transport) as client:
                return await client.put(url(sandbox, sandbox.local_base_url), json=BODY, headers=headers)

        with httpx.Client(transport=sandbox.transport) as client:
            by_transport = client.put(url(sandbox, sandbox.local_base_url), json=BODY, headers=headers).json()
        by_async_transport = asyncio.run(asynchronously()).json()
        by_server = httpx.put(url(sandbox, sandbox.base_url), json=BODY, headers=headers, trust_env=False).json()
        assert by_transport == by_async_transport
        assert by_server["invoiceUid"] == by_transport["invoiceUid"]
        assert by_server["payUrl"].startswith(f"{sandbox.origin}/form?")


def test_it_starts_no_server_before_one_is_needed_and_stops_it_at_the_end() -> None:
    with Sandbox() as sandbox:
        origin = sandbox.origin
        assert sandbox.origin == origin
        assert httpx.get(f"{origin}/sandbox", trust_env=False).json()["sites"] == [{"siteId": "test-00", "test": True}]
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{origin}/sandbox", trust_env=False)


def test_two_cannot_listen_on_one_port() -> None:
    with Sandbox() as one:
        port = int(one.origin.rpartition(":")[2])
        with Sandbox(port=port) as two, pytest.raises(ServerError, match=str(port)):
            two.serve()


def test_neither_repr_shows_a_key() -> None:
    site = Site("shop", key="the-access-key", notification_key="the-notification-key")
    with Sandbox(sites=[site]) as sandbox:
        for shown in (repr(site), repr(sandbox), repr(sandbox.sites), str(sandbox)):
            assert "the-access-key" not in shown
            assert "the-notification-key" not in shown


def test_refusals_come_as_exceptions() -> None:
    with Sandbox() as sandbox:
        with pytest.raises(ApiError) as refused:
            sandbox.pay_bill("none")
        assert (refused.value.status, refused.value.code) == (404, "payin.resource.not.found")
        with pytest.raises(ValueError, match="no site"):
            sandbox.advance(1, site_id="other")


@pytest.mark.parametrize("site_id", ["", ".", "a b", "a/b", "x" * 201])
def test_a_site_id_keeps_its_rule(site_id: str) -> None:
    with pytest.raises(ValueError, match="site id"):
        Site(site_id)


def test_every_operation_of_the_description_is_served() -> None:
    named = {
        operation["operationId"]
        for item in load("sandbox")["paths"].values()
        for method, operation in item.items()
        if method in {"get", "put", "post", "patch", "delete"}
    }
    with Sandbox() as sandbox:
        assert set(sandbox._dispatcher._router.routes) == named  # noqa: SLF001 - nothing public lists them


def test_the_pages_of_the_payer_are_not_the_apis() -> None:
    with Sandbox() as sandbox:
        for path in ("/nothing", "/nothing/%0A", "/sandbox/"):
            answer = httpx.get(f"{sandbox.origin}{path}", trust_env=False)
            assert (answer.status_code, answer.json()["errorCode"]) == (404, "payin.resource.not.found")
