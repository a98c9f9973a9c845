"""The handlers of the page on notifications run as they stand, under their frameworks' own test clients."""

import asyncio
import re
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import django  # type: ignore[import-untyped]
import httpx
import pytest
from django.conf import settings as django_settings  # type: ignore[import-untyped]
from django.test import Client as DjangoClient  # type: ignore[import-untyped]
from qiwi_payin import PayIn, notifications
from qiwi_payin_contract.command import KEPT
from qiwi_payin_contract.command import main as contract
from qiwi_payin_sandbox import Sandbox
from werkzeug.serving import make_server

PAGE = (Path(__file__).parents[2] / "docs" / "client" / "notifications.md").read_text()
MODULES = dict(re.findall(r"^<!-- module: (\w+) -->\n```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))
OTHERS = re.findall(r"(?<!-->\n)^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
ORDER = "order-1815"

Post = Callable[[bytes, str | None], int]


@attrs.frozen
class Shop:
    """A shop with the handler of one framework, at a sandbox."""

    sandbox: Sandbox
    module: ModuleType
    post: Post

    def told(self) -> tuple[bytes, str]:
        """The latest notification of a payment, as it was signed."""
        sent = self.sandbox.last_notification("PAYMENT")
        return sent.body, sent.signature

    def questions(self) -> int:
        """How often the handler has asked the API."""
        return sum(each["operationId"] == "billsGet" for each in self.sandbox.requests())


def client_of_flask(module: ModuleType, stack: ExitStack) -> Post:
    stack.callback(module.payin.close)
    client = module.app.test_client()

    def post(body: bytes, signature: str | None) -> int:
        return int(client.post("/qiwi", data=body, headers=headers_of(signature)).status_code)

    return post


def client_of_fastapi(module: ModuleType, stack: ExitStack) -> Post:
    # Starlette's own test client wants a fork of httpx; this is the other way that FastAPI's documents show.
    loop = stack.enter_context(asyncio.Runner())
    transport = httpx.ASGITransport(module.app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://testserver")
    stack.callback(lambda: loop.run(module.payin.close()))

    def post(body: bytes, signature: str | None) -> int:
        async def posted() -> httpx.Response:
            return await client.post("/qiwi", content=body, headers=headers_of(signature))

        return loop.run(posted()).status_code

    return post


def client_of_django(module: ModuleType, stack: ExitStack) -> Post:
    stack.callback(module.payin.close)
    if not django_settings.configured:
        django_settings.configure(ROOT_URLCONF=module.__name__, ALLOWED_HOSTS=["testserver"], SECRET_KEY="t")
        django.setup()
    django.urls.clear_url_caches()
    client = DjangoClient(raise_request_exception=False)

    def post(body: bytes, signature: str | None) -> int:
        answer = client.post("/qiwi", data=body, content_type="application/json", headers=headers_of(signature))
        return int(answer.status_code)

    return post


def headers_of(signature: str | None) -> dict[str, str]:
    return {"Content-Type": "application/json"} | ({} if signature is None else {"Signature": signature})


CLIENTS: Mapping[str, Callable[[ModuleType, ExitStack], Post]] = {
    "shop_flask": client_of_flask,
    "shop_fastapi": client_of_fastapi,
    "shop_django": client_of_django,
}


def loaded(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, name, module)
    exec(compile(MODULES[name], name, "exec"), vars(module))  # noqa: S102 - running it is the test
    return module


@pytest.fixture(params=MODULES)
def shop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    with Sandbox(courier="collect") as sandbox, ExitStack() as stack:
        monkeypatch.setenv("QIWI_PAYIN_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("QIWI_PAYIN_KEY", sandbox.key)
        monkeypatch.setenv("QIWI_PAYIN_SITE_ID", sandbox.site_id)
        monkeypatch.setenv("QIWI_PAYIN_NOTIFICATION_KEYS", f"a-new-key,{sandbox.notification_key}")
        module = loaded(request.param, monkeypatch)
        yield Shop(sandbox, module, CLIENTS[request.param](module, stack))


def order(
    sandbox: Sandbox, bill_id: str = ORDER, *, amount: str = "150.00", flags: tuple[str, ...] = ("SALE",)
) -> None:
    """Have the payer pay an order on the form."""
    payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    payin.bills.create(bill_id, amount=amount, expiration_date_time=tomorrow, flags=flags)
    sandbox.pay_bill(bill_id)


def test_there_is_a_handler_for_each_framework() -> None:
    assert set(MODULES) == set(CLIENTS)


def test_a_paid_order_is_paid_and_a_repeat_is_not_acted_on_again(shop: Shop) -> None:
    order(shop.sandbox)

    assert [shop.post(*shop.told()) for _ in range(3)] == [200, 200, 200]
    assert shop.module.paid == {ORDER}
    assert shop.questions() == 1


def test_a_key_that_is_new_beside_the_old_one_is_good_too(shop: Shop) -> None:
    order(shop.sandbox)
    body, _ = shop.told()

    assert shop.post(body, notifications.sign(body, "a-new-key")) == 200
    assert shop.module.paid == {ORDER}


@pytest.mark.parametrize(("amount", "flags"), [("15.00", ("SALE",)), ("150.00", ())])
def test_another_sum_and_a_mere_hold_are_not_a_paid_order(shop: Shop, amount: str, flags: tuple[str, ...]) -> None:
    order(shop.sandbox, amount=amount, flags=flags)

    assert shop.post(*shop.told()) == 200
    assert shop.questions() == 1
    assert shop.module.paid == set()


def test_what_is_forged_malformed_or_unknown_is_refused_and_not_asked_about(shop: Shop) -> None:
    order(shop.sandbox)
    body, signature = shop.told()

    refused = [
        (body, None),
        (body, "0" * 64),
        (body, notifications.sign(body, "another-key")),
        (body.replace(b"150.00", b"999.00"), signature),
        (body[:-1], signature),
        (b"", signature),
        (b"[]", signature),
        (body.replace(b'"PAYMENT"', b'"UNHEARD_OF"'), signature),
    ]
    assert [shop.post(*each) for each in refused] == [400] * len(refused)
    assert shop.questions() == 0
    assert shop.module.paid == set()


def test_what_is_not_signed_and_was_changed_on_the_way_deceives_nobody(shop: Shop) -> None:
    order(shop.sandbox, flags=())
    order(shop.sandbox, "another-order")
    body, signature = shop.told()
    changed = body.replace(b"another-order", ORDER.encode())
    assert changed != body

    assert shop.post(changed, signature) == 200
    assert shop.questions() == 1
    assert shop.module.paid == set()


def test_while_the_api_fails_it_is_not_taken_and_its_repeat_is(shop: Shop) -> None:
    order(shop.sandbox)

    with shop.sandbox.fault("error_503", operation="billsGet"):
        assert shop.post(*shop.told()) == 500
    assert shop.module.paid == set()
    assert shop.post(*shop.told()) == 200
    assert shop.module.paid == {ORDER}


def test_what_is_told_before_the_api_shows_it_comes_again(shop: Shop) -> None:
    order(shop.sandbox, "another-order")
    body, signature = shop.told()
    early = body.replace(b"another-order", ORDER.encode())
    payin = PayIn(shop.sandbox.local_base_url, shop.sandbox.key, shop.sandbox.site_id, transport=shop.sandbox.transport)
    payin.bills.create(ORDER, amount="150.00", expiration_date_time=datetime(2090, 1, 1, tzinfo=UTC), flags=["SALE"])

    assert shop.post(early, signature) == 500
    assert shop.post(early.replace(b'"SUCCESS"', b'"DECLINED"'), signature) == 200
    shop.sandbox.pay_bill(ORDER)
    assert shop.post(early, signature) == 200
    assert shop.module.paid == {ORDER}


def test_the_contract_suite_finds_nothing_wrong_with_a_handler(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("QIWI_PAYIN_NOTIFICATION_KEYS", "my-key")
    monkeypatch.setenv("QIWI_PAYIN_KEY", "unused")
    server = make_server("127.0.0.1", 0, loaded("shop_flask", monkeypatch).app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.port}/qiwi"
        code = contract(["--handler", url, "--notification-key", "my-key", "--effort", "quick"])
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert code == KEPT, capsys.readouterr().out


def test_a_table_of_keys_acts_once_though_the_same_is_told_twice() -> None:
    names = run(OTHERS[0])

    assert [names["pay_once"]("a" * 64, ORDER) for _ in range(2)] == [True, False]
    with closing(names["shop"]) as shop:
        assert shop.execute("SELECT bill_id FROM paid").fetchall() == [(ORDER,)]


def test_the_other_examples_run() -> None:
    run(OTHERS[1])
    run(OTHERS[2])["test_a_signed_notification_is_taken_and_a_changed_one_is_not"]()


def run(block: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(block, "notifications.md", "exec"), names)  # noqa: S102 - running it is the test
    return names
