"""Sites, their settings and keys: given at start, changed by control operations, seen by every process."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from qiwi_payin_sandbox import Clock, Sandbox, Site
from qiwi_payin_sandbox.http.errors import ApiError
from qiwi_payin_sandbox.http.message import Request
from qiwi_payin_sandbox.sites.directory import Entry, Sites, hash_of_key
from qiwi_payin_sandbox.sites.settings import settings_of, with_settings
from qiwi_payin_sandbox.sites.site import SettingError

from tests.sandbox.conftest import NOW
from tests.sandbox.operator import Operator
from tests.sandbox.partner import CARD, EXPIRES, Partner, rubles

BILL = {"amount": rubles("150.00"), "expirationDateTime": EXPIRES}
SITE_WITH_KEYS = Site(key="first-key", keys=("second-key",))
ALL_SETTINGS = {
    "publicKey": "public-1",
    "notificationUrl": "https://partner.example/notify",
    "notificationKey": "secret-notification-key",
    "successUrl": "https://partner.example/thanks",
    "theme": "Dark-1",
    "test": False,
    "testLimits": True,
    "currencies": ["RUB", "USD"],
    "formMethods": ["SBP"],
    "holdTermSeconds": 60,
    "cancelsHolds": True,
    "paymentTokens": False,
    "sharesTokensWith": ["test-00"],
}


@pytest.fixture
def operator(sandbox: Sandbox) -> Operator:
    return Operator(sandbox)


@pytest.fixture
def pair(store: str) -> Iterator[tuple[Sandbox, Sandbox]]:
    """Two sandboxes on one store, as two processes have them: neither knows what the other does."""
    site = Site(key="given-key")
    with (
        Sandbox(store=store, seed=1, sites=[site], clock=Clock.frozen(NOW)) as one,
        Sandbox(store=store, seed=1, sites=[site], clock=Clock.frozen(NOW)) as other,
    ):
        yield one, other


def status_of(sandbox: Sandbox, key: str, site_id: str = "test-00", method: str = "GET") -> int:
    path = f"/partner/payin/v1/sites/{site_id}/bills/b-1"
    body = json.dumps(BILL).encode() if method == "PUT" else b""
    headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
    return sandbox.handle(Request(method=method, path=path, headers=headers, body=body)).status


# settings


def test_a_site_is_made_with_all_settings_and_shows_them_but_its_keys(operator: Operator) -> None:
    made = operator.ok("PUT", "/sites/shop", ALL_SETTINGS, status=201)
    shown = {"siteId": "shop", **{name: value for name, value in ALL_SETTINGS.items() if name != "notificationKey"}}
    assert made == shown == operator.ok("GET", "/sites/shop")
    assert shown in operator.ok("GET", "/sites")


def test_a_replaced_site_has_the_settings_of_a_new_one_but_keeps_its_keys(sandbox: Sandbox, operator: Operator) -> None:
    sandbox.create_site(Site("shop", key="key-of-shop", notification_key="notify", theme="Dark"))
    replaced = operator.ok("PUT", "/sites/shop", {"test": False})
    assert (replaced.get("theme"), replaced["test"]) == (None, False)
    assert sandbox.sites["shop"].notification_key == "notify"
    assert status_of(sandbox, "key-of-shop", "shop") == 404


def test_a_change_leaves_other_settings_and_null_takes_one_away(operator: Operator) -> None:
    operator.ok("PUT", "/sites/shop", ALL_SETTINGS, status=201)
    changed = operator.ok("PATCH", "/sites/shop", {"holdTermSeconds": 61, "theme": None})
    expected = {"siteId": "shop", **ALL_SETTINGS, "holdTermSeconds": 61}
    assert changed == {name: value for name, value in expected.items() if name not in {"theme", "notificationKey"}}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("holdTermsSeconds", 60),
        ("siteId", "other"),
        ("key", "a-key"),
        ("keys", ["a-key"]),
        ("holdTermSeconds", 0),
        ("holdTermSeconds", 432001),
        ("holdTermSeconds", 1.5),
        ("currencies", []),
        ("currencies", ["rub"]),
        ("currencies", "RUB"),
        ("formMethods", ["sbp"]),
        ("notificationUrl", "ftp://partner.example"),
        ("notificationUrl", "https://name@partner.example"),
        ("notificationKey", ""),
        ("successUrl", "javascript:alert(1)"),
        ("successUrl", f"https://partner.example/{'x' * 256}"),
        ("theme", "a b"),
        ("test", "yes"),
        ("publicKey", "a b"),
        ("sharesTokensWith", ["a/b"]),
    ],
)
def test_a_setting_that_breaks_its_rule_is_refused_by_name_and_changes_nothing(
    operator: Operator, name: str, value: Any
) -> None:
    before = operator.ok("GET", "/sites/test-00")
    for method, path in (("PATCH", "/sites/test-00"), ("PUT", "/sites/test-00"), ("PUT", "/sites/new")):
        assert name in {each.partition(".")[0] for each in operator.refused(method, path, {"test": False, name: value})}
    assert [operator.ok("GET", "/sites/test-00")] == operator.ok("GET", "/sites") == [before]


def test_settings_count_at_once(sandbox: Sandbox, partner: Partner) -> None:
    partner.error(400, "PUT", "/bills/b-1", {**BILL, "amount": {"value": "1.00", "currency": "USD"}})
    sandbox.change_site(currencies=("USD",), hold_term=timedelta(seconds=5), cancels_holds=True)
    partner.error(400, "PUT", "/bills/b-1", BILL)
    dollars = {"value": "1.00", "currency": "USD"}
    partner.ok("PUT", "/bills/b-1", {**BILL, "amount": dollars})
    partner.ok("PUT", "/payments/p-1", {"amount": dollars, "paymentMethod": CARD})
    sandbox.advance(5)
    assert partner.ok("GET", "/payments/p-1")["refundedAmount"]["value"] == "1.00"


def test_a_change_is_an_event_and_no_change_is_none(sandbox: Sandbox) -> None:
    sandbox.change_site(theme="Dark")
    sandbox.change_site(theme="Dark")
    assert [event["type"] for event in sandbox.events()] == ["site.changed"]


def test_two_sites_cannot_have_one_public_key(sandbox: Sandbox, operator: Operator) -> None:
    public_key = sandbox.sites["test-00"].public_key
    assert public_key
    assert "publicKey" in operator.refused("PUT", "/sites/shop", {"publicKey": public_key})
    sandbox.create_site(Site("shop", public_key="public"))
    with pytest.raises(ApiError) as refused:
        sandbox.change_site(public_key="public")
    assert "publicKey" in refused.value.cause


def test_a_malformed_site_id_is_named(operator: Operator) -> None:
    assert "siteId" in operator.refused("PUT", "/sites/.shop", {})


def test_a_removed_site_and_its_keys_are_gone(sandbox: Sandbox, operator: Operator) -> None:
    sandbox.create_site(Site("shop", key="key-of-shop"))
    with Partner(sandbox, "shop") as partner:
        partner.payment()
    operator.ok("DELETE", "/sites/shop", status=204)
    assert status_of(sandbox, "key-of-shop", "shop") == 401
    assert "shop" not in sandbox.sites
    operator.refused("DELETE", "/sites/shop", status=404)
    sandbox.create_site(Site("shop"))
    assert sandbox.postings(site_id="shop") == []
    assert sandbox.events(site_id="shop") == []


def test_the_only_site_cannot_be_removed(sandbox: Sandbox, operator: Operator) -> None:
    assert "siteId" in operator.refused("DELETE", "/sites/test-00")
    assert list(sandbox.sites) == ["test-00"]


def test_a_site_is_made_once(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="site_id"):
        sandbox.create_site(Site("test-00"))


@pytest.mark.parametrize("name", ["colour", "key", "keys"])
def test_python_names_unknown_settings_too(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(ValueError, match=name):
        sandbox.change_site(**{name: "x"})


def test_settings_are_the_same_after_being_written_and_read() -> None:
    site = with_settings(Site("shop"), ALL_SETTINGS)
    assert with_settings(Site("shop", notification_key="secret-notification-key"), settings_of(site)) == site
    with pytest.raises(SettingError, match="nothing"):
        with_settings(site, {"nothing": 1})


# sites in the store


def test_sites_live_on_in_the_store(store: str) -> None:
    with Sandbox(store=store, seed=1, sites=[Site("one", theme="Dark"), Site("another", key="given")]) as sandbox:
        key = sandbox.key
        made = sandbox.create_site(Site("third", hold_term=timedelta(minutes=5), notification_key="notify"))
        issued = sandbox.issue_key("deploy", site_id="third")["key"]
        sandbox.change_site(site_id="another", test=False)
    with Sandbox(store=store, seed=1) as sandbox:
        assert list(sandbox.sites) == ["one", "another", "third"]
        assert (sandbox.site_id, sandbox.key) == ("one", key)
        assert sandbox.sites["third"] == made
        assert not sandbox.sites["another"].test
        assert [status_of(sandbox, each, "third") for each in (issued, made.key or "", "given")] == [404, 404, 403]


def test_a_key_that_only_the_store_knows_cannot_be_told(store: str) -> None:
    with Sandbox(store=store, seed=1, sites=[Site(key="given")]):
        pass
    with Sandbox(store=store, seed=1) as sandbox:
        assert sandbox.sites["test-00"].key is None
        assert status_of(sandbox, "given") == 404
        with pytest.raises(LookupError, match="hashes"):
            _ = sandbox.key


def test_what_is_given_at_start_wins_and_issued_keys_stay(store: str) -> None:
    with Sandbox(store=store, seed=1, sites=[Site(key="old", keys=("second",), theme="Dark")]) as sandbox:
        issued = sandbox.issue_key()["key"]
        sandbox.change_site(theme="Light")
    with Sandbox(store=store, seed=1, sites=[Site(key="new", theme="Dark")]) as sandbox:
        assert sandbox.sites["test-00"].theme == "Dark"
        assert [status_of(sandbox, key) for key in ("old", "second", "new", issued)] == [401, 401, 404, 404]


def test_a_start_that_changes_nothing_writes_nothing(tmp_path: Path) -> None:
    store, site = f"sqlite:///{tmp_path / 'db'}", Site(key="given", notification_key="notify")
    with Sandbox(store=store, seed=1, sites=[site]):
        pass
    with sqlite3.connect(tmp_path / "db") as connection:
        before = connection.execute("SELECT * FROM payin_sites").fetchall()
    with Sandbox(store=store, seed=1, sites=[site]):
        pass
    with sqlite3.connect(tmp_path / "db") as connection:
        assert connection.execute("SELECT * FROM payin_sites").fetchall() == before
    connection.close()


# keys


def test_an_issued_key_opens_the_site_until_it_is_revoked(sandbox: Sandbox, operator: Operator) -> None:
    issued = operator.ok("POST", "/sites/test-00/keys", {"label": "deploy"}, status=201)
    assert status_of(sandbox, issued["key"]) == 404
    listed = operator.ok("GET", "/sites/test-00/keys")
    assert [key.get("label") for key in listed] == [None, "deploy"]
    operator.ok("DELETE", f"/sites/test-00/keys/{issued['keyId']}", status=204)
    operator.ok("DELETE", f"/sites/test-00/keys/{issued['keyId']}", status=204)
    assert status_of(sandbox, issued["key"]) == 401
    assert status_of(sandbox, "key-of-test-00") == 404
    assert "revokedAt" in operator.ok("GET", "/sites/test-00/keys")[1]
    operator.refused("DELETE", "/sites/test-00/keys/unknown", status=404)


def test_every_key_is_another_one(sandbox: Sandbox) -> None:
    keys = [sandbox.issue_key() for _ in range(3)]
    assert len({key["key"] for key in keys}) == len({key["keyId"] for key in keys}) == 3


def test_a_given_key_can_be_revoked_too(sandbox: Sandbox) -> None:
    sandbox.revoke_key(sandbox.keys()[0]["keyId"])
    assert status_of(sandbox, "key-of-test-00") == 401
    assert sandbox.sites["test-00"].key is None


def test_a_key_that_serves_several_sites_is_revoked_on_each_by_itself() -> None:
    sites = [Site("one", key="shared"), Site("two", key="shared")]
    with Sandbox(sites=sites) as sandbox:
        sandbox.revoke_key(sandbox.keys(site_id="one")[0]["keyId"], site_id="one")
        assert [status_of(sandbox, "shared", site_id) for site_id in ("one", "two")] == [403, 404]


def test_keys_are_shown_by_no_answer_but_that_which_issues_them(sandbox: Sandbox, operator: Operator) -> None:
    operator.ok("PUT", "/sites/shop", ALL_SETTINGS, status=201)
    issued = operator.ok("POST", "/sites/shop/keys", status=201)["key"]
    answers = [
        *(operator.send("GET", path).body for path in ("", "/sites", "/sites/shop", "/sites/shop/keys")),
        operator.send("PATCH", "/sites/shop", {"notificationKey": "secret-notification-key", "theme": 1}).body,
        operator.send("PATCH", "/sites/shop", {"notificationKey": "secret-notification-key"}).body,
        operator.send("GET", "/sites/shop/state").body,
        operator.send("GET", "/sites/shop/requests").body,
        repr([sandbox, sandbox.sites, sandbox.sites["shop"], sandbox.sites["test-00"]]).encode(),
    ]
    for secret in (issued, "secret-notification-key", "key-of-test-00"):
        assert not any(secret.encode() in answer for answer in answers)


def test_the_store_has_hashes_of_keys_only(tmp_path: Path) -> None:
    file = tmp_path / "db"
    with Sandbox(store=f"sqlite:///{file}", sites=[Site(key="given-key", notification_key="notify-key")]) as sandbox:
        issued = sandbox.issue_key()["key"]
    with sqlite3.connect(file) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert hash_of_key("given-key") in dump
    for secret in ("given-key", "notify-key", issued):
        assert secret not in dump.replace(hash_of_key(secret), "")


# several processes


def test_a_key_revoked_by_another_process_is_refused(pair: tuple[Sandbox, Sandbox]) -> None:
    one, other = pair
    issued = one.issue_key()
    assert status_of(other, issued["key"], method="PUT") == 200
    one.revoke_key(issued["keyId"])
    assert status_of(other, issued["key"], method="PUT") == 401
    assert status_of(other, issued["key"]) == 401
    assert status_of(other, "given-key") == 200


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/clock"), ("POST", "/clock/advance"), ("GET", "/state"), ("POST", "/reset")]
)
def test_control_operations_refuse_a_key_that_another_process_revoked(
    pair: tuple[Sandbox, Sandbox], method: str, path: str
) -> None:
    one, other = pair
    issued = one.issue_key()
    operator = Operator(other, key=issued["key"], is_elsewhere=True)
    operator.ok("GET", "/sites/test-00/clock")
    one.revoke_key(issued["keyId"])
    operator.refused(method, f"/sites/test-00{path}", {"seconds": 5} if path.endswith("advance") else None, status=401)
    assert other.get_clock()["now"] == one.get_clock()["now"]


def test_settings_changed_by_another_process_count_at_once(pair: tuple[Sandbox, Sandbox]) -> None:
    one, other = pair
    with Partner(other) as partner:
        partner.bill("b-0")
        one.change_site(currencies=("USD",))
        partner.error(400, "PUT", "/bills/b-1", BILL)
        assert other.sites["test-00"].currencies == ("USD",)


def test_a_site_made_by_another_process_is_known_when_it_is_asked_for(pair: tuple[Sandbox, Sandbox]) -> None:
    one, other = pair
    made = one.create_site(Site("shop", public_key="public-key-of-shop"))
    found = other._engine.sites.of_public_key("public-key-of-shop")  # noqa: SLF001 - the form asks so
    assert found is not None
    assert found.site_id == "shop"
    assert status_of(other, made.key or "", "shop", method="PUT") == 200
    one.delete_site("shop")
    assert status_of(other, made.key or "", "shop", method="PUT") == 401
    assert [site["siteId"] for site in Operator(other).ok("GET", "/sites")] == ["test-00"]


def test_a_process_of_its_own_refuses_a_key_that_was_revoked_here(store: str) -> None:
    command = [sys.executable, "-m", "qiwi_payin_sandbox.command", "--port", "0", "--seed", "1", "--store", store]
    with (
        Sandbox(store=store, seed=1, sites=[Site(key="given-key")]) as sandbox,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process,  # noqa: S603
    ):
        try:
            assert process.stdout is not None
            url = f"{process.stdout.readline().split()[-1]}/payin/v1/sites/test-00/bills/b-1"
            issued = sandbox.issue_key()

            def status(key: str) -> int:
                return httpx.put(url, json=BILL, headers={"Authorization": f"Bearer {key}"}).status_code

            assert [status(issued["key"]), status("given-key")] == [200, 200]
            sandbox.revoke_key(issued["keyId"])
            assert [status(issued["key"]), status("given-key")] == [401, 200]
        finally:
            process.terminate()


def test_settings_and_keys_cost_a_request_no_query(tmp_path: Path) -> None:
    with Sandbox(store=f"sqlite:///{tmp_path / 'db'}", sites=[SITE_WITH_KEYS]) as sandbox, Partner(sandbox) as partner:
        partner.bill()
        sandbox.change_site(theme="Dark")
        asked: list[str] = []
        sandbox._store._connection.set_trace_callback(asked.append)  # type: ignore[attr-defined] # noqa: SLF001
        partner.ok("GET", "/bills/b-1", key="second-key")
        sandbox._store._connection.set_trace_callback(None)  # type: ignore[attr-defined] # noqa: SLF001
    tables = [statement.partition("FROM ")[2].split()[0] for statement in asked if "FROM " in statement]
    assert tables.count("payin_sites") == 1
    assert "payin_keys" not in tables
    assert not any("settings" in statement for statement in asked)


def test_a_form_of_a_site_that_another_process_made_is_served(pair: tuple[Sandbox, Sandbox]) -> None:
    one, other = pair
    one.create_site(Site("shop"))
    with Partner(one, "shop") as partner:
        bill = partner.bill()
    assert other.payer.bill(bill["invoiceUid"]).site_id == "shop"


class CountingSource:
    """A store with one site, which counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def revisions(self) -> dict[str, int]:
        return {"shop": 1}

    def entry(self, site_id: str) -> Entry | None:
        return Entry(Site("shop"), 1, frozenset({hash_of_key("right")})) if site_id == "shop" else None

    def sites_of_key(self, key_hash: str) -> list[str]:
        self.asked += 1
        return ["shop"] if key_hash == hash_of_key("right") else []

    def site_of_public_key(self, public_key: str) -> str | None:
        self.asked += 1
        return "shop" if public_key == "public" else None


def test_a_flood_of_wrong_keys_asks_the_store_no_more_than_now_and_then() -> None:
    source, seconds = CountingSource(), [0.0]
    sites = Sites(source, is_shared=True, monotonic=lambda: seconds[0])
    for number in range(10_000):
        assert not sites.of_key(hash_of_key(f"wrong {number}"))
    asked = source.asked
    assert asked <= 100
    assert not sites.of_key(hash_of_key("right"))
    seconds[0] += 1
    assert sites.of_key(hash_of_key("right")) == {"shop"}
    for _ in range(10_000):
        assert sites.of_key(hash_of_key("right"), "shop") == {"shop"}
    assert source.asked == asked + 1


def test_a_store_of_ones_own_is_never_asked_for_wrong_keys() -> None:
    source = CountingSource()
    sites = Sites(source, is_shared=False)
    assert not sites.of_key(hash_of_key("right"))
    assert source.asked == 0
