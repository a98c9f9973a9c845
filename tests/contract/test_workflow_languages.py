"""Runtime expressions and simple criteria: what they say, and that what is not known is an error."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from qiwi_payin_contract.exchange import Exchange
from qiwi_payin_contract.json_text import dumps
from qiwi_payin_contract.workflows.criteria import Criterion, CriterionError
from qiwi_payin_contract.workflows.expressions import Expression, ExpressionError, Stage, expressions_in, filled

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
SUMS = st.decimals(min_value=0, max_value=99_999_999, places=2)
SCALARS = st.none() | st.booleans() | st.integers() | SUMS | st.text(max_size=6)
SIGNS = ("==", "!=", "<", "<=", ">", ">=")


def stage(answer: Any = None, *, status: int = 200, inputs: Mapping[str, Any] | None = None) -> Stage:
    exchange = Exchange(
        operation_id="billsCreate",
        site_id="site",
        method="PUT",
        path="/payin/v1/sites/site/bills/b-1",
        url="http://127.0.0.1:1/partner/payin/v1/sites/site/bills/b-1?page=2",
        request_headers={"Accept": "application/json"},
        request_body=b'{"amount": {"value": 150.00}}',
        status=status,
        answer_headers={"X-Trace": "t-1"},
        answer_body=dumps(answer).encode(),
        path_parameters={"billId": "b-1"},
    )
    return Stage(inputs or {}, {"create": {"billId": "b-1"}}, exchange)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$statusCode", 200),
        ("$method", "PUT"),
        ("$url", "http://127.0.0.1:1/partner/payin/v1/sites/site/bills/b-1?page=2"),
        ("$inputs.amount", Decimal("150.00")),
        ("$inputs.other", None),
        ("$steps.create.outputs.billId", "b-1"),
        ("$steps.create.outputs.other", None),
        ("$steps.other.outputs.billId", None),
        ("$request.path.billId", "b-1"),
        ("$request.query.page", "2"),
        ("$request.query.other", None),
        ("$request.header.accept", "application/json"),
        ("$request.body#/amount/value", Decimal("150.00")),
        ("$response.header.x-TRACE", "t-1"),
        ("$response.body", {"a": [{"b/c": 1}, 2], "~": True}),
        ("$response.body#/a/0/b~1c", 1),
        ("$response.body#/a/1", 2),
        ("$response.body#/~0", True),
        ("$response.body#/a/2", None),
        ("$response.body#/a/01", None),
        ("$response.body#/a/b", None),
        ("$response.body#/a/1/x", None),
    ],
)
def test_an_expression_gives_what_it_points_to_or_nothing(text: str, value: Any) -> None:
    answer = {"a": [{"b/c": 1}, 2], "~": True}
    assert Expression.read(text).value(stage(answer, inputs={"amount": Decimal("150.00")})) == value


@pytest.mark.parametrize(
    "text",
    [
        *("", "statusCode", "$", "$status", "$statusCode.x", "$inputs", "$inputs.", "$inputs.a.b", "$steps.a.b"),
        *("$steps.a.outputs", "$outputs.a", "$response", "$response.status", "$response.body.a", "$response.body#a"),
        *("$response.path.a", "$response.query.a", "$message.body", "$components.inputs.a", "$sourceDescriptions.a.b"),
        *("$statusCode ", " $statusCode", "$statusCode\n"),
    ],
)
def test_what_is_no_known_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="no runtime expression"):
        Expression.read(text)


@pytest.mark.parametrize("text", ["$statusCode", "$response.body#/a", "$request.path.billId"])
def test_an_expression_on_an_exchange_needs_one(text: str) -> None:
    with pytest.raises(ExpressionError, match="before there is one"):
        Expression.read(text).value(Stage({}))


@given(name=NAMES, value=SCALARS.filter(lambda value: value is not None), before=NAMES, after=NAMES)
def test_a_whole_expression_keeps_its_type_and_an_embedded_one_becomes_text(
    name: str, value: Any, before: str, after: str
) -> None:
    given_ = Stage({name: value})
    sent = filled({"whole": f"$inputs.{name}", "list": [f"{before}-{{$inputs.{name}}}-{after}", 7, None]}, given_)
    assert sent == {"whole": value, "list": [f"{before}-{value}-{after}", 7, None]}
    assert type(sent["whole"]) is type(value)


@pytest.mark.parametrize("value", ["$inputs.none", "a-{$inputs.none}", {"a": ["$steps.a.outputs.b"]}])
def test_nothing_is_never_sent_in_the_place_of_a_value(value: Any) -> None:
    with pytest.raises(LookupError, match="leads to nothing"):
        filled(value, Stage({}))


def test_every_expression_in_a_value_is_found() -> None:
    value = {"a": ["$inputs.x", "b-{$inputs.y}-{$steps.s.outputs.z}", 1], "b": "no $inputs.w"}
    assert [each.text for each in expressions_in(value)] == ["$inputs.x", "$inputs.y", "$steps.s.outputs.z"]


# Criteria ---------------------------------------------------------------------------------------------------------


def holds(text: str, at: Stage | None = None) -> bool:
    return Criterion.read(text).holds(at or stage({"status": {"value": "PAID"}, "sum": "150.00", "yes": True}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$statusCode == 200", True),
        ("$statusCode != 200", False),
        ("$statusCode >= 400", False),
        ("$response.body#/status/value == 'PAID'", True),
        ("$response.body#/status/value == 'paid'", False),
        ("$response.body#/status/value=='PAID'&&$statusCode<300", True),
        ("$response.body#/sum == 150", True),
        ("$response.body#/sum == '150.0'", True),
        ("$response.body#/sum > 149.99 && $response.body#/sum < 150.01", True),
        ("$response.body#/none == null", True),
        ("$response.body#/none != null", False),
        ("$response.body#/none == 0", False),
        ("$response.body#/none != 'PAID'", True),
        ("$response.body#/none < 1 || $response.body#/none >= 1", False),
        ("$response.body#/status/value > 0", False),
        ("$response.body#/yes", True),
        ("!$response.body#/yes", False),
        ("$response.body#/sum", False),
        ("$response.body#/yes == true", True),
        ("$response.body#/yes == 1", False),
        ("$response.body#/yes == 'true'", False),
        ("'it''s' == 'it''s' && 'it''s' != 'its'", True),
        ("false || true && false", False),
        ("(false || true) && true", True),
        ("!(true && false)", True),
        ("-1 < 0", True),
    ],
)
def test_a_criterion_says_what_it_says(text: str, expected: bool) -> None:  # noqa: FBT001 - what is expected
    assert holds(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "==",
            "$statusCode ==",
            "== 200",
            "$statusCode = 200",
            "$statusCode === 200",
            "$statusCode == 200 &&",
        ),
        *("$statusCode == 200 & true", "$statusCode == 200 and true", "$statusCode ~ 2", "$statusCode in (200)"),
        *("$statusCode == 200 200", "($statusCode == 200", "$statusCode == 200)", "()", "!", "'a'", "200", "null"),
        *(
            "$statusCode == 'open",
            '$statusCode == "200"',
            "$statusCode == 2e2",
            "$statusCode == 0x1",
            "$statusCode == 1.",
        ),
        *("$unknown == 1", "$response.body.a == 1", "True", "trueish", "1 < 2 < 3", "$statusCode == 20O", "a == b"),
    ],
)
def test_what_is_no_criterion_is_refused(text: str) -> None:
    with pytest.raises(CriterionError):
        Criterion.read(text)


@given(text=st.text(alphabet="$statusCode=!<>&|()' 12.~#/", max_size=24))
def test_a_text_is_a_criterion_or_an_error_and_never_anything_else(text: str) -> None:
    try:
        criterion = Criterion.read(text)
    except CriterionError:
        return
    assert criterion.holds(stage({})) in {True, False}


@given(left=SCALARS, right=SCALARS, sign=st.sampled_from(SIGNS))
def test_comparisons_are_those_of_numbers_where_both_are_numbers(left: Any, right: Any, sign: str) -> None:
    told = holds(f"$inputs.a {sign} $inputs.b", stage(inputs={"a": left, "b": right}))
    one, other = (Decimal(value) if _is_number(value) else None for value in (left, right))
    if one is not None and other is not None:
        ordered = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}
        assert told == {"==": one == other, "!=": one != other, **ordered}[sign]
    elif sign in {"==", "!="}:
        assert told == ((type(left) is type(right) and left == right) == (sign == "=="))
    else:
        assert not told


@given(amount=SUMS)
def test_a_sum_is_the_same_as_text_and_as_a_number(amount: Decimal) -> None:
    at = stage({"text": f"{amount:.2f}"}, inputs={"sum": amount, "more": amount + Decimal("0.01")})
    assert holds("$response.body#/text == $inputs.sum && $response.body#/text < $inputs.more", at)
    assert not holds("$response.body#/text == $inputs.more", at)


Condition = tuple[str, bool]


def _pairs(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    both = st.tuples(inner, inner)
    return st.one_of(
        both.map(lambda pair: (f"({pair[0][0]}) && ({pair[1][0]})", pair[0][1] and pair[1][1])),
        both.map(lambda pair: (f"({pair[0][0]}) || ({pair[1][0]})", pair[0][1] or pair[1][1])),
        inner.map(lambda one: (f"!({one[0]})", not one[1])),
    )


@given(condition=st.recursive(st.sampled_from([("1 == 1", True), ("$inputs.x != null", False)]), _pairs, max_leaves=12))
def test_conditions_are_joined_as_logic_says(condition: Condition) -> None:
    text, expected = condition
    assert holds(text) is expected


@given(first=st.booleans(), second=st.booleans(), third=st.booleans())
def test_and_binds_more_than_or(first: bool, second: bool, third: bool) -> None:  # noqa: FBT001 - truth values
    words = [str(value).lower() for value in (first, second, third)]
    assert holds("{} || {} && {}".format(*words)) is (first or (second and third))
    assert holds("{} && {} || {}".format(*words)) is ((first and second) or third)


@given(name=NAMES)
def test_the_expressions_of_a_criterion_are_told(name: str) -> None:
    assume(name != "sum")
    criterion = Criterion.read(f"!($inputs.{name} == 1 || $response.body#/sum > $inputs.sum)")
    assert [each.text for each in criterion.expressions] == [f"$inputs.{name}", "$response.body#/sum", "$inputs.sum"]


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        digits = value.removeprefix("-").replace(".", "", 1)
        return digits.isascii() and digits.isdecimal() and value[-1] != "." and value.removeprefix("-")[0] != "."
    return isinstance(value, int | Decimal) and not isinstance(value, bool)
