"""Sites of the server under test, with their keys."""

import attrs

__all__ = ["Site"]


@attrs.define(frozen=True)
class Site:
    """A merchant's site.

    Attributes:
        site_id: id in the path.
        key: API access key, bearer token; never shown. Empty where nothing is sent to the API.
        notification_key: key that signs notifications, where it is known; never shown.
    """

    site_id: str
    key: str = attrs.field(repr=False)
    notification_key: str | None = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        return self.site_id
