"""How much of the description's schemas and of the documents' model a run came by."""

from collections.abc import Iterable
from typing import Any

from qiwi_payin_contract.books.transitions import TRANSITIONS
from qiwi_payin_contract.coverage import Form, Part
from qiwi_payin_contract.description import description
from qiwi_payin_contract.results.operations import can_be_called_forth
from qiwi_payin_contract.run import Run

__all__ = ["coverage_of", "transitions_of"]


def coverage_of(run: Run) -> dict[str, Any]:
    """Say of each body that some request can call forth which keywords were kept and broken, and which never."""
    kept, broken = _by_part(run.record.coverage.kept), _by_part(run.record.coverage.broken)
    parts = [
        _part(part, form, kept.get(part, set()), broken.get(part, set()))
        for part, form in run.record.coverage.parts()
        if part in kept or part in broken or _can_be(part)
    ]
    requests = [one for one in parts if one["part"] == "request"]
    answers = [one for one in parts if one["part"] != "request"]
    return {
        "requests": {name: sum(one[name] for one in requests) for name in ("kept", "broken", "total")},
        "answers": {name: sum(one[name] for one in answers) for name in ("kept", "total")},
        "parts": parts,
    }


def transitions_of(run: Run) -> list[dict[str, Any]]:
    """List the moves of the documents' model and how often each was seen."""
    return [
        {
            "name": move.name,
            "sentence": move.sentence,
            "statements": list(move.statements),
            "times": run.record.transitions[move],
        }
        for move in TRANSITIONS
    ]


def _by_part(counted: Iterable[tuple[Part, str]]) -> dict[Part, set[str]]:
    found: dict[Part, set[str]] = {}
    for part, place in counted:
        found.setdefault(part, set()).add(place)
    return found


def _can_be(part: Part) -> bool:
    return part.part == "request" or can_be_called_forth(description().operations[part.operation_id], part.part)


def _part(part: Part, form: Form, kept: set[str], broken: set[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operation": part.operation_id,
        "part": part.part,
        "form": form.name,
        "kept": len(kept),
        "total": len(form.places),
        "neverKept": [place for place in form.places if place not in kept],
    }
    if part.part == "request":
        told |= {"broken": len(broken), "neverBroken": [place for place in form.places if place not in broken]}
    return told
