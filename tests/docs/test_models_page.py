"""The page on models runs as it stands, and its types are checked as they stand."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import qiwi_payin
import qiwi_payin_runtime
from qiwi_payin import CardPaymentMethod, Customer, PayIn
from qiwi_payin_sandbox import Sandbox

PAGE = (Path(__file__).parents[2] / "docs" / "client" / "models.md").read_text()
TEXT = "\n".join(re.findall(r"^```python\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE))


def test_what_the_page_states_holds() -> None:
    names: dict[str, Any] = {}
    exec(compile(TEXT, "models.md", "exec"), names)  # noqa: S102 - running it is the test
    card = CardPaymentMethod(pan="4444443616621049", expiry_date="12/34")

    with Sandbox() as sandbox:
        payin = PayIn(sandbox.local_base_url, sandbox.key, sandbox.site_id, transport=sandbox.transport)
        first = payin.payments.create(
            "1", payment_method=card, amount="1.00", customer=Customer(account="a"), flags=["BIND_PAYMENT_TOKEN"]
        )
        assert first.created_token
        assert names["charge"](payin, "2", first.created_token.token, "a").status.value == "COMPLETED"


def test_type_checkers_agree(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(TEXT)
    path = ":".join(str(Path(package.__path__[0]).parent) for package in (qiwi_payin, qiwi_payin_runtime))

    ran = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", "page.py"],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"MYPYPATH": path},
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
