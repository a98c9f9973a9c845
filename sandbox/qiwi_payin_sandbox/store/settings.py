"""Settings of sites as rows."""

import secrets
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update

from qiwi_payin_sandbox.store import tables
from qiwi_payin_sandbox.store.part import Part

_TABLE = tables.sites
_IS_IT = _TABLE.c.site_id == bindparam("site_id")
_FIND = select(_TABLE.c.revision, _TABLE.c.settings, _TABLE.c.notification_key).where(_IS_IT)
_CHANGE = update(_TABLE).where(_IS_IT)
_DELETE = delete(_TABLE).where(_IS_IT)
_LAST = select(func.coalesce(func.max(_TABLE.c.number), 0).label("last"))
_REVISIONS = select(_TABLE.c.site_id, _TABLE.c.revision).order_by(_TABLE.c.number, _TABLE.c.site_id)
_OF_PUBLIC_KEY = select(_TABLE.c.site_id).where(_TABLE.c.public_key == bindparam("public_key"))


class SettingsRow(NamedTuple):
    """The settings of a site, as text: `settings` is a JSON object, the notification key is concealed."""

    revision: int
    settings: str | None
    notification_key: str | None


class Settings(Part):
    """The settings of the site, and what tells that they have changed."""

    def settings(self, *, lock: bool = False) -> SettingsRow | None:
        """Return the settings of the site, None where there is no such site."""
        row = self._session.one(_FIND, {"site_id": self._site_id}, lock=lock)
        return None if row is None else SettingsRow(row.revision, row.settings, row.notification_key)

    def save_settings(self, settings: str, public_key: str | None, notification_key: str | None) -> None:
        """Store the settings of the site."""
        changed = {"settings": settings, "public_key": public_key, "notification_key": notification_key}
        self._change({**changed, "revision": _fresh_revision()})

    def touch_site(self) -> None:
        """Tell that the keys or the faults of the site have changed: give it another revision."""
        self._change({"revision": _fresh_revision()})

    def next_site_number(self) -> int:
        """Return a new site's place in the order of sites."""
        row = self._session.one(_LAST, {})
        return 1 if row is None else int(row.last) + 1

    def delete_site(self) -> None:
        """Remove the site's own row."""
        self._session.run(_DELETE, {"site_id": self._site_id})

    # of all sites

    def revisions(self) -> dict[str, int]:
        """Return the revisions of all sites, in the order in which the sites came into being."""
        return {row.site_id: row.revision for row in self._session.all(_REVISIONS, {})}

    def site_of_public_key(self, public_key: str) -> str | None:
        """Return the id of the site that a public key names."""
        row = self._session.one(_OF_PUBLIC_KEY, {"public_key": public_key})
        return None if row is None else str(row.site_id)

    def _change(self, values: dict[str, Any]) -> None:
        self._session.change(_CHANGE, {"site_id": self._site_id}, values)


def _fresh_revision() -> int:
    # not the next number: one that a transaction has made and taken back must never mean other settings
    return secrets.randbits(62)
