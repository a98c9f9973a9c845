from typing import Any

import pytest

from tools.documents import parse_json
from tools.second_opinion import differences


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ('{"a": 150.00, "b": [1]}', '{"b": [1.0], "a": 150}', []),
        ('{"a": 1}', "{}", ["#/a: only in ours"]),
        ("{}", '{"a": {}}', ["#/a: only in theirs"]),
        ('{"a": [1, {"b": 2}]}', '{"a": [1, {"b": 3}]}', ["#/a/1/b: ours 2, theirs 3"]),
        ("[1, 2]", "[1]", ["#: ours [1, 2], theirs [1]"]),
        ("[true]", "[1]", ["#/0: ours True, theirs 1"]),
        ("[null]", "[{}]", ["#/0: ours None, theirs {}"]),
    ],
)
def test_documents_are_compared_as_data(ours: str, theirs: str, expected: list[str]) -> None:
    both: list[Any] = [parse_json(text) for text in (ours, theirs)]
    assert list(differences(*both)) == expected
