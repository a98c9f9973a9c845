"""What a sandbox is started with: checked, and completed where something was left out."""

import re
import secrets
from pathlib import Path

from qiwi_payin_sandbox.addresses import is_loopback
from qiwi_payin_sandbox.ids import secret_in_file, secret_of_seed
from qiwi_payin_sandbox.sites.site import KEY
from qiwi_payin_sandbox.store import Store, StoreError

_PUBLIC_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/%-]*)?", re.ASCII
)


def secret_of(store: Store, seed: int | str | None, secret_file: Path | None, host: str) -> bytes:
    """Return the secret that ids, keys and signatures are derived from: one that nobody knows where others may call.

    Raises:
        StoreError: The file that holds it cannot be used.
    """
    if seed is not None:
        return secret_of_seed(seed)
    if secret_file is None and store.path is not None:
        secret_file = store.path.with_name(f"{store.path.name}.secret")
    if secret_file is not None:
        try:
            return secret_in_file(secret_file)
        except (OSError, ValueError) as error:
            raise StoreError(f"the secret in {secret_file} cannot be used: {error}") from error
    return secret_of_seed(0) if is_loopback(host) else secrets.token_bytes(32)


def checked_public_url(url: str | None) -> str | None:
    """Return a public URL without its last slash.

    Raises:
        ValueError: It is no https URL, or http where the host is loopback, of a host, maybe a port and maybe a path.
    """
    if url is None:
        return None
    match = _PUBLIC_URL.fullmatch(url)
    if match is None or not (match["scheme"] == "https" or is_loopback(match["host"].strip("[]").lower())):
        raise ValueError("a public URL is https://HOST[:PORT][/PATH], or the same with http on this machine")
    return url.rstrip("/")


def checked_control_key(key: str | None, host: str) -> str | None:
    """Return the control key; one is made where there is none and others than this machine may call.

    Raises:
        ValueError: It is empty, or has white space or control characters.
    """
    if key is None:
        return None if is_loopback(host) else secrets.token_hex(32)
    if not KEY.fullmatch(key):
        raise ValueError("a control key is not empty and has no white space or control characters")
    return key
