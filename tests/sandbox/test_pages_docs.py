"""The page of the documentation on the payer's pages tells what there is."""

import re
from pathlib import Path

from qiwi_payin_sandbox.pages import routes
from qiwi_payin_sandbox.pages.messages import Event
from qiwi_payin_sandbox.pages.themes import BUILT_IN

TEXT = Path("docs/sandbox/form.md").read_text()
LIBRARY = Path(routes.__file__).with_name("static").joinpath("popup.js").read_text()


def test_its_example_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(compile(example, "form.md", "exec"), {})  # noqa: S102 - it is our own page


def test_it_names_each_built_in_theme_and_each_message_to_a_frame() -> None:
    for name in (*BUILT_IN, *Event):
        assert f"`{name}`" in TEXT


def test_it_names_each_reason_that_the_popup_rejects_with() -> None:
    reasons = set(re.findall(r'CheckoutError\("([A-Z_]+)"', LIBRARY)) | set(
        re.findall(r"^ +([A-Z_]+): \"", LIBRARY, re.MULTILINE)
    )
    assert len(reasons) == 7
    for reason in reasons:
        assert f"`{reason}`" in TEXT
