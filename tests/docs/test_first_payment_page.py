"""The page on the first payment: few lines, and they do what it says."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "client" / "first-payment.md").read_text()
MOST_LINES = 10
COMMAND = (sys.executable, "-c", "from qiwi_payin_runtime.command import main; raise SystemExit(main())")


def blocks_of(section: str) -> list[tuple[str, str]]:
    """Language and text of the blocks of code."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)


def printed(*command: str, **variables: str) -> str:
    ran = subprocess.run(  # noqa: S603 - the page's own text
        command, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_a_newcomer_needs_few_lines() -> None:
    for section in PAGE.split("\n## "):
        lines = [line for _, text in blocks_of(section) for line in text.splitlines() if line.strip()]
        assert 1 < len(lines) <= MOST_LINES


def test_the_lines_in_one_process_end_with_a_paid_bill() -> None:
    (_, install), (_, program) = blocks_of(PAGE.split("\n## ")[0])

    assert install == 'pip install "qiwi-payin[sandbox]"\n'
    assert printed(sys.executable, "-W", "error", "-c", program) == "PAID\n"


def test_the_lines_with_a_server_end_with_a_paid_bill() -> None:
    (_, serve), (_, settings), (_, program), (_, pay) = blocks_of(PAGE.split("\n## ")[1])
    variables = dict(word.split("=") for word in shlex.split(settings)[1:])
    serving = [*COMMAND, *shlex.split(serve.splitlines()[-1])[1:], "--port", "0"]

    with subprocess.Popen(serving, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - as above
        try:
            assert server.stdout
            base_url = server.stdout.readline().split()[-1]
            variables["QIWI_PAYIN_BASE_URL"] = base_url
            variables["QIWI_PAYIN_SANDBOX"] = base_url.removesuffix("/partner")

            shown = printed(sys.executable, "-c", program, **variables)
            paid = printed(*COMMAND, *shlex.split(pay)[1:], **variables)
        finally:
            server.terminate()

    assert shown.startswith(f"{variables['QIWI_PAYIN_SANDBOX']}/form?invoiceUid=")
    assert paid.startswith("bill order-1: payment ")
    assert "COMPLETED" in paid
