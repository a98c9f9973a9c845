# ruff: noqa: PLC0415 - each client is imported only where it is measured
"""Run by the interpreter of each client, which need not have ours: measure it, and write JSON to standard output.

Usage: python probe.py calls NAME PORT COUNT              function calls a request, by a profiler
       python probe.py cpu NAME PORT COUNT                microseconds of CPU a request

Of the project it imports what it measures and nothing else.
"""

import asyncio
import cProfile
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

SITE = "test-01"
KEY = "sk_test_bench"
CARD = {"type": "CARD", "pan": "4444443616621049", "expiryDate": "12/34"}
PAYMENT = {"paymentMethod": CARD, "amount": {"value": "150.00", "currency": "RUB"}}

Requests = dict[str, Callable[[], Any]]


def httpx(port: int) -> Requests:
    """What a shop would write without any client: the answer as plain data."""
    import httpx

    client = httpx.Client(headers={"Authorization": f"Bearer {KEY}"}, timeout=30)
    url = f"http://127.0.0.1:{port}/partner/payin/v1/sites/{SITE}/payments/1811"
    return {"GET": lambda: client.get(url).json(), "PUT": lambda: client.put(url, json=PAYMENT).json()}


def httpx_async(port: int) -> Requests:
    """The same for async code."""
    import httpx

    client = httpx.AsyncClient(headers={"Authorization": f"Bearer {KEY}"}, timeout=30)
    url = f"http://127.0.0.1:{port}/partner/payin/v1/sites/{SITE}/payments/1811"

    async def get() -> Any:
        return (await client.get(url)).json()

    async def put() -> Any:
        return (await client.put(url, json=PAYMENT)).json()

    return {"GET": get, "PUT": put}


def ours(port: int) -> Requests:
    """The client of this project, as it is by default."""
    from qiwi_payin import CardPaymentMethod, PayIn

    payin = PayIn(f"http://127.0.0.1:{port}/partner", KEY, SITE)
    return {
        "GET": lambda: payin.payments.get("1811"),
        "PUT": lambda: payin.payments.create(
            "1811",
            payment_method=CardPaymentMethod(pan=CARD["pan"], expiry_date=CARD["expiryDate"]),
            amount="150.00",
        ),
    }


def ours_async(port: int) -> Requests:
    """The same for async code."""
    from qiwi_payin import AsyncPayIn, CardPaymentMethod

    payin = AsyncPayIn(f"http://127.0.0.1:{port}/partner", KEY, SITE)

    async def get() -> Any:
        return await payin.payments.get("1811")

    async def put() -> Any:
        method = CardPaymentMethod(pan=CARD["pan"], expiry_date=CARD["expiryDate"])
        return await payin.payments.create("1811", payment_method=method, amount="150.00")

    return {"GET": get, "PUT": put}


def stock(port: int) -> Requests:
    """What openapi-python-client makes of our description without our templates."""
    from stock.api.payments import payments_create, payments_get  # type: ignore[import-not-found]
    from stock.client import AuthenticatedClient  # type: ignore[import-not-found]
    from stock.models import AmountInput, CardPaymentMethod, PaymentRequest  # type: ignore[import-not-found]

    client = AuthenticatedClient(base_url=f"http://127.0.0.1:{port}/partner", token=KEY)
    return {
        "GET": lambda: payments_get.sync(SITE, "1811", client=client),
        "PUT": lambda: payments_create.sync(
            SITE,
            "1811",
            client=client,
            body=PaymentRequest(
                payment_method=CardPaymentMethod(type_="CARD", pan=CARD["pan"], expiry_date=CARD["expiryDate"]),
                amount=AmountInput(value="150.00", currency="RUB"),
            ),
        ),
    }


def openapi_generator(port: int) -> Requests:
    """What openapi-generator's python generator makes of our description without notifications."""
    import generated  # type: ignore[import-not-found]

    configuration = generated.Configuration(host=f"http://127.0.0.1:{port}/partner", access_token=KEY)
    api = generated.PaymentsApi(generated.ApiClient(configuration))
    return {
        "GET": lambda: api.payments_get(SITE, "1811"),
        "PUT": lambda: api.payments_create(SITE, "1811", generated.PaymentRequest.from_dict(PAYMENT)),
    }


def stripe(port: int) -> Requests:
    """Stripe's client, on the HTTP library that it takes by itself; it writes by POST."""
    import stripe  # type: ignore[import-not-found]

    client = stripe.StripeClient(KEY, base_addresses={"api": f"http://127.0.0.1:{port}"})
    body = {"amount": 15000, "currency": "rub", "payment_method_data": {"type": "card"}}
    return {
        "GET": lambda: client.v1.payment_intents.retrieve("1811"),
        "PUT": lambda: client.v1.payment_intents.create(body),
    }


CLIENTS: Mapping[str, Callable[[int], Requests]] = {
    each.__name__: each for each in (httpx, httpx_async, ours, ours_async, stock, openapi_generator, stripe)
}


def measured(requests: Requests, count: int, measure: Callable[[Callable[[], object], int], float]) -> dict[str, float]:
    """Measure each request, after a few that are not counted."""
    loop = asyncio.new_event_loop()
    costs = {}
    for kind, request in requests.items():
        run = partial(_repeat, loop, request)
        run(20)
        costs[kind] = measure(partial(run, count), count)
    return costs


def _repeat(loop: asyncio.AbstractEventLoop, request: Callable[[], Any], times: int) -> None:
    async def several() -> None:
        for _ in range(times):
            await request()

    if asyncio.iscoroutinefunction(request):
        loop.run_until_complete(several())
    else:
        for _ in range(times):
            request()


def calls(run: Callable[[], object], count: int) -> float:
    """Function calls a request."""
    profile = cProfile.Profile()
    profile.enable()
    run()
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats()) / count


def cpu(run: Callable[[], object], count: int) -> float:
    """Microseconds of CPU a request."""
    begun = time.process_time()
    run()
    return (time.process_time() - begun) / count * 1e6


def main(what: str, name: str, port: str, count: str) -> None:
    """Measure and write."""
    json.dump(measured(CLIENTS[name](int(port)), int(count), {"calls": calls, "cpu": cpu}[what]), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
