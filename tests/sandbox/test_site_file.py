"""Sites given at start in a file, and what the command says of keys."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from qiwi_payin_sandbox import Site
from qiwi_payin_sandbox.sites.file import SiteFileError, read_sites

SITES = """
[sites.shop]
keyFromEnv = "SHOP_KEY"
keysFromEnv = ["OLD_KEY"]
notificationKeyFromEnv = "SHOP_NOTIFY"
notificationUrl = "http://127.0.0.1:8080/notifications"
holdTermSeconds = 300
currencies = ["RUB", "USD"]
cancelsHolds = true

[sites."shop.2"]
key = "given-key"
"""
ENVIRONMENT = {"SHOP_KEY": "key-of-shop", "OLD_KEY": "old-key", "SHOP_NOTIFY": "notify-key"}


def test_a_file_gives_sites_with_all_their_settings(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(SITES)
    assert read_sites(file, ENVIRONMENT) == [
        Site(
            "shop",
            key="key-of-shop",
            keys=("old-key",),
            notification_key="notify-key",
            notification_url="http://127.0.0.1:8080/notifications",
            hold_term=timedelta(seconds=300),
            currencies=("RUB", "USD"),
            cancels_holds=True,
        ),
        Site("shop.2", key="given-key"),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "tables"),
        ("sites = 1", "tables"),
        ("[sites]", "tables"),
        ("[site.shop]", "tables"),
        ("[sites.shop]\n[other]", "tables"),
        ("[sites.shop", "no TOML"),
        ("[sites]\nshop = 1", "sites.shop: it: a table"),
        ("[sites.shop]\ncolour = 1", "sites.shop: colour: there is no such setting"),
        ("[sites.shop]\nholdTermSeconds = 0", "sites.shop: holdTermSeconds: a hold waits"),
        ("[sites.shop]\nholdTermSeconds = 1.5", "sites.shop: holdTermSeconds: a whole number"),
        ("[sites.shop]\ntest = 1", "sites.shop: test: true or false"),
        ('[sites.shop]\ncurrencies = "RUB"', "sites.shop: currencies: a list of texts"),
        ("[sites.shop]\nkey = 1", "sites.shop: key: a text"),
        ('[sites.shop]\nkeys = "a"', "sites.shop: keys: a list"),
        ('[sites.shop]\nkey = "a secret"', "sites.shop: key: "),
        ('[sites.shop]\nkeyFromEnv = "NO_SUCH"', "sites.shop: keyFromEnv: there is no environment variable NO_SUCH"),
        ('[sites.".shop"]', "sites..shop: site_id"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_one_line_that_shows_no_key(
    tmp_path: Path, content: str, words: str
) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(content)
    with pytest.raises(SiteFileError) as refused:
        read_sites(file, ENVIRONMENT)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "a secret" not in str(refused.value)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError, match="cannot be read"):
        read_sites(tmp_path / "none.toml", {})


def started(*arguments: str, environment: dict[str, str] | None = None) -> list[str]:
    """Return what the command says when it serves, and stop it."""
    command = [sys.executable, "-m", "qiwi_payin_sandbox.command", "--port", "0", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        assert process.stdout is not None
        first = process.stdout.readline()
        process.terminate()
        return [first, *process.stdout.read().splitlines()]


def test_the_command_takes_a_file_of_sites_and_says_no_given_key(tmp_path: Path) -> None:
    file = tmp_path / "sites.toml"
    file.write_text(SITES)
    told = "\n".join(started("--sites", str(file), "--site", "third:third-key", environment=ENVIRONMENT))
    assert [line for line in told.splitlines() if line.startswith("  site")] == [
        "  site shop",
        "  site shop.2",
        "  site third",
    ]
    assert "control key" not in told
    for secret in (*ENVIRONMENT.values(), "given-key", "third-key"):
        assert secret not in told


def test_the_command_says_the_control_key_that_it_made_and_none_that_was_given() -> None:
    made = started("--host", "0.0.0.0")  # noqa: S104 - that others can reach it is the point
    assert sum("control key" in line for line in made) == 1
    variable = {"QIWI_PAYIN_SANDBOX_CONTROL_KEY": "given-control-key"}
    given = started("--host", "0.0.0.0", environment=variable)  # noqa: S104
    assert not any("control" in line for line in given)


def test_a_bare_start_serves_the_stored_sites_and_says_the_keys_that_were_made(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'db'}"
    first = started("--store", store, "--site", "shop:given-key")
    again = started("--store", store)
    assert [line for line in again if "site" in line] == ["  site shop"]
    assert not any("API access key" in line for line in again)
    assert [line for line in again if "notification key" in line] == [line for line in first if "notification" in line]
