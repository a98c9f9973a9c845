import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.documents import DocumentError, json_text, parse_json, parse_yaml, read, read_mapping, write_json

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


def exactly(value: Any) -> Any:
    """The value in a form whose equality sees sign, digits and exponent of a decimal."""
    match value:
        case Decimal():
            return ("decimal", value.as_tuple())
        case dict():
            return [(key, exactly(item)) for key, item in value.items()]
        case list():
            return [exactly(item) for item in value]
        case _:
            return (type(value), value)


@given(st.decimals(allow_nan=False, allow_infinity=False).filter(lambda number: number.as_tuple().exponent != 0))
def test_a_decimal_comes_back_with_every_digit_it_had(number: Decimal) -> None:
    assert exactly(parse_json(json_text(number))) == exactly(number)


@given(JSON_VALUES)
def test_written_json_means_the_same_to_the_standard_reader(value: Any) -> None:
    assert json.loads(json_text(value), parse_float=Decimal, parse_int=Decimal) == value


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_a_sum_in_yaml_keeps_its_text_in_json(rubles: int, kopecks: int) -> None:
    text = f"{rubles}.{kopecks:02}"
    assert json_text(parse_yaml(f"value: {text}")) == f'{{\n  "value": {text}\n}}\n'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[NO, SE, off, y]", ["NO", "SE", "off", "y"]),
        ("at: 2024-01-01", {"at": "2024-01-01"}),
        ("at: 2024-01-01T00:00:00+03:00", {"at": "2024-01-01T00:00:00+03:00"}),
        ("12:30", "12:30"),
        ("200: {}", {"200": {}}),
        ("NO: 1", {"NO": 1}),
        ("true: 1", {"true": 1}),
        ("[null, ~, true, False]", [None, None, True, False]),
        ("'007'", "007"),
        ("[-5, 0, 3]", [-5, 0, 3]),
        ("", None),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    ],
)
def test_yaml_is_yaml_1_2_restricted_to_json(text: str, expected: Any) -> None:
    assert parse_yaml(text) == expected


def test_an_alias_gives_a_copy_of_its_own() -> None:
    document = parse_yaml("a: &x [1]\nb: *x")
    document["a"].append(2)
    assert document["b"] == [1]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3", "f.yaml:3: the key 'a' is there twice"),
        ("200: a\n'200': b", "f.yaml:2: the key '200' is there twice"),
        ("a: 0x1F", "f.yaml:1: '0x1F' has no JSON spelling"),
        ("a: 007", "'007' has no JSON spelling"),
        ("a: .inf", "'.inf' has no JSON spelling"),
        ("a: .5", "'.5' has no JSON spelling"),
        ("a: 1_000", "'1_000' has no JSON spelling"),
        ("a: !!binary aGk=", "has no JSON spelling"),
        ("? [a]\n: b", "a key must be a scalar"),
        ("a: &x {b: 1}\nc:\n  <<: *x", r"merge keys \(<<\) are not YAML 1.2"),
        ("a: &x [*x]", "an alias contains itself"),
        ("a: [", "f.yaml: "),
        ("--- 1\n--- 2", "f.yaml: "),
    ],
)
def test_yaml_that_json_cannot_say_is_refused_with_its_line(text: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        parse_yaml(text, "f.yaml")


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', "[NaN]", "[-Infinity]", "{", ""])
def test_json_that_is_ambiguous_or_malformed_is_refused(text: str) -> None:
    with pytest.raises(DocumentError, match=r"^f\.json: "):
        parse_json(text, "f.json")


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, Decimal("NaN"), Decimal("Infinity"), {1: 2}, [b"x"], ("a",)])
def test_what_is_not_json_is_never_written(value: Any) -> None:
    with pytest.raises(DocumentError):
        json_text(value)


def test_json_is_indented_ordered_and_readable() -> None:
    value = {"b": {"Сумма": Decimal("0.00")}, "a": [], "c": [{}, 1]}
    assert json_text(value) == ('{\n  "b": {\n    "Сумма": 0.00\n  },\n  "a": [],\n  "c": [\n    {},\n    1\n  ]\n}\n')


def test_files_are_read_by_their_suffix(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"value": Decimal("4.350")})
    (tmp_path / "a.yaml").write_text("value: 4.350\n")
    assert exactly(read(tmp_path / "a.json")) == exactly(read(tmp_path / "a.yaml"))
    (tmp_path / "a.txt").write_text("value: 4.350\n")
    with pytest.raises(DocumentError, match=r"only \.yaml"):
        read(tmp_path / "a.txt")
    with pytest.raises(DocumentError, match="no such file"):
        read(tmp_path / "b.yaml")


def test_a_document_whose_root_is_no_object_is_refused_where_one_is_needed(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("[1]")
    with pytest.raises(DocumentError, match="root must be an object"):
        read_mapping(tmp_path / "a.yaml")


def test_bytes_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b'"\xff"')
    with pytest.raises(DocumentError, match="not UTF-8"):
        read(tmp_path / "a.json")
