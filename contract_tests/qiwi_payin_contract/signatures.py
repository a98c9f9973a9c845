"""Which mistake a wrong signature was made with, where that can be told."""

import base64
import hashlib
import hmac
import itertools
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal, InvalidOperation

from qiwi_payin_contract.description import description
from qiwi_payin_contract.drivers import SentNotification
from qiwi_payin_contract.notifications import value_text
from qiwi_payin_contract.sites import Site

__all__ = ["mistake"]

_Digest = Callable[[bytes, bytes], bytes]
_DIGESTS: tuple[tuple[str, _Digest], ...] = (
    ("", lambda key, text: hmac.digest(key, text, hashlib.sha256)),
    ("by HMAC-SHA1", lambda key, text: hmac.digest(key, text, hashlib.sha1)),
    ("by HMAC-SHA512", lambda key, text: hmac.digest(key, text, hashlib.sha512)),
    ("by HMAC-MD5", lambda key, text: hmac.digest(key, text, hashlib.md5)),
    ("by SHA-256 without a key", lambda _, text: hashlib.sha256(text).digest()),
    ("by SHA-256 of key and text", lambda key, text: hashlib.sha256(key + text).digest()),
    ("by SHA-256 of text and key", lambda key, text: hashlib.sha256(text + key).digest()),
)
_SEPARATORS = {
    "": "nothing",
    ",": "a comma",
    ":": "a colon",
    ";": "a semicolon",
    "&": "an ampersand",
    "\n": "line ends",
}


def mistake(sent: SentNotification, site: Site, others: Iterable[Site] = ()) -> str | None:
    """Tell how a signature was made that is not the right one; None where no likely mistake makes it.

    Args:
        sent: the notification.
        site: whose it is.
        others: further sites of the same partner, whose keys may have been taken by mistake.
    """
    if not sent.signature.strip():
        return "there is none"
    keys = [(site.notification_key or "", ""), (site.key, "with the API access key in place of the notification key")]
    for other in others:
        if other.site_id != site.site_id:
            keys.append((other.notification_key or "", f"with the notification key of the site {other.site_id}"))
            keys.append((other.key, f"with the API access key of the site {other.site_id}"))
    for text, over in _texts(sent):
        for key, by in keys:
            for how, digest in _DIGESTS:
                form = _form(sent.signature, digest(key.encode(), text.encode()))
                if key and form is not None:
                    said = [each for each in (by, over, how, form) if each]
                    return f"it was made {', '.join(said)}" if said else None
    return None


def _form(signature: str, digest: bytes) -> str | None:
    """How a digest is written; empty as it should be, None where it is another digest."""
    written = signature.strip()
    forms = {
        digest.hex(): "",
        digest.hex().upper(): "in upper-case digits",
        base64.b64encode(digest).decode(): "in Base64",
        base64.urlsafe_b64encode(digest).decode(): "in Base64",
        base64.b64encode(digest.hex().encode()).decode(): "in Base64 of the hexadecimal digits",
    }
    if written in forms:
        return forms[written] if signature == written else "with white space around it"
    return "with other text before the digits" if written.lower().endswith(digest.hex()) else None


def _texts(sent: SentNotification) -> Iterator[tuple[str, str]]:
    """Texts that may have been signed, the right one first, each with what is wrong with it."""
    node = description().document["webhooks"][sent.type]["post"]["x-signature"]
    places: list[str] = node["fields"]
    separator: str = node["separator"]
    values = [value_text(sent, place) for place in places]
    yield separator.join(values), ""
    *front, amount = values
    for form in _forms(amount):
        yield separator.join([*front, form]), f"over the sum written {form!r} where the body has {amount!r}"
    for order in itertools.permutations(range(len(places))):
        names = ", ".join(places[index] for index in order)
        yield separator.join(values[index] for index in order), f"over the values in the order {names}"
    for another, name in _SEPARATORS.items():
        yield another.join(values), f"over the values joined by {name}"
    yield separator.join(values) + "\n", "over the text with a line end"
    yield sent.body, "over the whole body"
    about = sent.type.lower()
    for extra in (
        "status.value",
        "amount.currency",
        "billId",
        "merchantSiteUid",
        "paymentId",
        "status.changedDateTime",
    ):
        value = value_text(sent, f"{about}.{extra}")
        for index, place in enumerate(places):
            yield (
                separator.join([*values[:index], value, *values[index + 1 :]]),
                f"over {about}.{extra} in place of {place}",
            )
        yield separator.join([*values, value]), f"over {about}.{extra} besides"
    for index, place in enumerate(places):
        yield separator.join([*values[:index], *values[index + 1 :]]), f"without {place}"


def _forms(amount: str) -> Iterator[str]:
    try:
        value = Decimal(amount)
    except InvalidOperation:
        return
    tried = {
        f"{value:.2f}",
        f"{value.normalize():f}",
        f"{value:.1f}",
        f"{value:.3f}",
        f"{value * 100:.0f}",
        f"{value:.0f}",
        f'"{value:.2f}"',
        f"{value:.2f}".replace(".", ","),
    }
    yield from sorted(tried - {amount})
