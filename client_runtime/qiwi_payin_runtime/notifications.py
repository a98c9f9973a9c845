"""Signed notifications: what is signed, checking it, signing for tests, and knowing repeats and senders."""

import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Any, Final, TypeAlias

from attr import frozen

from qiwi_payin_runtime import codecs
from qiwi_payin_runtime.errors import (
    NotificationError,
    NotificationForged,
    NotificationMalformed,
    NotificationUnknown,
)
from qiwi_payin_runtime.jsontext import NumberText, is_object, json_text, parse_json
from qiwi_payin_runtime.models import Model

Keys: TypeAlias = "str | bytes | Sequence[str | bytes]"
"""A notification key, or several while one replaces another."""

Address: TypeAlias = str | IPv4Address | IPv6Address

_DECIMALS: Final = 2


@frozen
class Kind:
    """A type of notification, as the description has it."""

    model: type[Model]
    fields: tuple[str, ...]
    """Places of the signed values in the body, in order, each with dots between the names."""
    identity: tuple[str, ...]
    """Places of the values that tell it from others of its type."""
    separator: str
    algorithm: str


def parse(kinds: Mapping[str, Kind], body: bytes | str) -> Model:
    """Read a notification without checking who sent it.

    Raises:
        NotificationMalformed: the body is not a notification.
        NotificationUnknown: its type is not among the kinds.
    """
    return _model(_kind(kinds, _written(body)), body)


def verify(kinds: Mapping[str, Kind], body: bytes | str, signature: str | None, keys: Keys) -> Model:
    """Read a notification whose signature is right.

    The comparison takes the same time wherever the difference is. What is signed is the text of the values as it stands
    in the body; where something on the way rewrote the body and a number lost its two decimals, they are put back.

    Raises:
        NotificationForged: the signature does not fit the body and any of the keys.
        NotificationMalformed: the body is not a notification.
        NotificationUnknown: its type is not among the kinds.
        ValueError: there is no key to check with.
    """
    if not _is_text(signature):
        raise TypeError("signature: text is wanted")
    right_keys = _checked(keys)
    given = (signature or "").strip().lower().encode("utf-8", "replace")
    if not given:
        raise NotificationForged("there is no signature")
    data = _written(body)
    kind = _kind(kinds, data)
    right = False
    for values in _signed_values(kind, data):
        for key in right_keys:
            right |= hmac.compare_digest(_digest(kind, values, key), given)
    if not right:
        raise NotificationForged("the signature does not fit the body and the key")
    return _model(kind, body)


def sign(kinds: Mapping[str, Kind], body: bytes | str, key: str | bytes) -> str:
    """The signature that a body must have, for tests.

    Raises:
        NotificationMalformed: the body is not a notification.
        NotificationUnknown: its type is not among the kinds.
    """
    data = _written(body)
    kind = _kind(kinds, data)
    return _digest(kind, _signed_values(kind, data)[0], _checked(key)[0]).decode("ascii")


def told(step: Callable[..., Any], *arguments: Any) -> Any:
    """What a step gives, or the error that it raises, without where it was raised: there are the key and the body."""
    return codecs.told(step, *arguments, errors=(NotificationError, ValueError))


def key_of(kinds: Mapping[str, Kind], notification: Any) -> str:
    """The identity of what a notification tells, the same for each repeat: 64 hexadecimal digits."""
    data = notification.to_wire()
    values = [_at(data, place) for place in ("type", *kinds[notification.type_].identity)]
    return sha256(json_text(values).encode()).hexdigest()


class Seen:
    """Keys of notifications that were acted on; the oldest are forgotten.

    For one process, while it runs. Others need a table in the shop's database, written in the transaction that acts on
    the notification. Either way a key is added after that has been done: what fails must be able to come again.

    Args:
        most: how many keys are remembered.
    """

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._keys: dict[str, None] = {}
        self._lock = Lock()

    def add(self, key: str) -> bool:
        """Remember a key. Whether it is new."""
        with self._lock:
            if key in self._keys:
                return False
            self._keys[key] = None
            if len(self._keys) > self._most:
                del self._keys[next(iter(self._keys))]
            return True

    def __contains__(self, key: str) -> bool:
        return key in self._keys


def is_within(networks: Iterable[str], address: Address) -> bool:
    """Whether an address is in one of the networks; what is no address is in none."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ip_network(network) for network in networks)


def _is_text(signature: object) -> bool:
    return signature is None or isinstance(signature, str)


def _model(kind: Kind, body: bytes | str) -> Model:
    try:
        return kind.model.from_json(body)
    except ValueError as error:
        raise NotificationMalformed(str(error)) from None


def _written(body: bytes | str) -> Mapping[str, Any]:
    """The body's data, each number as the text that it is."""
    try:
        data = parse_json(body, numbers_as_text=True)
    except ValueError as error:
        raise NotificationMalformed(f"the body is {error}") from None
    if not is_object(data):
        raise NotificationMalformed("the body is not an object")
    return data


def _kind(kinds: Mapping[str, Kind], data: Mapping[str, Any]) -> Kind:
    name = data.get("type")
    if not isinstance(name, str) or isinstance(name, NumberText):
        raise NotificationMalformed("type: text is wanted")
    if name not in kinds:
        raise NotificationUnknown(f"type: not one of {', '.join(kinds)}", type_=name)
    return kinds[name]


def _signed_values(kind: Kind, data: Mapping[str, Any]) -> list[list[str]]:
    """The signed texts as they stand in the body and, where that differs, with two decimals in each number."""
    written = [_at(data, field) for field in kind.fields]
    restored = [_two_decimals(text) if isinstance(text, NumberText) else text for text in written]
    return [written] if written == restored else [written, restored]


def _at(data: Any, place: str) -> str:
    for name in place.split("."):
        if not is_object(data) or name not in data:
            raise NotificationMalformed(f"{place}: is missing")
        data = data[name]
    if not isinstance(data, str):
        raise NotificationMalformed(f"{place}: text or a number is wanted")
    return data


def _two_decimals(text: str) -> str:
    try:
        number = Decimal(text)
        padded = number.quantize(Decimal((0, (1,), -_DECIMALS)))
    except InvalidOperation:
        return text
    return str(padded) if padded == number else text


def _digest(kind: Kind, values: Sequence[str], key: bytes) -> bytes:
    message = kind.separator.join(values).encode("utf-8", "surrogatepass")
    return hmac.new(key, message, kind.algorithm).hexdigest().encode("ascii")


def _checked(keys: Keys) -> list[bytes]:
    several = [keys] if isinstance(keys, str | bytes) else list(keys or ())
    try:
        found = [key.encode("utf-8") if isinstance(key, str) else key for key in several]
    except UnicodeEncodeError:
        found = []  # the error would hold the key
    if not found or not all(found):
        raise ValueError("key: a notification key that is not empty is wanted, in whole characters")
    return found
