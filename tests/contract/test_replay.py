"""Findings can be seen again: by a story of few requests, a file of it, and a pytest file."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from qiwi_payin_contract.command import BROKEN, COULD_NOT_RUN, KEPT, main
from qiwi_payin_contract.faults.base import Fault
from qiwi_payin_contract.faults.behaviour import ForeignSiteReadable, RepeatPaysAgain, SecondCaptureDoubles
from qiwi_payin_contract.faults.proxy import FaultProxy
from qiwi_payin_contract.faults.scenarios import NoAutomaticCapture, TokenForEverybody
from qiwi_payin_contract.findings import Finding
from qiwi_payin_contract.replay import Story, StoryError, shortened
from qiwi_payin_contract.replay.files import read
from qiwi_payin_contract.rules import catalogue
from qiwi_payin_contract.serving import own_sites
from qiwi_payin_contract.sites import Site
from qiwi_payin_contract.stories import Request
from qiwi_payin_contract.stories.bindings import bound, filled
from qiwi_payin_sandbox import Sandbox
from qiwi_payin_sandbox import Site as SandboxSite


@contextmanager
def broken(fault: type[Fault]) -> Iterator[tuple[Sandbox, FaultProxy, tuple[Site, ...]]]:
    sites = own_sites()
    served = [SandboxSite(site.site_id, site.key, site.notification_key) for site in sites]
    with Sandbox(sites=served) as sandbox, FaultProxy(sandbox.base_url, fault(sites)) as proxy:
        yield sandbox, proxy, sites


def where(base_url: str, sites: tuple[Site, ...]) -> list[str]:
    return ["--base-url", base_url, *(f"--site={site.site_id}:{site.key}:{site.notification_key}" for site in sites)]


@pytest.mark.parametrize(
    ("fault", "group", "rule", "most"),
    [
        (SecondCaptureDoubles, "behaviour", "QP-BOOKS-508", 4),
        (ForeignSiteReadable, "behaviour", "QP-BOOKS-104", 2),
        (RepeatPaysAgain, "behaviour", "QP-BOOKS-212", 2),
        (TokenForEverybody, "scenarios", "QP-BOOKS-704", 2),
    ],
)
def test_a_finding_is_told_by_few_requests_and_can_be_played_again(
    *, fault: type[Fault], group: str, rule: str, most: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "findings"
    with broken(fault) as (sandbox, proxy, sites):
        told = ["--only", group, "--effort", "quick", "--seed", "1", "--findings", str(folder)]
        assert main([*where(proxy.base_url, sites), *told]) == BROKEN
        path = min(folder.glob(f"*-{rule}.json"))
        found = read(path)
        assert found.story is not None
        assert found.story.requests <= most
        for secret in (site.key for site in sites):
            assert not [file for file in folder.iterdir() if secret in file.read_text()]

        capsys.readouterr()
        assert main([*where(proxy.base_url, sites), "--replay", str(path)]) == BROKEN
        assert f"BROKEN {rule}" in capsys.readouterr().out
        assert main([*where(sandbox.base_url, sites), "--replay", str(path)]) == KEPT
        assert f"{rule} is kept" in capsys.readouterr().out


def test_the_pytest_file_of_a_finding_fails_while_the_server_is_broken_and_passes_when_it_is_not(
    tmp_path: Path,
) -> None:
    with broken(RepeatPaysAgain) as (sandbox, proxy, sites):
        told = ["--only", "behaviour", "--effort", "quick", "--seed", "1", "--findings", str(tmp_path)]
        assert main([*where(proxy.base_url, sites), *told]) == BROKEN
        path = min(tmp_path.glob("test_*identity*.py"))
        for base_url, code in ((proxy.base_url, 1), (sandbox.base_url, 0)):
            environment = {
                "QIWI_PAYIN_BASE_URL": base_url,
                "QIWI_PAYIN_SITE_ID": sites[0].site_id,
                "QIWI_PAYIN_KEY": sites[0].key,
                "PYTHONPATH": ":".join(sys.path),
            }
            ended = subprocess.run(  # noqa: S603 - our own command
                [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(path)],
                env=environment,
                cwd=tmp_path,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ended.returncode == code, ended.stdout + ended.stderr
            assert sites[0].key not in ended.stdout


def test_a_finding_without_a_story_is_seen_again_by_its_test(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with broken(NoAutomaticCapture) as (sandbox, proxy, sites):
        told = ["--only", "scenarios", "--effort", "quick", "--seed", "1", "--findings", str(tmp_path)]
        assert main([*where(proxy.base_url, sites), *told]) == BROKEN
        path = next(path for path in tmp_path.glob("*.json") if read(path).story is None)
        capsys.readouterr()
        assert main([*where(proxy.base_url, sites), "--replay", str(path)]) == BROKEN
        assert main([*where(sandbox.base_url, sites), "--replay", str(path)]) == KEPT


@pytest.mark.parametrize("text", ["", "[]", '{"format": "x"}', '{"format": "qiwi-payin finding 1"}'])
def test_a_file_that_is_no_finding_is_told_in_one_line(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "finding.json"
    path.write_text(text)
    with pytest.raises(StoryError, match="finding"):
        read(path)
    assert main(["--replay", str(path)]) == COULD_NOT_RUN
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("value", [None, [], {}, {"rule": "x", "steps": [{}], "whole": True}, {"rule": 1, "steps": 7}])
def test_what_is_no_story_is_not_taken_for_one(value: object) -> None:
    with pytest.raises(StoryError):
        Story.from_json(value)


@given(st.text(min_size=8).filter(lambda text: "{" not in text), st.text(), st.text())
def test_a_value_of_an_earlier_answer_is_put_back_where_it_was(value: str, before: str, after: str) -> None:
    body = json.dumps({"before": before, "token": value, "after": after}, ensure_ascii=False)
    answers = [{"createdToken": {"token": value}}]
    told = bound(body, answers, sent="")
    assert json.loads(filled(told, answers, "run")) == json.loads(body)


def test_a_token_is_named_by_the_answer_that_issued_it_and_not_shown() -> None:
    token = "66aebf5f-098e-4e36-922a-a4107b349a96"
    body = f'{{"paymentMethod": {{"type": "TOKEN", "paymentToken": "{token}"}}}}'
    told = bound(body, [{"createdToken": {"token": token}}], sent="")
    assert token not in told
    assert "{{1#/createdToken/token}}" in told
    assert filled(told, [{"createdToken": {"token": "other-token"}}], "") == body.replace(token, "other-token")


def request(path: str, body: str = "") -> Request:
    return Request("PUT", path, 1, {}, body)


def test_leaving_out_a_step_keeps_what_later_steps_take_from_earlier_answers() -> None:
    story = Story(
        "QP-BOOKS-508", [request("/a"), request("/b"), request("/c/{{2#/id}}"), request("/d", '"{{3#/token}}"')]
    )
    assert story.without(1) is None
    assert story.without(2) is None
    shorter = story.without(0)
    assert shorter is not None
    assert [step.path for step in shorter.steps if isinstance(step, Request)] == ["/b", "/c/{{1#/id}}", "/d"]
    assert shorter.steps[-1] == request("/d", '"{{2#/token}}"')


def test_a_story_is_shortened_to_the_steps_that_it_needs() -> None:
    needed = {"/pay", "/capture"}
    finding = Finding(catalogue()["QP-BOOKS-508"], "captured twice")

    def play(story: Story) -> Finding | None:
        paths = [step.path for step in story.steps if isinstance(step, Request)]
        return finding if needed <= set(paths) else None

    story = Story("QP-BOOKS-508", [request(path) for path in ("/a", "/pay", "/b", "/c", "/capture")])
    shortest = shortened(story, play)
    assert shortest is not None
    assert [step.path for step in shortest[0].steps if isinstance(step, Request)] == ["/pay", "/capture"]
    assert shortened(Story("QP-BOOKS-508", [request("/a")]), play) is None


def test_a_file_holds_no_card_number_that_is_not_published_and_says_that_it_is_not_whole() -> None:
    body = '{"paymentMethod": {"type": "CARD", "pan": "5555555555554444", "cvv2": "987"}}'
    story = Story("QP-BOOKS-508", [request("/a", body)])
    told = json.dumps(story.to_json())
    assert "5555555555554444" not in told
    assert "987" not in told
    assert not Story.from_json(json.loads(told)).whole
    assert Story("QP-BOOKS-508", [request("/a", body.replace("5555555555554444", "4256000000000003"))]).masked().whole
