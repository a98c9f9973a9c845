"""Why each rule matters: what goes wrong for a shop or a payer, or what it costs, where a server breaks it."""

from collections.abc import Mapping

from qiwi_payin_contract.explanations import (
    access,
    books,
    client,
    form,
    notifications,
    payments,
    printed,
    refusals,
    shapes,
    test_mode,
)

__all__ = ["EXPLANATIONS"]

EXPLANATIONS: Mapping[str, str] = {
    **access.TEXTS,
    **books.TEXTS,
    **client.TEXTS,
    **printed.TEXTS,
    **form.TEXTS,
    **notifications.TEXTS,
    **payments.TEXTS,
    **refusals.TEXTS,
    **shapes.TEXTS,
    **test_mode.TEXTS,
}
"""A text for each rule, by its code."""
