"""Faults of the payer's form, which is a page."""

import re
from typing import ClassVar

import attrs

from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.messages import Answer, Call, Forward

__all__ = [
    "CardMissingOnForm",
    "FormLeadsNowhere",
    "FormListsNoLinkedCards",
    "FormOffersEverything",
    "FormSaysNothingOfSuccess",
    "MethodsOfAllSites",
]


class _OnForm(Fault):
    group = "scenarios"
    pattern: ClassVar[str]
    replacement: ClassVar[str]

    def apply(self, call: Call, forward: Forward) -> Answer:
        answer = forward(call)
        if not call.path.startswith("/form") or not answer.ok:
            return answer
        page = re.sub(self.pattern, self.replacement, answer.body.decode())
        return attrs.evolve(answer, body=page.encode())


class FormOffersEverything(_OnForm):
    """Offers methods on the form that nobody connected."""

    rules = frozenset({"QP-FORM-032"})
    pattern, replacement = 'data-methods="CARD"', 'data-methods="CARD SBP"'


class CardMissingOnForm(_OnForm):
    """Offers no bank card on the form."""

    rules = frozenset({"QP-FORM-031", "QP-FORM-033"})
    pattern, replacement = 'data-methods="CARD"', 'data-methods="SBP"'


class FormListsNoLinkedCards(_OnForm):
    """Lists no linked cards on the form."""

    rules = frozenset({"QP-FORM-037"})
    pattern, replacement = "data-saved-card", "data-no-card"


class FormSaysNothingOfSuccess(_OnForm):
    """Shows a paid bill as if nothing had happened."""

    rules = frozenset({"QP-FORM-038"})
    pattern, replacement = 'data-result="PAID"', ""


class FormLeadsNowhere(_OnForm):
    """Forgets the address for success."""

    rules = frozenset({"QP-FORM-039"})
    pattern, replacement = "data-return", "data-nowhere"


class MethodsOfAllSites(Fault):
    """Connects to every site what was connected to one, two-step bills and lists notwithstanding."""

    group = "scenarios"
    rules = frozenset({"QP-FORM-034", "QP-FORM-035", "QP-FORM-036"})

    connected = ""

    def apply(self, call: Call, forward: Forward) -> Answer:
        methods = (call.json or {}).get("formMethods") if call.method == "PATCH" else None
        if methods is not None:
            self.connected = " ".join(methods)
        answer = forward(call)
        if call.path.startswith("/form") and self.connected:
            page = re.sub('data-methods="[^"]*"', f'data-methods="CARD {self.connected}"', answer.body.decode())
            return attrs.evolve(answer, body=page.encode())
        return answer
