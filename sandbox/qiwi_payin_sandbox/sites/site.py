"""A partner's site, as support has set it up."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from qiwi_payin_sandbox.addresses import web_address
from qiwi_payin_sandbox.domain.bank.mode import LARGEST
from qiwi_payin_sandbox.domain.payments import HoldPolicy

_SHORTEST_TERM = timedelta(seconds=1)
_LONGEST_TERM = timedelta(days=5)
_LONGEST_URL = 256
_SITE_ID = re.compile(r"(?!\.)[A-Za-z0-9._~-]{1,200}", re.ASCII)
KEY = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]+")
"""What a key can be: something that a header carries."""
_PUBLIC_KEY = re.compile(r"[\x21-\x7e]{1,200}", re.ASCII)
_THEME = re.compile(r"[A-Za-z0-9-]{1,255}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_METHOD = re.compile(r"[A-Z][A-Z0-9_]{0,63}", re.ASCII)


class SettingError(ValueError):
    """A setting of a site breaks its rule.

    Attributes:
        name: The setting's field of `Site`.
        rule: The rule, which shows nothing of the value.
    """

    def __init__(self, name: str, rule: str) -> None:
        super().__init__(f"{name}: {rule}")
        self.name = name
        self.rule = rule


@dataclass(frozen=True, slots=True, kw_only=True)
class _SiteSettings:
    keys: tuple[str, ...] = field(default=(), repr=False)
    public_key: str | None = None
    notification_url: str | None = None
    success_url: str | None = None
    theme: str | None = None
    test: bool = True
    test_limits: bool = False
    currencies: tuple[str, ...] = ("RUB",)
    form_methods: tuple[str, ...] = ()
    hold_term: timedelta = timedelta(hours=72)
    cancels_holds: bool = False
    payment_tokens: bool = True
    shares_tokens_with: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site(_SiteSettings):
    """A site and its settings.

    Args:
        site_id: 1 to 200 letters, digits and `._~-`, not starting with a dot.
        key: The API access key, without white space and control characters; made by the sandbox where it is None.
            One key may serve several sites.
        notification_key: The key that notifications are signed with; made by the sandbox where it is None.
        keys: Further API access keys.
        public_key: What the form's link `/create?publicKey=...` and the popup name the site by, 1 to 200 ASCII
            characters without spaces; made by the sandbox where it is None.
        notification_url: Where notifications go that no operation names a URL for.
        success_url: Where the form leads the payer after success, unless the link names another place.
        theme: Code of the form's theme, unless the invoice names another.
        test: The site is in test mode: `TEST` is in the flags of its answers.
        test_limits: Keep the limits of the test mode too: 10 roubles a payment, 100 payments a Moscow day.
        currencies: ISO 4217 codes that the site takes.
        form_methods: Payment methods that support has enabled on the form besides the card, such as `SBP`.
        hold_term: How long held money waits for its capture, 1 second to 5 days, in whole seconds.
        cancels_holds: Reverse a hold at the end of its term rather than capture it.
        payment_tokens: Support has enabled payment tokens.
        shares_tokens_with: Ids of other sites whose payment tokens are accepted here too.

    Raises:
        SettingError: A setting breaks its rule; it is a `ValueError`.
    """

    site_id: str = "test-00"
    key: str | None = field(default=None, repr=False)
    notification_key: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not _SITE_ID.fullmatch(self.site_id):
            raise SettingError("site_id", "a site id is 1 to 200 letters, digits and ._~- and starts with no dot")
        self._check_keys()
        for name, url in (("notification_url", self.notification_url), ("success_url", self.success_url)):
            if url is not None and (len(url) > _LONGEST_URL or web_address(url) is None):
                raise SettingError(name, f"an http or https URL with a host, of at most {_LONGEST_URL} characters")
        if not _SHORTEST_TERM <= self.hold_term <= _LONGEST_TERM:
            raise SettingError("hold_term", "a hold waits 1 second to 5 days for its capture")
        if self.hold_term % _SHORTEST_TERM:
            raise SettingError("hold_term", "a hold waits a whole number of seconds for its capture")
        if not self.currencies:
            raise SettingError("currencies", "a site takes one currency at least")
        _demand(_THEME, self.theme, "theme", "1 to 255 letters, digits and hyphens")
        _demand_each(_CURRENCY, self.currencies, "currencies", "ISO 4217 codes such as RUB")
        _demand_each(_METHOD, self.form_methods, "form_methods", "names of methods such as SBP")
        _demand_each(_SITE_ID, self.shares_tokens_with, "shares_tokens_with", "ids of sites")

    def _check_keys(self) -> None:
        rule = "a key is not empty and has no white space or control characters"
        _demand(KEY, self.key, "key", rule)
        _demand_each(KEY, self.keys, "keys", rule)
        if self.notification_key == "":
            raise SettingError("notification_key", "the key is empty")
        _demand(_PUBLIC_KEY, self.public_key, "public_key", "1 to 200 ASCII characters without spaces")

    def takes(self, currency: str) -> bool:
        """Whether the site takes a currency: one that is set, and with the limits of the test mode only theirs."""
        return currency == LARGEST.currency if self.test_limits else currency in self.currencies

    @property
    def hold_policy(self) -> HoldPolicy:
        """What becomes of holds."""
        return HoldPolicy(self.hold_term, self.cancels_holds)


def _demand(pattern: re.Pattern[str], text: str | None, name: str, rule: str) -> None:
    if text is not None and not pattern.fullmatch(text):
        raise SettingError(name, rule)


def _demand_each(pattern: re.Pattern[str], texts: Iterable[str], name: str, rule: str) -> None:
    if isinstance(texts, str):
        raise SettingError(name, f"several texts, not one: {rule}")
    for text in texts:
        _demand(pattern, text, name, rule)
