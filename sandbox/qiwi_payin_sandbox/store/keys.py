"""API access keys as rows: their hashes, never the keys."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part, maybe_milliseconds, maybe_moment
from qiwi_payin_sandbox.times import from_milliseconds, milliseconds

_TABLE = tables.keys
_OF_SITE = _TABLE.c.site_id == bindparam("site_id")
_IS_IT = (_TABLE.c.site_id == bindparam("site_id")) & (_TABLE.c.key_id == bindparam("key_id"))
_LIST = select(_TABLE).where(_OF_SITE).order_by(_TABLE.c.number)
_CHANGE = update(_TABLE).where(_IS_IT)
_DELETE = delete(_TABLE).where(_IS_IT)
_DELETE_ALL = delete(_TABLE).where(_OF_SITE)
_SITES_OF = select(_TABLE.c.site_id).where(_TABLE.c.hash == bindparam("hash"), _TABLE.c.revoked_at.is_(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKey:
    """A key as it is stored.

    Attributes:
        key_id: What it is called by.
        number: Its place among the site's keys.
        hash: What it is looked up by.
        label: What its owner calls it.
        is_given: It was given when a sandbox was started or the site was made, not issued later.
        created_at: When.
        revoked_at: Since when it opens nothing.
    """

    key_id: str
    number: int
    hash: str = field(repr=False)
    label: str | None = None
    is_given: bool = False
    created_at: datetime
    revoked_at: datetime | None = None


class Keys(Part):
    """The keys of the site."""

    def stored_keys(self) -> list[StoredKey]:
        """Return the site's keys, oldest first, the revoked ones too."""
        return [
            StoredKey(
                key_id=row.key_id,
                number=row.number,
                hash=row.hash,
                label=row.label,
                is_given=bool(row.is_given),
                created_at=from_milliseconds(row.created_at),
                revoked_at=maybe_moment(row.revoked_at),
            )
            for row in self._session.all(_LIST, {"site_id": self._site_id})
        ]

    def add_key(self, key: StoredKey) -> None:
        """Store a new key."""
        self._session.add(
            _TABLE,
            {
                "site_id": self._site_id,
                "key_id": key.key_id,
                "number": key.number,
                "hash": key.hash,
                "label": key.label,
                "is_given": key.is_given,
                "created_at": milliseconds(key.created_at),
                "revoked_at": maybe_milliseconds(key.revoked_at),
            },
        )

    def revoke_key(self, key_id: str, at: datetime | None) -> None:
        """Store since when a key opens nothing; None: it does again."""
        key = {"site_id": self._site_id, "key_id": key_id}
        self._session.change(_CHANGE, key, {"revoked_at": maybe_milliseconds(at)})

    def drop_key(self, key_id: str) -> None:
        """Forget a key."""
        self._session.run(_DELETE, {"site_id": self._site_id, "key_id": key_id})

    def drop_keys(self) -> None:
        """Forget all keys of the site."""
        self._session.run(_DELETE_ALL, {"site_id": self._site_id})

    def sites_of_key(self, key_hash: str) -> list[str]:
        """Return the ids of all sites that a key opens."""
        return [row.site_id for row in self._session.all(_SITES_OF, {"hash": key_hash})]
