"""Web addresses that the payer is sent to: `successUrl` and `TermUrl`."""

from __future__ import annotations

from urllib.parse import urlsplit

from qiwi_payin_sandbox.addresses import web_address

__all__ = ["host_of", "web_address"]


def host_of(address: str) -> str:
    """Return host and port of a web address, as shown to the payer."""
    return urlsplit(address).netloc
