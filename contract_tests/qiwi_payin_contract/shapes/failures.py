"""What schemathesis calls a failure, as rules of the suite.

The number of a rule is that of the failure: QP-SHAPE-108 is schemathesis' ST108. These checks of schemathesis say
nothing here, although they are on:

- ``positive_data_acceptance`` (ST202) is off, because it takes any 404 or 409 for fine; the books' rule
  ``valid-request-accepted`` asks for a reason in earlier exchanges instead.
- ``use_after_free`` and ``ensure_resource_availability`` (ST301, ST302) look at POST that creates and DELETE of a path,
  which the API does not have; the books' ``read-back`` and ``deleted-token-dead`` say it of PUT and of tokens.
- ``object_level_authorization`` (ST402) needs two identities in its own file; the walks try a second site.
- ``max_response_time`` (ST112) has no documented figure; ST113 to ST115 and ST206 are about GraphQL.
"""

from collections.abc import Mapping

from qiwi_payin_contract.rules import Basis, Rule
from qiwi_payin_contract.statements import of_answers, of_requests

__all__ = ["DECIDED_BOUNDS", "DECIDED_FORM", "EMPTY_ERROR", "REACHED", "RULES", "WRONG_ID", "rule_of"]


def _rule(  # noqa: PLR0917 - reads as one row of a table
    number: int, name: str, sentence: str, basis: Basis, statements: tuple[str, ...], decision: str | None = None
) -> tuple[str, Rule]:
    return f"ST{number}", Rule(f"QP-SHAPE-{number}", name, sentence, basis, "shapes", statements, decision)


RULES: Mapping[str, Rule] = dict(
    (
        _rule(
            101,
            "no-internal-error",
            "No request, valid or not, brings the server to an error of its own (schemathesis ST101).",
            Basis.PUBLISHED,
            ("PUB-240", "PUB-247"),
        ),
        _rule(
            102,
            "no-internal-error-by-content-type",
            "A content type that is not JSON brings the server to no error of its own (schemathesis ST102).",
            Basis.PUBLISHED,
            ("PUB-245", "PUB-247"),
        ),
        _rule(
            103,
            "documented-status",
            "Every answer has a documented HTTP status (schemathesis ST103).",
            Basis.PUBLISHED,
            ("RU-088", "PUB-016", "PUB-021", "PUB-023", "PUB-026", "PUB-240", "PUB-246", "PUB-251", "PUB-252"),
        ),
        _rule(
            104,
            "content-type-present",
            "An answer with a body names its content type (schemathesis ST104).",
            Basis.DOCUMENTED,
            ("EN-078", "PUB-005"),
        ),
        _rule(
            105,
            "content-type-json",
            "Answers are JSON, errors too (schemathesis ST105).",
            Basis.DOCUMENTED,
            ("EN-078", "PUB-005"),
        ),
        _rule(
            106,
            "content-type-readable",
            "The content type of an answer can be read (schemathesis ST106).",
            Basis.DOCUMENTED,
            ("EN-078",),
        ),
        _rule(
            107,
            "required-headers",
            "401 names its scheme in WWW-Authenticate, 405 the methods in Allow (schemathesis ST107).",
            Basis.DECISION,
            ("PUB-241", "PUB-244"),
            "wrong-key",
        ),
        _rule(
            108,
            "answer-fits-schema",
            "Every answer has the documented fields, types, values and formats (schemathesis ST108).",
            Basis.DOCUMENTED,
            (
                "EN-079",
                "EN-080",
                "EN-081",
                "EN-085",
                "EN-087",
                "RU-089",
                "RU-091",
                "RU-099",
                "RU-101",
                "RU-103",
                "RU-132",
                *of_answers(),
            ),
        ),
        _rule(
            109,
            "answer-is-json",
            "The body of an answer is JSON (schemathesis ST109).",
            Basis.DOCUMENTED,
            ("EN-078", "PUB-005"),
        ),
        _rule(
            110,
            "answer-in-utf-8",
            "The body of an answer can be decoded (schemathesis ST110).",
            Basis.PUBLISHED,
            ("PUB-005",),
        ),
        _rule(
            111,
            "known-method-type",
            "paymentMethod.type of an answer is one of the documented ones (schemathesis ST111).",
            Basis.DOCUMENTED,
            ("RU-149", "PUB-043"),
        ),
        _rule(
            201,
            "wrong-data-refused",
            "A request that breaks the documented form is refused (schemathesis ST201).",
            Basis.DOCUMENTED,
            (
                *(
                    "RU-040",
                    "RU-041",
                    "RU-043",
                    "RU-044",
                    "RU-045",
                    "RU-048",
                    "PUB-070",
                    "PUB-071",
                    "PUB-134",
                    "PUB-240",
                ),
                *of_requests(),
            ),
        ),
        _rule(
            203,
            "missing-header-refused",
            "A request without a required header is refused (schemathesis ST203).",
            Basis.DOCUMENTED,
            ("RU-013", "RU-015"),
        ),
        _rule(
            204,
            "wrong-method-405",
            "A method that a path does not have is refused with 405 (schemathesis ST204).",
            Basis.PUBLISHED,
            ("PUB-244",),
        ),
        _rule(
            205,
            "allow-lists-methods",
            "Allow lists the methods of the path (schemathesis ST205).",
            Basis.DECISION,
            ("PUB-244",),
            "wrong-method",
        ),
        _rule(
            401,
            "key-demanded",
            "Nothing is answered without a key, or with a wrong one (schemathesis ST401).",
            Basis.DOCUMENTED,
            ("EN-008", "EN-010", "RU-013", "PUB-006", "PUB-241"),
        ),
    )
)
"""Rules by schemathesis' code of the failure."""

WRONG_ID = Rule(
    "QP-SHAPE-211",
    "wrong-id-refused",
    "A request whose path has an id outside the alphabet or length is refused (schemathesis ST201).",
    Basis.DECISION,
    "shapes",
    ("PUB-028", "PUB-029", "PUB-030", "PUB-031"),
    "malformed-path-id",
)
DECIDED_BOUNDS = Rule(
    "QP-SHAPE-212",
    "decided-bounds-kept",
    "A request that breaks but our decided form of a sum or of a card number is refused (schemathesis ST201).",
    Basis.DECISION,
    "shapes",
    ("PRA-005", "PUB-236", "PRA-018"),
    "amount-text",
)
DECIDED_FORM = Rule(
    "QP-SHAPE-213",
    "decided-form-of-answers",
    "Where only our decisions say how a field of an answer looks, it looks so (schemathesis ST108).",
    Basis.DECISION,
    "shapes",
    ("RU-042",),
    "payment-echo-of-bill-id-and-comment",
)
EMPTY_ERROR = Rule(
    "QP-SHAPE-214",
    "error-with-body",
    "Answers 401, 403, 429 and 5xx have the error body too.",
    Basis.DECISION,
    "shapes",
    ("PUB-249", "PUB-250", "PRA-017"),
    "empty-error-body",
)
REACHED = Rule(
    "QP-SHAPE-001",
    "operation-reached",
    "Every operation accepts some valid request.",
    Basis.DOCUMENTED,
    "shapes",
    ("RU-039", "EN-025", "EN-077", "PUB-016", "PUB-017", "PUB-019", "PUB-021", "PUB-023", "PUB-026"),
)


def rule_of(code: str) -> Rule:
    """The rule that a failure of schemathesis breaks; one that is not known here is put down to the answer's form."""
    return RULES.get(code, RULES["ST108"])
