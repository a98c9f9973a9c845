import copy
import importlib
import pickle
from pathlib import Path

import pytest
import qiwi_payin
from qiwi_payin import UNSET, Unset
from qiwi_payin_runtime.jsontext import json_text, parse_json, plain


def test_every_public_name_can_be_had_and_listed() -> None:
    for name in qiwi_payin.__all__:
        assert getattr(qiwi_payin, name) is not None
    assert dir(qiwi_payin) == sorted(qiwi_payin.__all__)
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        qiwi_payin.Nothing  # type: ignore[attr-defined] # noqa: B018 - asking is the test
    with pytest.raises(ImportError):
        importlib.import_module("qiwi_payin.nothing")


def test_each_generated_file_says_so_in_its_first_line() -> None:
    files = sorted(Path(qiwi_payin.__path__[0]).rglob("*.py"))

    assert len(files) > 50
    for file in files:
        assert file.read_text(encoding="utf-8").startswith("# Generated from openapi/openapi.yaml")
    assert (Path(qiwi_payin.__path__[0]) / "py.typed").exists()


def test_the_runtime_knows_nothing_of_generated_code() -> None:
    import qiwi_payin_runtime  # noqa: PLC0415 - its folder is what is read

    for file in Path(qiwi_payin_runtime.__path__[0]).glob("*.py"):
        assert "import qiwi_payin\n" not in file.read_text(encoding="utf-8")
        assert "from qiwi_payin " not in file.read_text(encoding="utf-8")
        assert "from qiwi_payin." not in file.read_text(encoding="utf-8")


def test_unset_is_one_value_whatever_is_done_to_it() -> None:
    for twin in (pickle.loads(pickle.dumps(UNSET)), copy.copy(UNSET), copy.deepcopy(UNSET), Unset.UNSET):  # noqa: S301
        assert twin is UNSET
    assert not UNSET
    assert repr(UNSET) == "UNSET"


def test_numbers_keep_every_digit_through_json() -> None:
    text = '{"a":0.1000000000000000000000000000000001,"b":150.00,"c":123456789012345678901234567890,"d":[1E+2]}'

    assert json_text(parse_json(text)) == text
    assert plain(parse_json(text)) == {
        "a": "0.1000000000000000000000000000000001",
        "b": "150.00",
        "c": 123456789012345678901234567890,
        "d": [100],
    }


def test_a_float_is_never_written() -> None:
    with pytest.raises(TypeError, match="float"):
        json_text({"a": [0.1]})


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "NaN", "-Infinity", "{", b"\xff", "[" * 100_000])
def test_text_that_is_not_json_or_says_two_things_is_refused_without_quoting_it(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"JSON|not valid|same key|nested") as caught:
        parse_json(text)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert len(str(caught.value)) < 80
