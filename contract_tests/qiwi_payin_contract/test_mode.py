"""Rules of the test mode, on sites whose answers carry the flag ``TEST``."""

import attrs

from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.target import Target

__all__ = ["BY_MONTH", "CARDS", "RUBLES_ONLY", "TEST_FLAG", "THREE_DS_BY_HOLDER", "FirstPayments"]


def _rule(code: str, name: str, sentence: str, statements: str) -> Rule:
    return Rule(code, name, sentence, Basis.PUBLISHED, "scenarios", tuple(statements.split()))


BY_MONTH = {
    "02": _rule("QP-TEST-001", "month-02-declines", "A card that expires in month 02 is declined.", "PUB-294"),
    "03": _rule(
        "QP-TEST-002", "month-03-succeeds-late", "A card that expires in month 03 succeeds after 3 seconds.", "PUB-295"
    ),
    "04": _rule(
        "QP-TEST-003",
        "month-04-declines-late",
        "A card that expires in month 04 is declined after 3 seconds.",
        "PUB-296",
    ),
    "11": _rule(
        "QP-TEST-004",
        "other-months-succeed",
        "A card that expires in any other month succeeds, whatever three digits its CVV is.",
        "PUB-165 PUB-297 PUB-298",
    ),
}
CARDS = _rule(
    "QP-TEST-005",
    "published-test-cards",
    "Every published test card can be paid with.",
    "PUB-305 PUB-306 PUB-307 PUB-308",
)
THREE_DS_BY_HOLDER = _rule(
    "QP-TEST-006",
    "three-ds-by-holder",
    "A holder name that contains 3ds brings 3-D Secure, which can be confirmed or refused.",
    "PUB-300 PUB-301",
)
RUBLES_ONLY = _rule("QP-TEST-008", "rubles-only", "The Russian ruble is the only currency of test mode.", "PUB-302")
TEST_FLAG = Rule(
    "QP-TEST-007",
    "test-flag",
    "TEST is among the flags of a test site's answers, to bills and to payments.",
    Basis.PUBLISHED,
    "scenarios",
    ("PUB-292", "PUB-293", "PUB-309", "PRA-039", "RU-129"),
)


@attrs.define(eq=False)
class FirstPayments:
    """Looks at the flags of each test site's first payment: its bill had TEST, so that its payments have it as well."""

    target: Target
    findings: Findings
    _seen: set[str] = attrs.field(factory=set)

    def __call__(self, exchange: Exchange) -> None:
        """Take an exchange of the target."""
        site_id = exchange.site_id or ""
        first = exchange.operation_id == "paymentsCreate" and exchange.ok and site_id not in self._seen
        if not first or site_id not in self.target.test_sites or not isinstance(exchange.answer_json, dict):
            return
        self._seen.add(site_id)
        flags = exchange.answer_json.get("flags")
        holds = isinstance(flags, list) and "TEST" in flags
        self.findings.note(holds, TEST_FLAG, "TEST is not among the flags of the site's first payment", exchange)
