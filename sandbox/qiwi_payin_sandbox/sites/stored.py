"""Sites written into the store and read from it."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from qiwi_payin_sandbox import wire
from qiwi_payin_sandbox.clocks.clock import ClockState
from qiwi_payin_sandbox.domain.errors import NotFoundError
from qiwi_payin_sandbox.faults.standing import Standing
from qiwi_payin_sandbox.ids import Ids
from qiwi_payin_sandbox.sites.directory import Entry, hash_of_key
from qiwi_payin_sandbox.sites.settings import settings_of, with_settings
from qiwi_payin_sandbox.sites.site import SettingError, Site
from qiwi_payin_sandbox.store.database import Store
from qiwi_payin_sandbox.store.keys import StoredKey
from qiwi_payin_sandbox.store.unit import Unit
from qiwi_payin_sandbox.times import milliseconds

_log = logging.getLogger("qiwi_payin_sandbox")


class StoredSites:
    """The sites of a store.

    Args:
        store: The store.
        ids: Knows the keys that were made because none were given.
    """

    def __init__(self, store: Store, ids: Ids) -> None:
        self._store = store
        self._ids = ids
        self._keys: dict[str, str] = {}
        self._of_another_secret: set[str] = set()

    def learn(self, site: Site) -> None:
        """Remember the keys of a site that was given with them: the store has their hashes only."""
        for key in keys_of(site):
            self._keys[hash_of_key(key)] = key

    def revisions(self) -> Mapping[str, int]:
        """Return the revisions of all sites by id, in the order in which the sites came into being."""
        with self._store.reading() as session:
            return Unit(session, "").revisions()

    def entry(self, site_id: str) -> Entry | None:
        """Return the site as it is stored."""
        with self._store.reading() as session:
            return self.entry_in(Unit(session, site_id), site_id)

    def entry_in(self, unit: Unit, site_id: str) -> Entry | None:
        """Return the site as a transaction sees it."""
        row = unit.settings()
        if row is None or row.settings is None:
            return None
        hashes = [key.hash for key in unit.stored_keys() if key.revoked_at is None]
        made = made_key(self._ids, site_id)
        known = {**self._keys, hash_of_key(made): made}
        keys = [known[key_hash] for key_hash in hashes if key_hash in known]
        site = replace(
            with_settings(Site(site_id), wire.loads(row.settings.encode())),
            notification_key=self._notification_key(site_id, row.notification_key),
            key=keys[0] if keys else None,
            keys=tuple(keys[1:]),
        )
        faults = Standing.of(unit.faults(), is_holding=bool(unit.held_notifications()))
        return Entry(site, row.revision, frozenset(hashes), faults)

    def _notification_key(self, site_id: str, concealed: str | None) -> str:
        key = self._ids.reveal(concealed or "", *_notification_key_of(site_id))
        if key is not None:
            return key
        if concealed and site_id not in self._of_another_secret:
            self._of_another_secret.add(site_id)
            _log.warning(
                "the site %s was stored under another secret or seed: its notification key is another one now, and "
                "requests that it took before are not known again",
                site_id,
            )
        return made_notification_key(self._ids, site_id)

    def sites_of_key(self, key_hash: str) -> Iterable[str]:
        """Return the ids of the sites that a key opens."""
        with self._store.reading() as session:
            return Unit(session, "").sites_of_key(key_hash)

    def site_of_public_key(self, public_key: str) -> str | None:
        """Return the id of the site that a public key names."""
        with self._store.reading() as session:
            return Unit(session, "").site_of_public_key(public_key)


def completed(site: Site, ids: Ids, *, with_key: bool) -> Site:
    """Return the site with made keys where none are given, with an API access key only where that is asked for."""
    return replace(
        site,
        key=site.key or (made_key(ids, site.site_id) if with_key else None),
        notification_key=site.notification_key or made_notification_key(ids, site.site_id),
        public_key=site.public_key or ids.hex(32, "public key", site.site_id),
    )


def made_key(ids: Ids, site_id: str) -> str:
    """Return the key of a site that is given without one."""
    return ids.hex(32, "key", site_id)


def made_notification_key(ids: Ids, site_id: str) -> str:
    """Return the notification key of a site that is given without one."""
    return ids.hex(32, *_notification_key_of(site_id))


def _notification_key_of(site_id: str) -> tuple[str, str]:
    return "notification key", site_id


def keys_of(site: Site) -> tuple[str, ...]:
    """Return the keys that a site is given with."""
    return tuple(dict.fromkeys(key for key in (site.key, *site.keys) if key is not None))


def establish(unit: Unit, site: Site, first: ClockState, now: datetime, ids: Ids) -> None:
    """Store a site as it is given, keys included; keys that were issued stay, the clock of an older one goes on.

    Raises:
        SettingError: The public key names another site.
    """
    if unit.clock(lock=True) is None:
        unit.add_clock(first, unit.next_site_number())
    save_settings(unit, site, ids)
    if _set_given_keys(unit, site, now, ids):
        unit.touch_site()


def save_settings(unit: Unit, site: Site, ids: Ids) -> None:
    """Store the settings of a site where they are others than those stored.

    Raises:
        SettingError: The public key names another site.
    """
    stored = unit.settings()
    text = wire.dumps(settings_of(site))
    notification_key = ids.conceal(site.notification_key or "", *_notification_key_of(site.site_id))
    if stored is not None and (stored.settings, stored.notification_key) == (text, notification_key):
        return
    if site.public_key is not None and unit.site_of_public_key(site.public_key) not in {None, site.site_id}:
        raise SettingError("public_key", "another site has this public key")
    unit.save_settings(text, site.public_key, notification_key)


def _set_given_keys(unit: Unit, site: Site, now: datetime, ids: Ids) -> bool:
    wanted = {hash_of_key(key): key for key in keys_of(site)}
    stored = unit.stored_keys()
    changed = False
    for key in stored:
        if key.hash in wanted:
            del wanted[key.hash]
            if key.revoked_at is not None:
                unit.revoke_key(key.key_id, None)
                changed = True
        elif key.is_given:
            unit.drop_key(key.key_id)
            changed = True
    next_number = max((key.number for key in stored), default=0) + 1
    for number, key_hash in enumerate(wanted, start=next_number):
        unit.add_key(_stored_key(ids, site.site_id, number, key_hash, now, label=None, is_given=True))
        changed = True
    return changed


def issue_key(unit: Unit, site_id: str, label: str | None, now: datetime, ids: Ids) -> tuple[StoredKey, str]:
    """Make a further key of a site, and return it as it is stored and as it is shown once."""
    number = max((key.number for key in unit.stored_keys()), default=0) + 1
    key = ids.hex(32, "issued key", site_id, str(number), str(milliseconds(now)))
    stored = _stored_key(ids, site_id, number, hash_of_key(key), now, label=label, is_given=False)
    unit.add_key(stored)
    unit.touch_site()
    return stored, key


def revoke_key(unit: Unit, key_id: str, now: datetime) -> None:
    """Let a key open nothing from now on; once is as good as twice.

    Raises:
        NotFoundError: The site has no such key.
    """
    key = next((key for key in unit.stored_keys() if key.key_id == key_id), None)
    if key is None:
        raise NotFoundError("key")
    if key.revoked_at is None:
        unit.revoke_key(key_id, now)
        unit.touch_site()


def _stored_key(
    ids: Ids, site_id: str, number: int, key_hash: str, now: datetime, *, label: str | None, is_given: bool
) -> StoredKey:
    return StoredKey(
        key_id=ids.hex(12, "key id", site_id, key_hash),
        number=number,
        hash=key_hash,
        label=label,
        is_given=is_given,
        created_at=now,
    )
