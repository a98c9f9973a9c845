"""A partner's site, as support has set it up."""

import re
from dataclasses import dataclass, field
from datetime import timedelta

from qiwi_payin_sandbox.domain.payments import HoldPolicy

_SHORTEST_TERM = timedelta(seconds=1)
_LONGEST_TERM = timedelta(days=5)
_SITE_ID = re.compile(r"(?!\.)[A-Za-z0-9._~-]{1,200}", re.ASCII)

_KEY = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _SiteSettings:
    notification_url: str | None = None
    success_url: str | None = None
    test: bool = True
    test_limits: bool = False
    currencies: tuple[str, ...] = ("RUB",)
    form_methods: tuple[str, ...] = ()
    hold_term: timedelta = timedelta(hours=72)
    cancels_holds: bool = False


@dataclass(frozen=True, slots=True)
class Site(_SiteSettings):
    """A site and its settings. They are given at each start and are not stored.

    Args:
        site_id: 1 to 200 letters, digits and `._~-`, not starting with a dot.
        key: The API access key, without white space and control characters; made by the sandbox where it is None.
            One key may serve several sites.
        notification_key: The key that notifications are signed with; made by the sandbox where it is None.
        notification_url: Where notifications go that no operation names a URL for.
        success_url: Where the form leads the payer after success, unless the link names another place.
        test: The site is in test mode: `TEST` is in the flags of its answers.
        test_limits: Keep the limits of the test mode too: 10 roubles a payment, 100 payments a Moscow day.
        currencies: ISO 4217 codes that the site takes.
        form_methods: Payment methods that support has enabled on the form besides the card, such as `SBP`.
        hold_term: How long held money waits for its capture, 1 second to 5 days.
        cancels_holds: Reverse a hold at the end of its term rather than capture it.

    Raises:
        ValueError: A setting is outside its rule.
    """

    site_id: str = "test-00"
    key: str | None = field(default=None, repr=False)
    notification_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not _SITE_ID.fullmatch(self.site_id):
            raise ValueError("a site id is 1 to 200 letters, digits and ._~- and starts with no dot")
        if self.key == "" or self.notification_key == "":
            raise ValueError(f"a key of the site {self.site_id} is empty")
        if self.key is not None and not _KEY.fullmatch(self.key):
            raise ValueError(f"the key of the site {self.site_id} has white space or control characters")
        if not _SHORTEST_TERM <= self.hold_term <= _LONGEST_TERM:
            raise ValueError("a hold waits 1 second to 5 days for its capture")
        if not self.currencies:
            raise ValueError(f"the site {self.site_id} takes no currency")

    @property
    def hold_policy(self) -> HoldPolicy:
        """What becomes of holds."""
        return HoldPolicy(self.hold_term, self.cancels_holds)
