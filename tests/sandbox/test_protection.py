"""Who may use control operations: this machine without a key, others with a key of the site or the control key."""

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from qiwi_payin_description import load
from qiwi_payin_sandbox import Clock, Sandbox, Site

from tests.sandbox.conftest import NOW
from tests.sandbox.listener import Listener
from tests.sandbox.operator import Operator
from tests.sandbox.partner import Partner

CONTROL = "the-control-key"
SITES = [Site("one", key="key-of-one"), Site("two", key="key-of-two")]
OF_A_SITE = sorted(
    (method.upper(), path.removeprefix("/sandbox").replace("{siteId}", "one"), operation)
    for path, item in load("sandbox")["paths"].items()
    if path.startswith("/sandbox/sites/{siteId}")
    for method, operation in (
        (method, item[method]["security"]) for method in ("get", "put", "post", "patch", "delete") if method in item
    )
    for operation in [any("accessKey" in each for each in operation)]
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(sites=SITES, control_key=CONTROL) as sandbox:
        yield sandbox


def elsewhere(sandbox: Sandbox, key: str | None = None) -> Operator:
    return Operator(sandbox, key=key, is_elsewhere=True)


@pytest.mark.parametrize(("method", "path", "takes_site_keys"), OF_A_SITE)
def test_from_elsewhere_nothing_of_a_site_opens_without_its_key(
    sandbox: Sandbox, method: str, path: str, *, takes_site_keys: bool
) -> None:
    statuses = [elsewhere(sandbox, key).send(method, path).status for key in (None, "wrong", "key-of-two")]
    assert statuses == [401, 401, 403]
    with_its_key = elsewhere(sandbox, "key-of-one").send(method, path).status
    assert (with_its_key == 403) is not takes_site_keys
    assert with_its_key != 401
    assert elsewhere(sandbox, CONTROL).send(method, path).status not in {401, 403}


def test_lists_of_sites_show_those_that_a_key_opens(sandbox: Sandbox) -> None:
    for path in ("", "/sites"):
        for key, expected in (("key-of-one", ["one"]), ("key-of-two", ["two"]), (CONTROL, ["one", "two"])):
            listed = elsewhere(sandbox, key).ok("GET", path)
            sites = listed["sites"] if path == "" else listed
            assert [site["siteId"] for site in sites] == expected
        elsewhere(sandbox).refused("GET", path, status=401)


def test_sites_are_made_and_removed_with_the_control_key_only(sandbox: Sandbox) -> None:
    for method, path in (("PUT", "/sites/new"), ("PUT", "/sites/one"), ("DELETE", "/sites/one")):
        elsewhere(sandbox, "key-of-one").refused(method, path, status=403)
    elsewhere(sandbox, CONTROL).ok("PUT", "/sites/new", {}, status=201)
    elsewhere(sandbox, CONTROL).ok("DELETE", "/sites/one", status=204)


def test_a_site_cannot_help_itself_to_the_tokens_of_another(sandbox: Sandbox) -> None:
    one = elsewhere(sandbox, "key-of-one")
    state = one.ok("GET", "/sites/one/state")
    one.refused("PATCH", "/sites/one", {"sharesTokensWith": ["two"]}, status=403)
    state["settings"]["sharesTokensWith"] = ["two"]
    one.refused("PUT", "/sites/one/state", state, status=403)
    assert one.ok("GET", "/sites/one")["sharesTokensWith"] == []
    elsewhere(sandbox, CONTROL).ok("PATCH", "/sites/one", {"sharesTokensWith": ["two"]})
    assert one.ok("PATCH", "/sites/one", {"theme": "Dark"})["sharesTokensWith"] == ["two"]


def test_the_log_of_a_site_tells_its_key_nothing_of_others(sandbox: Sandbox) -> None:
    Operator(sandbox).ok("GET", "/sites")
    Operator(sandbox).ok("GET", "/sites/two")
    Operator(sandbox).ok("GET", "/sites/one")
    logged = elsewhere(sandbox, "key-of-one").ok("GET", "/sites/one/requests")
    assert [request["path"] for request in logged] == ["/sandbox/sites/one"]
    assert "two" not in json.dumps(logged)
    assert len(Operator(sandbox).ok("GET", "/sites/one/requests")) == 3


def test_the_control_key_opens_nothing_of_the_api(sandbox: Sandbox) -> None:
    from qiwi_payin_sandbox.http.message import Request  # noqa: PLC0415

    path, headers = "/partner/payin/v1/sites/one/bills/b-1", {"authorization": f"Bearer {CONTROL}"}
    assert sandbox.handle(Request(method="GET", path=path, headers=headers, peer_is_local=True)).status == 401


def test_without_a_control_key_nobody_elsewhere_has_one() -> None:
    with Sandbox(sites=SITES) as sandbox:
        assert sandbox.control_key is None
        for key in ("", "None", CONTROL):
            elsewhere(sandbox, key).refused("PUT", "/sites/new", {}, status=401)


def test_a_sandbox_that_others_can_reach_has_a_control_key() -> None:
    with Sandbox(host="0.0.0.0") as sandbox, Sandbox(host="0.0.0.0") as other:  # noqa: S104
        assert sandbox.control_key
        assert other.control_key not in {None, sandbox.control_key}
        assert sandbox.control_key not in repr(sandbox)


def test_keys_that_a_sandbox_makes_are_known_to_nobody_where_others_can_reach_it() -> None:
    with Sandbox(host="0.0.0.0") as sandbox, Sandbox(host="0.0.0.0") as other, Sandbox() as own:  # noqa: S104
        assert len({each.key for each in (sandbox, other, own)}) == 3
        assert len({each.notification_key for each in (sandbox, other, own)}) == 3
    with Sandbox(host="0.0.0.0", seed=0) as sandbox, Sandbox() as own:  # noqa: S104
        assert sandbox.key == own.key


@pytest.mark.parametrize("key", ["", "a b", "a\n"])
def test_a_control_key_is_something_that_a_header_carries(key: str) -> None:
    with pytest.raises(ValueError, match="control key"):
        Sandbox(control_key=key)


def status_over_a_socket(sandbox: Sandbox, head: str) -> int:
    host, _, port = sandbox.origin.removeprefix("http://").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(f"{head}\nConnection: close\n\n".replace("\n", "\r\n").encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return int(answer.split(b" ", 2)[1])


def test_over_a_socket_the_host_header_tells_who_was_asked(sandbox: Sandbox) -> None:
    def ask(*headers: str) -> int:
        return status_over_a_socket(sandbox, "\n".join(("GET /sandbox/sites/one/state HTTP/1.1", *headers)))

    assert ask("Host: localhost") == ask("Host: 127.0.0.1:80") == 200
    assert ask("Host: sandbox.example") == ask("Host: localhost", "Host: sandbox.example") == 401
    assert ask("Host: localhost", "Origin: https://elsewhere.example") == 401
    assert ask("Host: localhost:8000", "Origin: http://localhost:8000") == 200
    assert ask("Host: localhost:8000", "Origin: http://localhost:3000") == 401
    assert ask("Host: localhost:8000", "Origin: http://127.0.0.1:8000") == 401
    assert ask("Host: localhost", "Origin: null") == 401
    assert ask("Host: localhost", "Sec-Fetch-Site: cross-site") == 401
    assert ask("Host: sandbox.example", "X-Forwarded-For: 127.0.0.1") == 401
    assert ask("Host: sandbox.example", "Authorization: Bearer key-of-one") == 200
    assert ask("Host: sandbox.example", "Authorization: bearer key-of-one") == 200
    assert ask("Host: sandbox.example", "Authorization: Basic key-of-one") == 401
    assert ask("Host: sandbox.example", "Authorization: Bearer key-of-two") == 403
    assert ask("Host: sandbox.example", f"Authorization: Bearer {CONTROL}") == 200
    assert ask("Host: localhost", "Authorization: Bearer wrong") == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("X-Forwarded-For: 203.0.113.5", 401),
        ("X-Forwarded-For: 127.0.0.1, 203.0.113.5", 401),
        ("X-Forwarded-For: ", 401),
        ("X-Real-IP: 2001:db8::1", 401),
        ("Forwarded: for=127.0.0.1", 401),
        ("X-Forwarded-For: 127.0.0.1, ::1", 200),
    ],
)
def test_a_proxy_on_this_machine_speaks_for_those_behind_it(sandbox: Sandbox, header: str, status: int) -> None:
    for path in ("/sandbox/sites/one/state", "/dashboard/sites/one"):
        head = f"GET {path} HTTP/1.1\nHost: 127.0.0.1\n{header}"
        assert status_over_a_socket(sandbox, head) == status
        assert status_over_a_socket(sandbox, f"{head}\nAuthorization: Bearer {CONTROL}") == 200


@pytest.mark.parametrize("path", ["/reset", "/clock/next", "/keys"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_notification_carries_out_no_control_operation(sandbox: Sandbox, host: str, path: str) -> None:
    port = sandbox.origin.rpartition(":")[2]
    url = f"http://{host}:{port}/sandbox/sites/two{path}"
    with Partner(sandbox, "one") as partner:
        partner.payment("p-1", callbackUrl=url)
        while not (attempts := sandbox.notifications(site_id="one")[0]["attempts"]):
            sandbox.advance(1, site_id="one")
    assert attempts[0]["status"] == 401
    assert len(sandbox.events(site_id="two")) == 0


def test_partners_elsewhere_post_to_nothing_on_this_machine_that_was_not_named() -> None:
    def state(url: str, *named: str) -> Any:
        with (
            Sandbox(host="0.0.0.0", clock=Clock.frozen(NOW), allow_callback=named) as sandbox,  # noqa: S104
            Partner(sandbox) as partner,
        ):
            partner.payment(callbackUrl=url)
            sandbox.advance(0)
            return sandbox.notifications()[0]["state"]

    with Listener() as listener:
        assert state(listener.url) == state(listener.url, "localhost") == "withheld"
        assert listener.received == []
        assert state(listener.url, "127.0.0.1") == "delivered"
