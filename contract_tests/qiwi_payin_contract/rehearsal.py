"""A dry run: the run itself against a sandbox of the suite's own with the sites' ids, written down for theirs."""

import sys
from decimal import Decimal
from urllib.parse import quote

import attrs

from qiwi_payin_contract.limits import Sent
from qiwi_payin_contract.masking import mask_text

__all__ = ["Rehearsal"]

_NONE = Decimal(0)


@attrs.define
class _Row:
    """What an operation comes to: requests, payments, largest sum, and the sum of all payments and bills."""

    requests: int = 0
    payments: int = 0
    largest: Decimal = _NONE
    total: Decimal = _NONE


@attrs.define(eq=False)
class Rehearsal:
    """Writes a line for each request, and a table of them all.

    Attributes:
        base_url: server that the requests are meant for.
        rows: what each operation comes to.
    """

    base_url: str
    rows: dict[str, _Row] = attrs.field(factory=dict)

    def __call__(self, request: Sent) -> None:
        """Write a request down."""
        row = self.rows.setdefault(request.operation_id or "none", _Row())
        row.requests += 1
        row.payments += request.new_payment
        amount = request.largest
        if amount is not None and amount.is_finite():
            row.largest = max(row.largest, amount)
            row.total += amount if request.new_payment else _NONE
        sum_text = "" if amount is None else f" {_text(amount)}"
        address = f"{self.base_url}{mask_text(quote(request.path, safe='/%:@!$&()*+,;=~-._'))}"
        sys.stdout.write(f"{request.method} {address}{sum_text}\n")

    def table(self) -> str:
        """Requests, payments and sums by operation, and all together."""
        rows = sorted(self.rows.items())
        whole = _Row(
            sum(row.requests for _, row in rows),
            sum(row.payments for _, row in rows),
            max((row.largest for _, row in rows), default=_NONE),
            sum((row.total for _, row in rows), _NONE),
        )
        lines = [("operation", "requests", "payments", "largest sum", "all payments")]
        lines += [(name, *_cells(row)) for name, row in [*rows, ("total", whole)]]
        widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
        return "\n".join(
            "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]).rstrip() for line in lines
        )


def _cells(row: _Row) -> tuple[str, str, str, str]:
    return str(row.requests), str(row.payments), _text(row.largest), _text(row.total)


def _text(amount: Decimal) -> str:
    return f"{amount:.2f}" if amount.is_finite() and amount.adjusted() < 12 else f"{amount:.2E}"  # noqa: PLR2004
