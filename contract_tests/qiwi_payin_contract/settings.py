"""What a run was asked for: server, sites, groups, bases, effort."""

import difflib
import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import attrs

from qiwi_payin_contract.exits import CannotRunError
from qiwi_payin_contract.rules import GROUPS, SERVER_GROUPS, Basis, catalogue
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.sums import KOPECK

__all__ = ["EFFORTS", "HOLD_TERM", "PROFILES", "Effort", "Profile", "Settings", "SettingsError", "read_sites"]

KEY_VARIABLE = "QIWI_PAYIN_KEY"
_ANY_SITE = "test-00"
_NO_KEY = "none"
_SITE_ID = re.compile(r"[A-Za-z0-9._~-]+")
_KEY = re.compile(r"[!-~]+")
_SUM = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")


@attrs.define(frozen=True)
class Profile:
    """A kind of site, and what it allows.

    Attributes:
        max_amount: largest sum.
        max_payments: most payments of a day.
        effort: effort where none is named.
    """

    max_amount: Decimal
    max_payments: int
    effort: str


PROFILES: Mapping[str, Profile] = {"test-site": Profile(Decimal("10.00"), 100, "quick")}
"""Kinds of sites. One of QIWI's in test mode takes 10 rubles a payment, and 100 payments a day (PUB-303, PUB-304)."""

HOLD_TERM = timedelta(hours=72)
"""How long a site waits for a capture, unless it was set up otherwise (EN-112)."""
LONGEST_HOLD_TERM = timedelta(days=5)
"""The longest that a site can be set up to wait (PUB-133)."""


class SettingsError(CannotRunError, ValueError):
    """An option is wrong or one is missing. The message names it."""


@attrs.define(frozen=True)
class Effort:
    """How much is tried.

    Attributes:
        name: word for it.
        examples: drawn requests for each operation.
        every: of the requests that go through the description keyword by keyword, every which one is sent.
        thorough: whether what single tests look at for each operation at any effort is looked at in drawn requests as
            well: examples of the description, requests without a key or with a wrong one, every broken answer in each
            way of calling the client.
        values: generated values for each schema of the client group.
        walks: stateful walks.
        steps: most calls in a walk.
    """

    name: str
    examples: int
    values: int
    walks: int
    steps: int
    every: int = 1
    thorough: bool = True


EFFORTS: Mapping[str, Effort] = {
    "quick": Effort("quick", examples=1, values=1, walks=3, steps=8, every=8, thorough=False),
    "normal": Effort("normal", examples=25, values=15, walks=25, steps=12),
    "deep": Effort("deep", examples=200, values=200, walks=200, steps=25),
}


@attrs.define(frozen=True)
class Settings:
    """Settings of a run.

    Attributes:
        base_url: everything before ``/payin/v1``; None starts this project's sandbox.
        sites: sites and their keys; empty with the sandbox of our own.
        driver: ``auto``, ``none`` or ``module:Class``.
        groups: groups to run.
        waived: codes or ``<basis>:<name>`` words of rules that may be broken.
        bases: bases that count, None for all.
        decisions: whether rules that rest on decisions count on a server that is not this project's sandbox.
        hold_term: how long the sites wait for a capture.
        effort: how much is tried.
        seed: seed of everything random.
        profile: name of a kind of site, one of ``PROFILES``.
        max_requests: most requests of the whole run.
        max_payments: most payments of the whole run.
        max_amount: largest sum of a request, in major units.
        workers: processes that share the tests; None for as many as suit server and machine.
        receiver: where the server reaches the suite's receiver of notifications; None for loopback.
        handler: a user's own handler of notifications.
        proxy: proxy that requests go through.
        ca: certificates of who signed the server's.
        dry_run: print what would be sent and send nothing.
        live_sites: sites that may be tested although they are not in test mode.
        test: name of the one test to run; all of the groups by default.
        real_money: whether it was confirmed that payments on those move real money.
    """

    base_url: str | None = None
    sites: tuple[Site, ...] = ()
    driver: str = "auto"
    groups: tuple[str, ...] = SERVER_GROUPS
    waived: frozenset[str] = frozenset()
    bases: frozenset[Basis] | None = None
    decisions: bool = False
    hold_term: timedelta = HOLD_TERM
    effort: Effort = EFFORTS["normal"]
    seed: int = attrs.field(factory=lambda: secrets.randbelow(2**32))
    profile: str | None = None
    max_requests: int | None = None
    max_payments: int | None = None
    max_amount: Decimal | None = None
    workers: int | None = None
    receiver: str | None = None
    handler: str | None = None
    proxy: str | None = None
    ca: Path | None = None
    dry_run: bool = False
    live_sites: frozenset[str] = frozenset()
    real_money: bool = False
    test: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.handler is not None and not any(site.notification_key for site in self.sites):
            raise SettingsError("a handler is named but no key: give --notification-key, which it knows the sender by")
        if self.base_url is None and self.sites and self.handler is None:
            raise SettingsError("a site is named but no base URL: say which server to test, or name neither")
        if self.base_url is not None and not self.sites:
            raise SettingsError("a server is named but no site of it: give a site and its key")
        if self.live_sites and not self.real_money:
            raise SettingsError("--allow-live-site needs --yes-real-money beside it: payments there move real money")
        if self.real_money and not self.live_sites:
            raise SettingsError("--yes-real-money needs --allow-live-site ID beside it, which says where")
        for unknown in sorted(self.live_sites - {site.site_id for site in self.sites}):
            raise SettingsError(f"--allow-live-site names {unknown}, which no --site does")

    @property
    def gives_back(self) -> bool:
        """Whether a run gives back what it opened: wherever something is counted, or real."""
        return bool(self.profile or self.max_requests or self.max_amount or self.live_sites)

    @property
    def stories_first(self) -> bool:
        """Whether the limits may not suffice for everything, so that what tells most comes first."""
        return self.max_requests is not None or self.max_payments is not None

    @property
    def handler_alone(self) -> bool:
        """Whether there is no server in this run: a handler is tested, and nothing else."""
        return self.handler is not None and self.base_url is None

    @property
    def offered(self) -> tuple[str, ...]:
        """Groups that can be run with these settings."""
        return _offered(self.handler, self.base_url)

    @classmethod
    def from_texts(
        cls,
        *,
        base_url: str | None = None,
        site: Iterable[str] = (),
        key: str | None = None,
        notification_key: str | None = None,
        key_file: str | None = None,
        driver: str = "auto",
        only: str | None = None,
        waive: Iterable[str] = (),
        basis: str | None = None,
        decisions: bool = False,
        hold_term: str | None = None,
        profile: str | None = None,
        effort: str | None = None,
        max_requests: int | None = None,
        max_amount: str | None = None,
        workers: int | None = None,
        seed: int | None = None,
        receiver: str | None = None,
        handler: str | None = None,
        proxy: str | None = None,
        ca: str | None = None,
        dry_run: bool = False,
        allow_live_site: Iterable[str] = (),
        yes_real_money: bool = False,
        environment: Mapping[str, str] = os.environ,
    ) -> Self:
        """Read settings as a command line has them.

        Raises:
            SettingsError: an option is wrong or missing.
        """
        listed = [text for text in site if text]
        alone = handler is not None and base_url is None
        if base_url is not None or (listed and not alone) or key:
            key = key or _key_in(key_file) or environment.get(KEY_VARIABLE)
        kind = PROFILES[profile] if _one_of("profile", profile, PROFILES) and profile else None
        effort = effort or (kind.effort if kind else "normal")
        if effort not in EFFORTS:
            raise SettingsError(f"the effort is {', '.join(EFFORTS)}, not {effort!r}")
        if base_url is None and (key or key_file or (notification_key and not alone)):
            raise SettingsError("a key is given but no base URL: say which server to test, or give neither")
        return cls(
            base_url=base_url,
            sites=_site_of_handler(listed, notification_key) if alone else read_sites(listed, key, notification_key),
            driver=driver,
            groups=_groups(only, _offered(handler, base_url)),
            waived=_waived(waive),
            bases=_bases(basis),
            decisions=decisions,
            hold_term=_hold_term(hold_term),
            effort=EFFORTS[effort],
            seed=secrets.randbelow(2**32) if seed is None else seed,
            profile=profile,
            max_requests=_positive("--max-requests", max_requests),
            max_payments=kind.max_payments if kind else None,
            max_amount=_largest(_sum("--max-amount", max_amount), profile, kind),
            workers=_positive("--workers", workers),
            receiver=_address("--receiver", receiver),
            handler=_address("--handler", handler),
            proxy=_address("--proxy", proxy),
            ca=_file("--ca", ca),
            dry_run=dry_run,
            live_sites=frozenset(allow_live_site),
            real_money=yes_real_money,
        )


def read_sites(texts: Iterable[str], key: str | None = None, notification_key: str | None = None) -> tuple[Site, ...]:
    """Read sites from ``ID`` (with ``key`` beside it) or ``ID:KEY[:NOTIFICATION_KEY]``.

    Raises:
        SettingsError: a site has no id or no key, or is there twice.
    """
    sites: list[Site] = []
    for text in texts:
        site_id, *keys = text.split(":", 2)
        if not site_id:
            raise SettingsError("a site is ID or ID:KEY or ID:KEY:NOTIFICATION_KEY; one has no ID")
        if not _SITE_ID.fullmatch(site_id):
            raise SettingsError(f"the id of a site is letters, digits and ._~- without spaces, not {site_id!r}")
        own = keys[0] if keys and keys[0] else key
        if not own:
            raise SettingsError(f"the site {site_id} has no key: give --key, --key-file or {KEY_VARIABLE}")
        if not _KEY.fullmatch(own):
            raise SettingsError(f"the key of the site {site_id} has characters that no header carries, or white space")
        if any(site.site_id == site_id for site in sites):
            raise SettingsError(f"the site {site_id} is named twice")
        sites.append(Site(site_id, own, (keys[1] if len(keys) > 1 else None) or notification_key or None))
    return tuple(sites)


def _key_in(path: str | None) -> str | None:
    if path is None:
        return None
    try:
        text = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"the key file {path} cannot be read: {type(error).__name__}") from error
    if not text or "\n" in text:
        raise SettingsError(f"the key file {path} must hold the key alone")
    return text


def _offered(handler: str | None, base_url: str | None) -> tuple[str, ...]:
    if handler is None:
        return SERVER_GROUPS
    return GROUPS if base_url is not None else tuple(group for group in GROUPS if group not in SERVER_GROUPS)


def _site_of_handler(texts: Sequence[str], notification_key: str | None) -> tuple[Site, ...]:
    """The site that notifications for a handler name; the API is not called, so that it has no key for that."""
    if len(texts) > 1 or any(":" in text for text in texts):
        raise SettingsError("a handler alone is tested for one site, given as --site ID, and by --notification-key")
    (site,) = read_sites(texts or [_ANY_SITE], _NO_KEY, notification_key)
    return (attrs.evolve(site, key=""),)


def _groups(text: str | None, offered: tuple[str, ...]) -> tuple[str, ...]:
    if text is None:
        return offered
    asked = [word.strip() for word in text.split(",") if word.strip()]
    for word in asked:
        if word not in GROUPS:
            raise SettingsError(f"there is no group {word!r}; there are {', '.join(GROUPS)}")
    if not asked:
        raise SettingsError(f"no group is named; there are {', '.join(GROUPS)}")
    for word in asked:
        if word not in offered:
            needs = "--base-url beside --handler" if word in SERVER_GROUPS else "--handler URL"
            raise SettingsError(f"the group {word} needs {needs}")
    return tuple(group for group in GROUPS if group in asked)


def _waived(texts: Iterable[str]) -> frozenset[str]:
    words = frozenset(word.strip() for text in texts for word in text.split(",") if word.strip())
    known = {word for rule in catalogue().values() for word in (rule.code, rule.waiver)} if words else set()
    for word in sorted(words - known):
        near = difflib.get_close_matches(word, known, 1)
        raise SettingsError(f"there is no rule {word!r} to waive" + (f"; is {near[0]} meant?" if near else ""))
    return words


def _hold_term(text: str | None) -> timedelta:
    if text is None:
        return HOLD_TERM
    try:
        term = timedelta(hours=float(text))
    except (ValueError, OverflowError):
        term = timedelta()
    if not timedelta(seconds=1) <= term <= LONGEST_HOLD_TERM:
        raise SettingsError(f"the hold term is in hours, from one second to 5 days, such as 72 or 0.5; not {text!r}")
    return term


def _one_of(what: str, text: str | None, known: Iterable[str]) -> str | None:
    if text is not None and text not in known:
        raise SettingsError(f"there is no {what} {text!r}; there is {', '.join(known)}")
    return text


def _positive(option: str, number: int | None) -> int | None:
    if number is not None and number < 1:
        raise SettingsError(f"{option} is at least 1, not {number}")
    return number


def _sum(option: str, text: str | None) -> Decimal | None:
    if text is None:
        return None
    if not _SUM.fullmatch(text) or Decimal(text) == 0:
        raise SettingsError(f"{option} is a sum in major units such as 10 or 10.00, not {text!r}")
    return Decimal(text).quantize(KOPECK)


def _largest(asked: Decimal | None, profile: str | None, kind: Profile | None) -> Decimal | None:
    if kind is None or asked is None:
        return asked if kind is None else kind.max_amount
    if asked > kind.max_amount:
        raise SettingsError(f"--profile {profile} keeps within {kind.max_amount}; --max-amount {asked} is above that")
    return asked


def _address(option: str, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        right = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        right = False
    if not right:
        raise SettingsError(f"{option} is an http address, such as http://127.0.0.1:9000/notifications")
    return text


def _file(option: str, text: str | None) -> Path | None:
    if text is None:
        return None
    path = Path(text)
    if not path.is_file():
        raise SettingsError(f"{option}: there is no file {text}")
    return path


def _bases(text: str | None) -> frozenset[Basis] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise SettingsError(f"no basis is named; there are {', '.join(Basis)}")
    for word in words:
        if word not in set(Basis):
            raise SettingsError(f"there is no basis {word!r}; there are {', '.join(Basis)}")
    return frozenset(map(Basis, words))
