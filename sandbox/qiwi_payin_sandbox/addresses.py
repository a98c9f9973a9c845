"""Hosts, and web addresses that others give us."""

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

_LONGEST = 2048


def web_address(text: str | None) -> str | None:
    """Return `text` if a payer or a notification may be sent there, else None.

    Only absolute http and https addresses with a host pass. Refused are `javascript:` and the like, user names (they
    make an address look like another host's), and control characters, spaces and backslashes, which browsers read in
    their own ways.
    """
    if not text or len(text) > _LONGEST or any(char <= " " or char in "\\\x7f" for char in text):
        return None
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return None
    return text


def host_of(address: str) -> str:
    """Return host and port of a web address, as shown to the payer."""
    return urlsplit(address).netloc


@lru_cache(maxsize=64)
def is_loopback(host: str) -> bool:
    """Whether a host name or address, without port and brackets, is this machine's own."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
