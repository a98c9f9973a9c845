from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from qiwi_payin_runtime import command


def installed(monkeypatch: pytest.MonkeyPatch, **targets: str) -> None:
    """Have these subcommands, by name and `module:function`, and no others."""
    points = [EntryPoint(name, target, command.GROUP) for name, target in targets.items()]
    monkeypatch.setattr(command, "entry_points", lambda group: points if group == command.GROUP else [])


def ran(arguments: list[str]) -> int:
    """Stands for a subcommand."""
    return len(arguments)


def test_help_lists_the_subcommands_that_are_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(monkeypatch, sandbox="x:main", contract="y:main")

    assert command.main(["--help"]) == 0

    assert "qiwi-payin contract --help\n  qiwi-payin sandbox --help" in capsys.readouterr().out


def test_a_subcommand_gets_its_arguments_and_gives_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, sandbox="tests.client.test_client_command:ran")

    assert command.main(["sandbox", "--port", "0", "x"]) == 3


def test_a_missing_extra_is_named_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "qiwi_payin_part.py").write_text("import module_that_is_nowhere\n")
    monkeypatch.syspath_prepend(tmp_path)
    installed(monkeypatch, watch="qiwi_payin_part:main")

    assert command.main(["watch"]) == 2

    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert "qiwi-payin watch needs module_that_is_nowhere" in output.err
    assert 'pip install "qiwi-payin[part]"' in output.err


def test_a_fault_of_our_own_is_not_taken_for_a_missing_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, sandbox="qiwi_payin_nowhere:main")

    with pytest.raises(ModuleNotFoundError):
        command.main(["sandbox"])


@pytest.mark.parametrize("arguments", [[], ["nonsense"]])
def test_what_is_not_a_subcommand_cannot_run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(monkeypatch, sandbox="x:main")

    assert command.main(arguments) == 2
    assert "qiwi-payin" in capsys.readouterr().err


def test_the_version_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("qiwi-payin ")
