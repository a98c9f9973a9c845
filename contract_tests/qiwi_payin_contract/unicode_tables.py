"""What Hypothesis would find out about UTF-8 by encoding every character there is, which takes seconds.

Hypothesis keeps such tables in its home folder, which is a new one in each run of the suite.
"""

import gzip
import json
from contextlib import suppress

__all__ = ["ENCODABLE", "provide"]

ENCODABLE = ((0, 0xD7FF), (0xE000, 0x10FFFF))
"""Characters that UTF-8 can encode: all but the halves of surrogate pairs."""


def provide() -> None:
    """Put the table where Hypothesis looks for it. Where it looks elsewhere, it takes its own time."""
    with suppress(ImportError, OSError):
        from hypothesis.internal.charmap import charmap_file  # noqa: PLC0415 - may be gone in another version

        path = charmap_file("codec-v2-utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        with gzip.open(path, "wt", encoding="ascii") as file:
            json.dump([ENCODABLE, []], file)
