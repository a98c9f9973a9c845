import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from tools import api
from tools.api import FOLDERS, Changes, Surface, surface_at
from tools.project import ROOT
from tools.revisions import RevisionError

RUNTIME = "client_runtime/qiwi_payin_runtime"
CLIENT = "generated_client/qiwi_payin"


@pytest.fixture(scope="module")
def now() -> Surface:
    return Surface.read(*(ROOT / name for name in FOLDERS))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (CLIENT, RUNTIME):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


class Edit(NamedTuple):
    """A text of a file and what stands in its place."""

    file: str
    old: str
    new: str


def changed(tree: Path, edit: Edit) -> Surface:
    path = tree / edit.file
    text = path.read_text(encoding="utf-8")
    assert edit.old in text
    path.write_text(text.replace(edit.old, edit.new), encoding="utf-8")
    return Surface.read(*(tree / name for name in FOLDERS))


def test_the_list_is_what_the_tool_makes(capsys: pytest.CaptureFixture[str]) -> None:
    assert api.main(["--check"]) == 0, capsys.readouterr().out


def test_a_list_that_was_changed_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(api, "PAGE", tmp_path / "client" / "api.md")
    assert api.main(["--check"]) == 1
    assert api.main([]) == 0
    assert api.main(["--check"]) == 0
    assert "run python -m tools.api" in capsys.readouterr().out


def test_each_public_name_is_listed_with_its_members(now: Surface) -> None:
    things = now.things()

    assert {"PayIn.bills", "AsyncPayments.create", "Money.of_minor", "notifications.verify"} <= set(things)
    assert {"Payment.amount", "PaymentStatusValue.WAITING", "OutcomeUnknown.reason", "Model.to_json"} <= set(things)
    assert not [name for name in things if "._" in name]


def test_what_is_the_same_breaks_nothing(now: Surface, tree: Path) -> None:
    assert Changes.between(now, Surface.read(*(tree / name for name in FOLDERS))) == Changes([], [])


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (
            Edit(f"{CLIENT}/resources/refunds.py", "        comment: str | Unset = UNSET,\n", ""),
            "Refunds.create(comment): Parameter was removed",
        ),
        (
            Edit(
                f"{CLIENT}/resources/bills.py",
                "        bill_id: str,\n        *,\n        amount",
                "        *,\n        bill_id: str,\n        amount",
            ),
            "Bills.create(bill_id): Parameter kind was changed",
        ),
        (
            Edit(f"{CLIENT}/resources/bills.py", "comment: str | Unset = UNSET", "comment: str"),
            "Bills.create(comment): Parameter is now required",
        ),
        (
            Edit(f"{CLIENT}/client.py", "timeout: float = 30.0", "timeout: float = 80.0"),
            "PayIn(timeout): Parameter default was changed",
        ),
        (Edit(f"{CLIENT}/client.py", "def tokens(", "def _tokens("), "PayIn.tokens: Public object was removed"),
        (
            Edit(f"{CLIENT}/client.py", "def tokens(", "def saved_cards("),
            "AsyncPayIn.tokens: Public object was removed",
        ),
        (
            Edit(f"{CLIENT}/models/payment.py", "    captured_amount:", "    debited_amount:"),
            "Payment.captured_amount: Public object was removed",
        ),
        (
            Edit(f"{CLIENT}/models/payment.py", "    bill_id: str | Unset", "    bill_id: int | Unset"),
            "Payment.bill_id: type was changed from str | Unset to int | Unset",
        ),
        (
            Edit(f"{CLIENT}/models/customer.py", "email: str | Unset = field(default=UNSET, ", "email: str = field("),
            "Customer(email): Parameter is now required",
        ),
        (Edit(f"{CLIENT}/models/bill_flag.py", "SALE =", "DEBIT ="), "BillFlag.SALE: Public object was removed"),
        (
            Edit(f"{CLIENT}/resources/bills.py", ") -> Bill:", ") -> BillDetails:"),
            "AsyncBills.create: result was changed from Bill to BillDetails",
        ),
        (Edit(f"{CLIENT}/__init__.py", '    "Customer",\n', ""), "Customer: Public object was removed"),
        (
            Edit(f"{CLIENT}/notifications.py", "signature: str | None, key: Keys", "signature: str, key: Keys"),
            "notifications.verify: signature was changed from str | None to str",
        ),
        (
            Edit(f"{RUNTIME}/money.py", "    def of_minor(", "    def of_kopecks("),
            "Money.of_minor: Public object was removed",
        ),
        (
            Edit(f"{RUNTIME}/errors.py", "        self.trace_id = trace_id\n", ""),
            "APIError.trace_id: Public object was removed",
        ),
        (Edit(f"{RUNTIME}/models.py", "    def to_json(", "    def json("), "Model.to_json: Public object was removed"),
    ],
)
def test_what_breaks_is_named(now: Surface, tree: Path, edit: Edit, told: str) -> None:
    assert told in Changes.between(now, changed(tree, edit)).breaking


@pytest.mark.parametrize(
    ("edit", "added"),
    [
        (
            Edit(
                f"{CLIENT}/resources/bills.py",
                "comment: str | Unset = UNSET,",
                "comment: str | Unset = UNSET,\n        note: str | Unset = UNSET,",
            ),
            [],
        ),
        (Edit(f"{CLIENT}/resources/bills.py", "        bill_id: str,", "        bill_id: str | int,"), []),
        (Edit(f"{CLIENT}/models/bill_flag.py", "    SALE =", '    HOLD = "HOLD"\n    SALE ='), ["BillFlag.HOLD"]),
        (
            Edit(
                f"{CLIENT}/models/payment.py",
                "    amount: Money =",
                "    fee: Money | Unset = field(default=UNSET)\n    amount: Money =",
            ),
            ["Payment.fee"],
        ),
        (
            Edit(
                f"{RUNTIME}/money.py", "    def of_minor(", "    def doubled(self) -> Money: ...\n\n    def of_minor("
            ),
            ["Money.doubled"],
        ),
        (
            Edit(f"{RUNTIME}/errors.py", "class Gone(APIError):", "class Gone(APIError):\n    teapot = False"),
            ["Gone.teapot"],
        ),
        (Edit(f"{RUNTIME}/clients.py", "class _Engine", "class _Motor"), []),
    ],
)
def test_what_is_added_breaks_nothing(now: Surface, tree: Path, edit: Edit, added: list[str]) -> None:
    assert Changes.between(now, changed(tree, edit)) == Changes([], added)


def test_a_git_ref_and_a_wheel_can_be_compared_with(now: Surface, tree: Path, tmp_path: Path) -> None:
    changed(tree, Edit(f"{CLIENT}/models/bill_flag.py", "SALE =", "DEBIT ="))
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *arguments], cwd=tree, check=True)  # noqa: S603, S607
    (tree / "wheel").mkdir()
    for name in (CLIENT, RUNTIME):
        shutil.copytree(tree / name, tree / "wheel" / Path(name).name)
    wheel = Path(shutil.make_archive(str(tmp_path / "qiwi_payin"), "zip", tree / "wheel")).rename(tmp_path / "x.whl")

    for place in ("HEAD", str(wheel)):
        assert Changes.between(surface_at(place, tree), now).breaking == ["BillFlag.DEBIT: Public object was removed"]
    with pytest.raises(RevisionError, match="no-such-ref"):
        surface_at("no-such-ref", tree)
