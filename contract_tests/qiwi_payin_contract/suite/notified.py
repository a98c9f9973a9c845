"""What is asked of each notification, whoever saw it."""

import hmac
import re
from collections.abc import Iterator, Sequence
from typing import Any

from qiwi_payin_contract import notifications as rules
from qiwi_payin_contract.agreement import disagreements
from qiwi_payin_contract.description import description
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.findings import Findings
from qiwi_payin_contract.json_text import loads
from qiwi_payin_contract.masking import mask_text
from qiwi_payin_contract.rules import Rule
from qiwi_payin_contract.shop import at
from qiwi_payin_contract.signatures import mistake
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.witnesses import Seen, Watch

__all__ = ["CVV", "PAN", "RIGHT", "expect_one", "expect_right", "expect_signed"]

PAN = "4444443616621049"
CVV = "971"
"""A CVV that is no other value of these stories, so that it can be told where it turns up."""

RIGHT = (
    rules.ENVELOPE,
    rules.SIGNED,
    rules.SIGNED_IN_HEX,
    rules.TWO_DECIMALS,
    rules.SAYS_WHAT_THE_API_SAYS,
    rules.NO_SECRET,
    rules.AFTER_THE_STATE,
)
"""What ``expect_right`` looks at."""

_FINAL = frozenset({"COMPLETED", "DECLINED", "DECLINE"})


def expect_one(
    findings: Findings, watch: Watch, kind: str, object_id: str, rule: Rule, *exchanges: Exchange
) -> list[Seen]:
    """Demand one notification of an object from each witness; answer them."""
    found = []
    for seen in watch.seen(kind, object_id):
        findings.expect(
            len(seen) == 1,
            rule,
            f"{_count(len(seen))} of type {kind} about {object_id}" + "".join(_told(each) for each in seen[:2]),
            *exchanges,
        )
        found += seen
    return found


def expect_right(
    findings: Findings, watch: Watch, seen: Sequence[Seen], shown: Exchange, payment: Exchange | None = None
) -> None:
    """Demand of each notification that its form, signature and content are right.

    Args:
        findings: where broken rules are told.
        watch: the story that they belong to.
        seen: notifications of one object.
        shown: an answer that shows the object.
        payment: an answer that shows its payment; ``shown`` by default.
    """
    for each in seen:
        _expect_form(findings, each, shown)
        expect_signed(findings, watch.shop.site, watch.shop.target.sites, each, shown)
        state = None if each.arrived is None else each.arrived.shown
        if state is not None:
            # A capture or refund that was refused has an outcome too; what the API does not know has none.
            told = at(state.answer_json, "status", "value")
            findings.expect(
                told in _FINAL,
                rules.AFTER_THE_STATE,
                f"when it arrived the API answered {state.status} with status.value {told}{_told(each)}",
                shown,
                state,
            )
        kept = state if state is not None and state.ok else shown
        different = list(
            disagreements(
                each.sent.type,
                rules.read(each.sent),
                kept.answer_json,
                (payment or shown).answer_json,
                watch.shop.site.site_id,
            )
        )
        findings.expect(not different, rules.SAYS_WHAT_THE_API_SAYS, "; ".join(different) + _told(each), kept)


def expect_signed(findings: Findings, site: Site, sites: Sequence[Site], seen: Seen, shown: Exchange) -> None:
    """Demand a right signature in the right form; nothing is told where the site's notification key is not known."""
    if site.notification_key is None:
        return
    sent = seen.sent
    in_hex, in_base64 = rules.digest(sent, site.notification_key)
    written = sent.signature.strip()
    right = hmac.compare_digest(written.lower().encode(), in_hex.encode()) or written == in_base64
    made = mistake(sent, site, sites)
    findings.expect(
        right,
        rules.SIGNED,
        f"signed should be {rules.signed_text(sent)!r}" + (f"; {made}" if made else "") + _told(seen),
        shown,
    )
    findings.expect(
        sent.signature == in_hex,
        rules.SIGNED_IN_HEX,
        f"it is not the digest in lower-case hexadecimal digits: {made or 'another form'}{_told(seen)}",
        shown,
    )


def _expect_form(findings: Findings, seen: Seen, shown: Exchange) -> None:
    sent = seen.sent
    try:
        data = loads(sent.body)
    except ValueError:
        data = None
    wrong = list(description().errors(description().webhook_schema(sent.type), data))
    findings.expect(not wrong, rules.ENVELOPE, "; ".join(wrong) + _told(seen), shown)
    text = rules.value_text(sent, f"{sent.type.lower()}.amount.value")
    number = re.search(r'"value"\s*:\s*' + re.escape(text) + r"\s*[,}]", sent.body) if text else None
    two = re.fullmatch(r"[0-9]+\.[0-9]{2}", text) is not None and number is not None
    findings.expect(two, rules.TWO_DECIMALS, f"amount.value is written {text!r}{_told(seen)}", shown)
    holds = sorted(set(_secrets_in(seen, data, shown)))
    findings.expect(not holds, rules.NO_SECRET, f"it holds {', '.join(holds)}", shown)


def _secrets_in(seen: Seen, data: Any, shown: Exchange) -> Iterator[str]:
    text = seen.sent.body
    if seen.arrived is not None:
        text += "\n".join(f"{name}: {value}" for name, value in seen.arrived.headers.items())
    if PAN in re.sub(r"(?<=[0-9])[ -](?=[0-9])", "", text):
        yield "a card number"
    if shown.key is not None and shown.key in text:
        yield "the API access key"
    for name, value in _leaves(data):
        if name.lower() in {"cvv", "cvv2", "cvc", "cvc2"} or str(value) == CVV:
            yield "a CVV"


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for inner, item in value.items():
            yield from _leaves(item, inner)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item, name)
    else:
        yield name, value


def _count(number: int) -> str:
    return {0: "there is no notification", 1: "there is one notification"}.get(
        number, f"there are {number} notifications"
    )


def _told(seen: Seen) -> str:
    sent = seen.sent
    return f"\n{seen.by}: {mask_text(sent.body)}\nSignature: {sent.signature}"
