"""All exchanges as an HTTP archive, HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), secrets masked.

Exchanges are put into a folder as they come, a line each in a file of their process, so that a long run needs no memory
for them and several processes need not agree.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qsl, urlsplit

import attrs

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.masking import mask_text

__all__ = ["Spool", "archive", "entry_of"]

_UNKNOWN = -1
"""What HAR calls a size or a time that was not measured."""


@attrs.define(eq=False)
class Spool:
    """Takes every exchange of this process into a file of the folder.

    Attributes:
        folder: where all processes of a run write.
    """

    folder: Path
    _file: IO[str] | None = None

    def __call__(self, exchange: Exchange) -> None:
        """Take an exchange that has just ended."""
        if self._file is None:
            # Line by line, for a worker of xdist ends without writing out what is left.
            self._file = (self.folder / f"{os.getpid()}.jsonl").open("a", buffering=1, encoding="utf-8")
        self._file.write(f"{json.dumps(entry_of(exchange, datetime.now(UTC)))}\n")

    def close(self) -> None:
        """Close the file of this process."""
        if self._file is not None:
            self._file.close()
            self._file = None


def archive(folder: Path, version: str) -> Iterator[str]:
    """Write the entries of all processes, in the order in which they began, as the text of one archive.

    A line that a process did not get to end is left out.
    """
    told = [path.read_text(encoding="utf-8").rpartition("\n")[0] for path in sorted(folder.glob("*.jsonl"))]
    lines = [line for text in told for line in text.split("\n") if line]
    head = {"version": "1.2", "creator": {"name": "qiwi-payin contract", "version": version}}
    yield f'{{"log": {json.dumps(head)[:-1]}, "entries": [\n'
    # Each line begins with the time at which its request was sent.
    yield ",\n".join(sorted(lines))
    yield "\n]}}\n"


def entry_of(exchange: Exchange, ended: datetime) -> dict[str, Any]:
    """The HAR entry of an exchange.

    Args:
        exchange: the exchange.
        ended: when its answer had been read.
    """
    told = exchange.to_json()
    started = ended - timedelta(seconds=exchange.elapsed)
    milliseconds = round(exchange.elapsed * 1000, 3)
    return {
        "startedDateTime": started.astimezone(UTC).isoformat(timespec="microseconds"),
        "time": milliseconds,
        "request": {
            "method": told["method"],
            "url": mask_text(told["url"]),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(told["requestHeaders"]),
            "queryString": [
                {"name": name, "value": mask_text(value)}
                for name, value in parse_qsl(urlsplit(told["url"]).query, keep_blank_values=True)
            ],
            **_posted(told),
            "headersSize": _UNKNOWN,
            "bodySize": len(exchange.request_body),
        },
        "response": {
            "status": told["status"],
            "statusText": _phrase(told["status"]),
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": _pairs(told["answerHeaders"]),
            "content": {
                "size": len(exchange.answer_body),
                "mimeType": told["answerHeaders"].get("content-type", ""),
                "text": told["answerBody"],
            },
            "redirectURL": "",
            "headersSize": _UNKNOWN,
            "bodySize": len(exchange.answer_body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": told["operationId"] or "no operation",
    }


def _posted(told: Mapping[str, Any]) -> dict[str, Any]:
    if not told["requestBody"]:
        return {}
    kind = told["requestHeaders"].get("content-type", "")
    return {"postData": {"mimeType": kind, "params": [], "text": told["requestBody"]}}


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
