"""What may become of the bytes of an answer on its way, or in the hands of a server that was changed."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from qiwi_payin_runtime.jsontext import json_text

from tests.client.described import wire_json

ODD = [b"1e999999999", b"1e99999999999999999999", b"-0", b"1.0", b"9" * 5000, b"[" * 10_000 + b"]" * 10_000]
"""JSON numbers and lists beyond use."""
ODD += [b"NaN", b"-Infinity", b"tru", b"'x'", b"0x1", b'"\\ud800"', b'"\x00"', b'"\xff"', b'{"a":1,"a":2}', b""]
"""What a careless encoder makes, or is no JSON at all."""
_HOLE = "a hole for bytes"


@st.composite
def mutated(draw: st.DrawFn, wire: Any) -> bytes:
    """Bytes that were once the JSON of `wire`: with one place changed, or cut, or flipped, or something else."""
    way = draw(st.sampled_from(["drop", "replace", "odd", "double", "cut", "flip", "wrap", "junk"]))
    whole = json_text(wire).encode("ascii")
    places = list(_places(wire))
    if way in {"drop", "replace", "odd"} and places:
        changed = copy.deepcopy(wire)
        *path, last = draw(st.sampled_from(places))
        inner = changed
        for step in path:
            inner = inner[step]
        if way == "drop":
            del inner[last]
        else:
            inner[last] = draw(wire_json()) if way == "replace" else _HOLE
        return json_text(changed).encode("ascii").replace(f'"{_HOLE}"'.encode(), draw(st.sampled_from(ODD)))
    match way:
        case "double":
            return whole.replace(b"{", b"{" + draw(st.sampled_from([b'"a":1,"a":2,', b'"status":0,', b","])), 1)
        case "cut":
            return whole[: draw(st.integers(0, len(whole)))]
        case "flip":
            flipped = bytearray(whole or b"x")
            flipped[draw(st.integers(0, len(flipped) - 1))] ^= 1 << draw(st.integers(0, 7))
            return bytes(flipped)
        case "wrap":
            before, after = draw(st.sampled_from([(b"[", b"]"), (b"\xef\xbb\xbf", b""), (b"", b"{}"), (b" ", b"\n")]))
            return before + whole + after
        case _:
            return draw(st.binary(max_size=20) | st.sampled_from([b"", b"null", b"[]", b"{}", b"<html>", b"\x1f\x8b"]))


def _places(value: Any) -> Iterator[tuple[str | int, ...]]:
    """Where something is in JSON data, the data themselves left out."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in items:
        yield (step,)
        yield from ((step, *place) for place in _places(inner))
