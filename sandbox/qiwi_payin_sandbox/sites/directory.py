"""The sites of a sandbox, as the store has them; what was read is kept for as long as its revision stands there."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from qiwi_payin_sandbox.faults.standing import Standing
from qiwi_payin_sandbox.sites.site import Site

_LOOKS_A_SECOND = 50
_MOST_LOOKS_AT_ONCE = 100


class SiteChangedError(Exception):
    """The site's settings or keys are others than those that the work was admitted by, or the site is gone."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A site as the store has it.

    Attributes:
        site: Its settings; of its keys those that are known here, for the store has their hashes only.
        revision: Changes with the settings, the keys and the faults of the site, and never comes back.
        key_hashes: The hashes of the keys that open it.
        faults: What may go wrong on it because that was asked for.
    """

    site: Site
    revision: int
    key_hashes: frozenset[str] = field(repr=False)
    faults: Standing = field(default_factory=Standing)


class Source(Protocol):
    """Where entries come from, other processes' changes included."""

    def revisions(self) -> Mapping[str, int]:
        """Return the revisions of all sites by id, in the order in which the sites came into being."""

    def entry(self, site_id: str) -> Entry | None:
        """Return the site as it is stored."""

    def sites_of_key(self, key_hash: str) -> Iterable[str]:
        """Return the ids of the sites that a key opens."""

    def site_of_public_key(self, public_key: str) -> str | None:
        """Return the id of the site that a public key names."""


class Sites(Mapping[str, Site]):
    """The sites by id, in the order in which they came into being.

    As a mapping it holds the sites that this process has heard of. `find`, `of_key` and `of_public_key` also look for
    what another process may have made meanwhile: a few times a second at most, so that wrong keys by the thousand cost
    little.

    Args:
        source: The store.
        is_shared: Whether other processes may change the store.
        monotonic: Seconds that only grow.
    """

    def __init__(self, source: Source, *, is_shared: bool, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._source = source
        self._looks = _Looks(monotonic) if is_shared else None
        self._lock = threading.Lock()
        self._entries: dict[str, Entry] = {}
        self._by_key: dict[str, frozenset[str]] = {}
        self._by_public_key: dict[str, str] = {}

    def __getitem__(self, site_id: str) -> Site:
        return self._entries[site_id].site

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return f"Sites({list(self._entries)})"

    # looking up

    def entry(self, site_id: str) -> Entry | None:
        """Return a site as it was read last."""
        return self._entries.get(site_id)

    def find(self, site_id: str) -> Entry | None:
        """Return a site as it was read last; look for one that is not known."""
        entry = self._entries.get(site_id)
        if entry is None and self._may_look():
            entry = self.load(site_id)
        return entry

    def of_key(self, key_hash: str, site_id: str | None = None) -> frozenset[str]:
        """Return the ids of the sites that a key opens, none for a wrong key.

        Args:
            key_hash: What `hash_of_key` makes of the key.
            site_id: The site that the key is wanted for: the store is asked where it is not among those known.
        """
        found = self._by_key.get(key_hash, frozenset())
        if (not found or (site_id is not None and site_id not in found)) and self._may_look():
            for each in self._source.sites_of_key(key_hash):
                self.load(each)
            found = self._by_key.get(key_hash, frozenset())
        return found

    def of_public_key(self, public_key: str) -> Site | None:
        """Return the site that a public key names."""
        site_id = self._by_public_key.get(public_key)
        if site_id is None and self._may_look():
            site_id = self._source.site_of_public_key(public_key)
        entry = None if site_id is None else self.find(site_id)
        return entry.site if entry is not None and entry.site.public_key == public_key else None

    def _may_look(self) -> bool:
        return self._looks is not None and self._looks.take()

    # keeping

    def load(self, site_id: str) -> Entry | None:
        """Read a site anew from the store."""
        entry = self._source.entry(site_id)
        if entry is None:
            self.forget(site_id)
        else:
            self.keep(entry)
        return entry

    def refresh(self) -> None:
        """Read anew what has changed, learn of new sites and forget those that are gone."""
        revisions = self._source.revisions()
        for site_id, revision in revisions.items():
            entry = self._entries.get(site_id)
            if entry is None or entry.revision != revision:
                self.load(site_id)
        for site_id in self:
            if site_id not in revisions:
                self.forget(site_id)

    def keep(self, entry: Entry) -> None:
        """Take a site as it was read."""
        with self._lock:
            self._replace(entry.site.site_id, entry)

    def forget(self, site_id: str) -> None:
        """Know a site no more."""
        with self._lock:
            self._replace(site_id, None)

    def _replace(self, site_id: str, entry: Entry | None) -> None:
        # readers take no lock: each dictionary always answers for a whole entry
        before = self._entries.get(site_id)
        now = entry.key_hashes if entry is not None else frozenset()
        if entry is not None:
            self._entries[site_id] = entry
            self._by_public_key[entry.site.public_key or ""] = site_id
        else:
            self._entries.pop(site_id, None)
        for key_hash in now:
            self._by_key[key_hash] = self._by_key.get(key_hash, frozenset()) | {site_id}
        if before is None:
            return
        for key_hash in before.key_hashes - now:
            left = self._by_key.get(key_hash, frozenset()) - {site_id}
            if left:
                self._by_key[key_hash] = left
            else:
                self._by_key.pop(key_hash, None)
        old = before.site.public_key or ""
        if (entry is None or entry.site.public_key != old) and self._by_public_key.get(old) == site_id:
            del self._by_public_key[old]


class _Looks:
    """Gives out looks into the store, so many a second."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._left = float(_MOST_LOOKS_AT_ONCE)
        self._at = monotonic()

    def take(self) -> bool:
        """Take one, if one is left."""
        with self._lock:
            now = self._monotonic()
            self._left = min(_MOST_LOOKS_AT_ONCE, self._left + (now - self._at) * _LOOKS_A_SECOND)
            self._at = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


def hash_of_key(key: str | bytes) -> str:
    """Return what a key is stored and looked up by; the time that takes tells nothing about other keys."""
    return hashlib.sha256(key.encode() if isinstance(key, str) else key).hexdigest()
