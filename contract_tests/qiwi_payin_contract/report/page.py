"""The page for a browser: one file that needs no other, no network and, but for copying and searching, no script."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["page", "pretty"]

_PACKAGE = __package__ or "qiwi_payin_contract.report"
_MOST_OF_A_BODY = 6000
_NUMBER = re.compile('"\ue000([^"\ue000]*)\ue000"')
_LEAF = re.compile(r"([{\[])((?:\n[^\n{}\[\]]*)+)([}\]])")
_BREAK = re.compile(r"\n *")
_SHORT = 64
"""Characters of an object that stands on one line."""
_STRUCTURE = re.compile(r"/(properties|items|oneOf|anyOf|allOf|then|else)(?=/|$)")
_DOCUMENTS = {
    "EN": "QIWI Form Payment using the API",
    "RU": "Создание платежа",
    "PUB": "QIWI's other public documents",
    "PRA": "Practice: live answers and working clients",
}


def page(results: Mapping[str, Any]) -> str:
    """Write the page.

    Args:
        results: the document that ``results_of`` makes. Whatever a server answered is shown as text.
    """
    template = _environment().get_template("page.html.j2")
    script = _asset("page.js")
    return template.render(
        **results,
        results=results,
        style=Markup(_asset("page.css")),  # noqa: S704 - the package's own file
        script=Markup(script),  # noqa: S704 - the package's own file
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        documents=_DOCUMENTS,
        codes=_codes(results["operations"]),
        rules_broken=len({finding["rule"] for finding in results["findings"]}),
        tested=_tested(results["statementCounts"]),
        first_filter=_first_filter(results["statements"]),
        keyword_rows=_keyword_rows(results["coverage"]["parts"]),
        slowest=max((one["timing"]["p95"] for one in results["operations"] if one["timing"]), default=0.0),
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "pretty": pretty,
        "milliseconds": _milliseconds,
        "share": _share,
        "duration": _duration,
        "keyword": _keyword,
        "number": lambda value: f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}"),
    }
    return environment


def _asset(name: str) -> str:
    return files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")


def pretty(body: str) -> str:
    """Indent a body where it is JSON, with every number as it was written; cut it where it is long."""
    try:
        read = json.loads(body, parse_float=_as_written, parse_int=_as_written)
    except ValueError:
        told = body
    else:
        told = _NUMBER.sub(r"\1", json.dumps(read, ensure_ascii=False, indent=2))
        told = _LEAF.sub(_on_one_line, told)
    return told if len(told) <= _MOST_OF_A_BODY else f"{told[:_MOST_OF_A_BODY]}\n... ({len(told)} characters)"


def _as_written(number: str) -> str:
    return f"\ue000{number}\ue000"


def _on_one_line(leaf: re.Match[str]) -> str:
    """Put an object or list that holds no other on one line where it is short."""
    line = _BREAK.sub(" ", leaf.group(2)).strip()
    return f"{leaf.group(1)}{line}{leaf.group(3)}" if len(line) <= _SHORT else leaf.group()


def _milliseconds(seconds: float) -> str:
    milliseconds = seconds * 1000
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:.0f}"  # noqa: PLR2004 - three digits


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{seconds:.1f} s"


def _share(part: int, whole: int) -> int:
    """Whole percent, rounded down, so that only all of it is 100."""
    return 100 * part // whole if whole else 100


def _keyword(place: str) -> str:
    """Say where a keyword stands without the words that only structure the schema."""
    return _STRUCTURE.sub("", place)


def _codes(operations: Sequence[Mapping[str, Any]]) -> list[str]:
    return sorted({code["code"] for operation in operations for code in operation["codes"]})


def _tested(counts: Sequence[Mapping[str, Any]]) -> int:
    looked = sum(row["kept"] + row["broken"] for row in counts)
    return _share(looked, looked + sum(row["notTested"] for row in counts))


def _first_filter(statements: Sequence[Mapping[str, Any]]) -> str:
    """Show first what a reader came for: what is broken, or else what was not looked at."""
    states = {one["state"] for one in statements}
    return next((state for state in ("broken", "not tested") if state in states), "kept")


def _keyword_rows(parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row for each operation: its request, its answers, and the keywords that were never seen."""
    rows: dict[str, dict[str, Any]] = {}
    for part in parts:
        empty = {"operation": part["operation"], "request": None, "answers": [], "never": []}
        row = rows.setdefault(part["operation"], empty)
        if part["part"] == "request":
            row["request"] = part
            never = {"request, never kept": part["neverKept"], "request, never broken": part["neverBroken"]}
        else:
            row["answers"].append(part)
            never = {f"answer {part['part']}, never kept": part["neverKept"]}
        row["never"] += [
            {"what": what, "places": places, "count": len(places)} for what, places in never.items() if places
        ]
    return list(rows.values())
