"""How a request carries the answer that is wanted of the bank.

A comment may contain `[sandbox: OUTCOME]`; a card may be held by `SANDBOX OUTCOME`. An OUTCOME is `approved`, a reason
code (`ACQUIRING_INSUFFICIENT_FUNDS`) or a code of a payment scheme (`51`, which brings its reason with it), each with
`after 30 s` where the answer shall be late; `after 30 s` alone approves late. Letter case does not matter; a holder
name, which knows no underscore, takes a space or hyphen for it.
"""

import re
from datetime import timedelta

from qiwi_payin_sandbox.domain.bank.codes import SCHEME_CODES
from qiwi_payin_sandbox.domain.bank.verdict import APPROVED, Verdict
from qiwi_payin_sandbox.domain.reasons import Reason

LONGEST_DELAY = timedelta(days=5)

UNKNOWN = (
    "The outcome asked of the sandbox must be approved, a reason code such as ACQUIRING_INSUFFICIENT_FUNDS or a "
    'psErrorCode such as 51, and may end with "after 30 s" (s, min, h; 5 days at most). '
    "All codes are in docs/sandbox/test-cards.md"
)
TWICE = "The outcome asked of the sandbox stands twice: [sandbox: ...] may occur once"
ONE_ONLY = "One outcome can be asked of the sandbox here; several, by commas, are for the comment of a bill"
NO_DELAY = "Captures and refunds are answered at once: the outcome asked of the sandbox cannot come later"

_BEGINNING = re.compile(r"\[\s*sandbox\s*:", re.IGNORECASE)
_CARRIER = re.compile(r"\[\s*sandbox\s*:([^\[\]]*)\]", re.IGNORECASE)
_HOLDER = re.compile(r"\s*sandbox[\s_-]+(.*\S)\s*", re.IGNORECASE | re.DOTALL)
_DELAY = re.compile(r"([0-9]{1,6})(S|MIN|H)", re.ASCII)
_UNITS = {"S": timedelta(seconds=1), "MIN": timedelta(minutes=1), "H": timedelta(hours=1)}
_APPROVED = "APPROVED"
_AFTER = "AFTER"
_THREE_DS = "3DS"


class OutcomeError(ValueError):
    """What is asked of the sandbox is no outcome; the message is fit for the partner and shows nothing of the text."""


def in_comment_of_bill(comment: str | None) -> tuple[Verdict, ...]:
    """Return the outcomes that a bill's comment asks for its payments in turn; the last one goes on.

    Raises:
        OutcomeError: It asks for something else.
    """
    if comment is None or not _BEGINNING.search(comment):
        return ()
    carried = _CARRIER.findall(comment)
    if len(_BEGINNING.findall(comment)) > 1:
        raise OutcomeError(TWICE)
    if not carried:
        raise OutcomeError(UNKNOWN)
    return tuple(_outcome(part) for part in carried[0].split(","))


def in_comment(comment: str | None) -> Verdict | None:
    """Return the outcome that the comment of a payment asks for, None where it asks for none.

    Raises:
        OutcomeError: It asks for several, or for something else.
    """
    wanted = in_comment_of_bill(comment)
    if len(wanted) > 1:
        raise OutcomeError(ONE_ONLY)
    return wanted[0] if wanted else None


def in_comment_at_once(comment: str | None) -> Verdict | None:
    """Return the outcome that the comment of a capture or refund asks for, None where it asks for none.

    Raises:
        OutcomeError: It asks for several, for a late one, or for something else.
    """
    wanted = in_comment(comment)
    if wanted is not None and wanted.delay:
        raise OutcomeError(NO_DELAY)
    return wanted


def in_holder_name(holder_name: str | None) -> Verdict | None:
    """Return the outcome that a holder name asks for, None where it asks for none.

    `3DS` among its words asks for 3-D Secure, as it does in every holder name, and is no part of the outcome.

    Raises:
        OutcomeError: It asks for something else.
    """
    found = _HOLDER.fullmatch(holder_name or "")
    if found is None:
        return None
    words = _words(found[1])
    if "_".join(words) not in Reason.__members__:
        words = [word for word in words if word != _THREE_DS]
    return _read(words) if words else None


def _outcome(text: str) -> Verdict:
    return _read(_words(text))


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s_-]+", text.upper()) if word]


def _read(words: list[str]) -> Verdict:
    end = words.index(_AFTER) if _AFTER in words else len(words)
    code = "_".join(words[:end])
    delay = _delay("".join(words[end + 1 :])) if end < len(words) else timedelta()
    if code in SCHEME_CODES:
        return Verdict(SCHEME_CODES[code].reason, delay, ps_error_code=code)
    if code in Reason.__members__:
        return Verdict(Reason(code), delay)
    if code == _APPROVED or (not code and delay):
        return Verdict(delay=delay) if delay else APPROVED
    raise OutcomeError(UNKNOWN)


def _delay(text: str) -> timedelta:
    found = _DELAY.fullmatch(text)
    if found is None:
        raise OutcomeError(UNKNOWN)
    delay = int(found[1]) * _UNITS[found[2]]
    if not timedelta() < delay <= LONGEST_DELAY:
        raise OutcomeError(UNKNOWN)
    return delay
