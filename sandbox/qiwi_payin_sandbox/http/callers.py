"""Who sends a request, and which sites they may work on."""

import hmac
from dataclasses import dataclass

from qiwi_payin_sandbox.http.errors import ForbiddenError, UnauthorizedError
from qiwi_payin_sandbox.http.message import Request
from qiwi_payin_sandbox.sites.directory import Sites, hash_of_key


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever sends a request.

    Attributes:
        site_ids: The sites that they may work on; None: all, and which sites there are is theirs to say too.
    """

    site_ids: frozenset[str] | None = None

    def may_see(self, site_id: str) -> bool:
        """Whether they may work on a site."""
        return self.site_ids is None or site_id in self.site_ids


class Doorkeeper:
    """Tells callers by their keys. API access keys open their sites, the control key all control operations.

    Args:
        sites: The sites.
        control_key: The control key; None: there is none.
    """

    def __init__(self, sites: Sites, control_key: str | None) -> None:
        self._sites = sites
        self._control_key_hash = None if control_key is None else hash_of_key(control_key)

    def admit(self, request: Request, site_id: str | None, *, is_control: bool, takes_site_keys: bool = True) -> Caller:
        """Return who sends a request.

        Args:
            request: The request.
            site_id: The site that it names.
            is_control: It is for a control operation: callers on this machine need no key.
            takes_site_keys: A key of the site is enough.

        Raises:
            UnauthorizedError: There is no key that opens anything.
            ForbiddenError: The key is not for this site, or opens less than this operation.
        """
        authorization = request.headers.get("authorization")
        if authorization is None and is_control and request.is_local:
            return Caller()
        scheme, _, key = (authorization or "").partition(" ")
        if scheme.lower() != "bearer":
            raise UnauthorizedError("There is no header Authorization: Bearer KEY")
        key_hash = hash_of_key(key.strip(" ").encode("latin-1", errors="replace"))
        if is_control and self._control_key_hash is not None and hmac.compare_digest(key_hash, self._control_key_hash):
            return Caller()
        site_ids = self._sites.of_key(key_hash, site_id)
        if not site_ids:
            raise UnauthorizedError("The key is not known")
        if not takes_site_keys or (site_id is not None and site_id not in site_ids):
            raise ForbiddenError
        return Caller(site_ids)
