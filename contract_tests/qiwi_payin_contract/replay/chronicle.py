"""What happened to each object of a run, so that a finding's story can begin where its objects did."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable

import attrs

from qiwi_payin_contract.exchange import Exchange

__all__ = ["Chronicle"]

_REMEMBERED = 8
"""Requests that are kept for an object; the first made it."""

_NAMED = re.compile(r'"(?:billId|paymentId|paymentToken|token)"\s*:\s*("(?:[^"\\]|\\.)+")')


@attrs.define(eq=False)
class Chronicle:
    """Observes a target: keeps the first requests that made or changed each object."""

    _by_id: defaultdict[str, list[Exchange]] = attrs.field(factory=lambda: defaultdict(list), repr=False)
    _by_token: dict[str, Exchange] = attrs.field(factory=dict, repr=False)

    def __call__(self, exchange: Exchange) -> None:
        """Take an exchange."""
        if exchange.method == "GET":
            return
        for name, value in exchange.path_parameters.items():
            if name != "siteId" and len(kept := self._by_id[value]) < _REMEMBERED:
                kept.append(exchange)
        if b'"createdToken"' in exchange.answer_body and isinstance(exchange.answer_json, dict):
            created = exchange.answer_json.get("createdToken")
            token = created.get("token") if isinstance(created, dict) else None
            if isinstance(token, str):
                self._by_token.setdefault(token, exchange)

    def before(self, exchanges: Iterable[Exchange]) -> tuple[Exchange, ...]:
        """Add to exchanges what made the objects that they are about, and so on; in order of the run."""
        whole: dict[int, Exchange] = {}
        waiting = list(exchanges)
        end = max((one.number for one in waiting), default=0)
        while waiting:
            exchange = waiting.pop()
            if exchange.number > end or exchange.number in whole:
                continue
            whole[exchange.number] = exchange
            for name in _names(exchange):
                waiting += self._by_id.get(name, [])
                if name in self._by_token:
                    waiting.append(self._by_token[name])
        return tuple(whole[number] for number in sorted(whole))


def _names(exchange: Exchange) -> set[str]:
    """Ids and tokens that a request is about."""
    texts = _NAMED.findall(exchange.request_body.decode(errors="replace"))
    names = {value for name, value in exchange.path_parameters.items() if name != "siteId"}
    for text in texts:
        try:
            names.add(json.loads(text))
        except ValueError:
            continue
    return names
