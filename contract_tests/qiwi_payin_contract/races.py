"""Requests that are under way at once, and what must hold of their answers whatever their order."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Self

import attrs

from qiwi_payin_contract.books import Bookkeeper
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.target import NoAnswer, Target

__all__ = ["RULES", "Call", "Race"]


def _rule(
    number: int,
    name: str,
    sentence: str,
    statements: str,
    basis: Basis = Basis.PUBLISHED,
    *,
    decision: str | None = None,
) -> Rule:
    return Rule(f"QP-RACE-{number:03}", name, sentence, basis, "concurrency", tuple(statements.split()), decision)


ONE_CAPTURE = _rule(
    1, "one-of-captures-at-once", "Of several captures of a hold at once exactly one completes.", "PUB-130 PUB-124"
)
DEBITED_ONCE = _rule(
    2,
    "debited-once",
    "After captures at once the amount was debited once.",
    "RU-096 EN-119 PUB-130",
    Basis.DOCUMENTED,
)
REFUNDS_WITHIN = _rule(
    3,
    "refunds-at-once-within-the-rest",
    "Refunds at once never return more together than was left.",
    "EN-006 EN-007 PUB-144",
    Basis.DOCUMENTED,
)
SUMS_ADD_UP = _rule(
    4,
    "sums-add-up-after-a-race",
    "After requests at once capturedAmount and refundedAmount are what was answered as completed.",
    "RU-096 RU-098",
    Basis.DOCUMENTED,
)
CAPTURE_OR_REVERSAL = _rule(
    5,
    "capture-or-reversal",
    "Of a capture and a reversal of the same held money at once one takes it, and not both.",
    "EN-006 PUB-124 PUB-145",
    Basis.DOCUMENTED,
)
EQUAL_ONCE = _rule(
    6,
    "equal-requests-at-once",
    "Equal requests at once have the effect of one: one object, which every answer shows.",
    "PUB-012",
)
UNEQUAL_ONE = _rule(
    7,
    "unequal-requests-at-once",
    "Of unequal requests at once under one id one makes the object, and its fields are all from that request.",
    "RU-011 PUB-027",
    Basis.DOCUMENTED,
)
LOSERS_REFUSED = _rule(
    8,
    "losers-are-refused",
    "Of unequal requests at once under one id those that did not make the object are refused.",
    "RU-011",
    Basis.DECISION,
    decision="same-id-other-body",
)
BILL_ONCE = _rule(
    9,
    "bill-paid-once-at-once",
    "Of several payments of a bill at once one charges the payer at most, and the bill is PAID where one did.",
    "PUB-158 PUB-277",
)
TOKEN_DEAD = _rule(
    10,
    "token-dead-after-a-race",
    "A token that was deleted while it paid does not pay afterwards.",
    "PUB-026 PUB-157",
)
DECIDED_ONCE = _rule(
    11,
    "three-ds-decided-once",
    "Of several completions of a payment at once one decides, and what it decided stays.",
    "PUB-164 PUB-020",
)
SITES_APART = _rule(
    12,
    "sites-apart-at-once",
    "The same ids on two sites at once make two objects.",
    "RU-012",
    Basis.DOCUMENTED,
)
EQUAL_TAKEN = _rule(
    13,
    "equal-requests-not-taken",
    "Of equal requests at once none is refused as if its id were taken by another.",
    "PUB-012 PUB-013",
)

RULES: tuple[Rule, ...] = tuple(value for value in dict(globals()).values() if isinstance(value, Rule))
"""All rules on requests at once."""

_PATIENCE = 30.0


@attrs.define(frozen=True)
class Call:
    """A request of a race: operation, body, ids in the path, and the site where it is not the first."""

    operation_id: str
    body: Any
    ids: dict[str, Any]
    site: Site | None = None


class Race:
    """Sends requests at once, each in a thread of its own, over connections that are open already.

    What is raced for is given to the books as shared, so that they take it as it is shown; answers go to the target's
    observers when all have come.
    """

    def __init__(self, target: Target, keeper: Bookkeeper, runners: int) -> None:
        self.target = target
        self._keeper = keeper
        self._pool = ThreadPoolExecutor(runners)
        self._at_once(
            [Call("billsGet", None, {"bill_id": target.fresh_id("start")}) for _ in range(runners)]
        )  # opens a connection for each

    def shared_id(self, kind: str, *sites: Site) -> str:
        """A new id of an object that will be raced for, on the first site or on those given."""
        made = self.target.fresh_id(kind)
        for site in sites or (self.target.site,):
            self._keeper.books.share(site.site_id, made)
        return made

    def run(self, *calls: Call) -> tuple[Exchange, ...]:
        """Send all of them at once; answers in the order of the calls.

        Raises:
            NoAnswer: one got none.
        """
        answers = self._at_once(calls)
        self._keeper.unordered = True
        try:
            for answer in answers:
                self.target.observe(answer)
        finally:
            self._keeper.unordered = False
        return answers

    def _at_once(self, calls: Sequence[Call]) -> tuple[Exchange, ...]:
        start = threading.Barrier(len(calls))

        def send(call: Call) -> Exchange:
            start.wait(_PATIENCE)
            return self.target.send(call.operation_id, call.body, site=call.site, unseen=True, **call.ids)

        futures = [self._pool.submit(send, call) for call in calls]
        failed = [error for future in futures if isinstance(error := future.exception(), NoAnswer)]
        if failed:
            raise failed[0]
        return tuple(future.result() for future in futures)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
