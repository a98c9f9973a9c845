"""The README's Python runs as it stands, against a sandbox."""

import itertools
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest
from qiwi_payin import CardPaymentMethod, PayIn
from qiwi_payin_sandbox import Sandbox, Site

README = (Path(__file__).parents[2] / "README.md").read_text()
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def run(block: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(block, "README.md", "exec"), names)  # noqa: S102 - running it is the test
    return names


def test_the_first_example_creates_a_bill_with_settings_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Sandbox() as sandbox:
        monkeypatch.setenv("QIWI_PAYIN_BASE_URL", sandbox.base_url)
        monkeypatch.setenv("QIWI_PAYIN_KEY", sandbox.key)
        monkeypatch.setenv("QIWI_PAYIN_SITE_ID", sandbox.site_id)

        run(BLOCKS[0])

        pay_url, status = capsys.readouterr().out.split()
        assert pay_url.startswith(f"{sandbox.origin}/form?invoiceUid=")
        assert status == "CREATED"


@pytest.mark.parametrize(
    ("expiry_date", "cvv2", "outcome"),
    [("12/34", "123", "COMPLETED"), ("02/34", "123", "declined: "), ("12/34", "849", "http://127.0.0.1")],
)
def test_the_card_example_holds_and_captures(expiry_date: str, cvv2: str, outcome: str) -> None:
    hold_and_capture = run(BLOCKS[1])["hold_and_capture"]
    with Sandbox() as sandbox:
        payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)
        card = CardPaymentMethod(pan="4444443616621049", expiry_date=expiry_date, cvv2=cvv2)

        assert hold_and_capture(payin, "order-1816", card).startswith(outcome)


def test_the_notification_example_takes_what_the_sandbox_signed() -> None:
    paid = run(BLOCKS[2])["paid"]
    with Sandbox() as sandbox:
        run(BLOCKS[0].replace("PayIn()", f"PayIn({sandbox.base_url!r}, {sandbox.key!r}, {sandbox.site_id!r})"))
        sandbox.pay_bill("order-1815")
        (notification,) = sandbox.notifications()
        payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)

        assert paid(payin, notification["body"].encode(), notification["signature"], sandbox.notification_key)


def test_the_sandbox_example_is_a_passing_test_of_a_pytest_user(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(BLOCKS[3])

    ran = subprocess.run(  # noqa: S603 - the README's own text
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert "1 passed" in ran.stdout, ran.stdout + ran.stderr


def test_the_curl_line_creates_a_bill_on_the_site_that_is_served_above_it() -> None:
    (served,) = re.findall(r"^qiwi-payin sandbox --site (\S+)$", README, re.MULTILINE)
    (line,) = re.findall(r"^curl (.*?)^```$", README, re.DOTALL | re.MULTILINE)
    words = shlex.split(line.replace("\\\n", " "))
    options = list(itertools.pairwise(words))
    (method,), (body,) = ([value for name, value in options if name == wanted] for wanted in ("-X", "-d"))
    headers = dict(value.split(": ") for name, value in options if name == "-H")
    (url,) = (word for word in words if word.startswith("http"))

    site_id, key, notification_key = served.split(":")
    with (
        Sandbox(sites=[Site(site_id, key=key, notification_key=notification_key)]) as sandbox,
        httpx.Client(transport=sandbox.transport) as client,
    ):
        answer = client.request(method, url, headers=headers, content=body)

    assert answer.status_code == 200
    assert answer.json()["status"]["value"] == "CREATED"


def test_each_command_stands_alone_behind_its_mark() -> None:
    commands = re.findall(r"^<!-- command: (\w+) -->\n```sh\n([^\n]+)\n```$", README, re.MULTILINE)

    assert [name for name, _ in commands] == ["kit", "tests"]
    assert all(command.endswith(f"nox -s {name}") for name, command in commands)
