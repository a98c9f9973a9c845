"""Trying a check on drawn values."""

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.run import Run

__all__ = ["trying"]


def trying(
    run: Run, rule: Rule, *, times: int | None = None, shrinks: bool = True, **strategies: st.SearchStrategy[Any]
) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Run a function on drawn values, as often as the effort says and from the seed of the run.

    The first finding of a rule is made as small as can be; that takes long, and more of the same are only told.

    Args:
        run: the run.
        rule: the rule that the function checks.
        times: how often, in place of what the effort says.
        shrinks: whether a finding is made small.
        **strategies: what to draw, by the function's arguments.
    """
    shrinks = shrinks and not any(finding.rule == rule for finding in run.findings)

    def decorate(check: Callable[..., None]) -> Callable[[], None]:
        limits = settings(
            max_examples=times or run.settings.effort.values,
            phases=[Phase.generate, Phase.shrink] if shrinks else [Phase.generate],
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        )
        tried: Callable[[], None] = seed(run.settings.seed)(limits(given(**strategies)(check)))
        return tried

    return decorate
