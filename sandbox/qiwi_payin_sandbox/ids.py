"""Ids, keys and signatures that nobody can guess, derived from one secret and from what they belong to.

The same secret gives the same ids whatever the order of requests, in every process that shares it, and after a restart.
The secret is never stored in the database.
"""

import base64
import binascii
import contextlib
import hmac
import os
import secrets
from pathlib import Path
from uuid import UUID

_SIGNATURE_BYTES = 16


class Ids:
    """Derives names from `secret` by HMAC-SHA256."""

    def __init__(self, secret: bytes) -> None:
        self._keyed = hmac.new(secret, digestmod="sha256")

    def __repr__(self) -> str:
        return "Ids(...)"

    def uuid(self, *parts: str) -> str:
        """Return a version 4 shaped UUID for these parts."""
        return str(UUID(bytes=self.digest(*parts)[:16], version=4))

    def hex(self, length: int, *parts: str) -> str:
        """Return `length` (up to 64) hexadecimal digits."""
        return self.digest(*parts).hex()[:length]

    def digits(self, length: int, *parts: str) -> str:
        """Return `length` (up to 18) decimal digits."""
        return str(int.from_bytes(self.digest(*parts)[:16]) % 10**length).zfill(length)

    def digest(self, *parts: str) -> bytes:
        """Return the HMAC of the parts, told apart by their lengths."""
        return self._hmac(b"".join([len(part := text.encode()).to_bytes(4) + part for text in parts]))

    def fingerprint(self, canonical: bytes) -> str:
        """Return what a request body is compared by."""
        return self._hmac(b"request body\0" + canonical).hex()

    def seal(self, *parts: str) -> str:
        """Return Base64 text that holds the parts and a signature: what 3-D Secure passes through browsers."""
        content = "\0".join(parts).encode()
        return base64.b64encode(self._signature(content) + content).decode()

    def unseal(self, text: str) -> tuple[str, ...] | None:
        """Return the parts of a sealed text, None where the text was not sealed by this secret."""
        try:
            sealed = base64.b64decode(text.encode(), validate=True)
        except (binascii.Error, ValueError):
            return None
        signature, content = sealed[:_SIGNATURE_BYTES], sealed[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(content)):
            return None
        return tuple(content.decode().split("\0"))

    def conceal(self, text: str, *parts: str) -> str:
        """Return a text as it may be stored: who does not know the secret cannot read it."""
        mark = self.digest("concealed", text, *parts)[:_SIGNATURE_BYTES]
        return (mark + self._mixed(text.encode(), mark)).hex()

    def reveal(self, concealed: str, *parts: str) -> str | None:
        """Return a text that was concealed for the same parts, None where another secret did it."""
        try:
            raw = bytes.fromhex(concealed)
            mark = raw[:_SIGNATURE_BYTES]
            text = self._mixed(raw[_SIGNATURE_BYTES:], mark).decode()
        except ValueError:
            return None
        expected = self.digest("concealed", text, *parts)[:_SIGNATURE_BYTES]
        return text if hmac.compare_digest(mark, expected) else None

    def _mixed(self, content: bytes, mark: bytes) -> bytes:
        # the keystream is as unique as the mark, which is an HMAC of all that it conceals
        blocks = range(len(content) // 32 + 1)
        stream = b"".join([self._hmac(b"stream\0" + mark + block.to_bytes(8)) for block in blocks])
        return bytes(one ^ other for one, other in zip(content, stream, strict=False))

    def _signature(self, content: bytes) -> bytes:
        return self._hmac(b"sealed\0" + content)[:_SIGNATURE_BYTES]

    def _hmac(self, message: bytes) -> bytes:
        # not hmac.digest, which takes in the key anew and gives up the interpreter to other threads each time
        begun = self._keyed.copy()
        begun.update(message)
        return begun.digest()


def secret_of_seed(seed: int | str) -> bytes:
    """Return the secret of a seed: the same seed, the same ids."""
    return hmac.digest(b"qiwi-payin sandbox seed", str(seed).encode(), "sha256")


def secret_in_file(path: Path) -> bytes:
    """Return the secret kept in a file that only its owner can read; make the file where there is none.

    Raises:
        OSError: The file can be neither read nor made.
        ValueError: The file holds no secret.
    """
    with contextlib.suppress(FileExistsError):
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        if not path.exists():
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "w") as file:
                    file.write(secrets.token_hex(32))
                    file.flush()
                    os.fsync(file.fileno())
                os.link(fresh, path)
            finally:
                fresh.unlink()
    return bytes.fromhex(path.read_text().strip())
