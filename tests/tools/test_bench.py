"""What the benchmark measures is there: its load counts answers, its copied objects are objects."""

from pathlib import Path

from qiwi_payin_sandbox import Clock, Sandbox, Site

from tests.sandbox.partner import Partner
from tools.bench.filling import copy_objects
from tools.bench.load import Plan, run
from tools.bench.requests import KEY, SITE, sandbox_requests


def test_the_load_counts_answers_and_numbers_its_requests() -> None:
    with Sandbox(sites=[Site(SITE, key=KEY)]) as sandbox, Partner(sandbox) as partner:
        port = int(sandbox.origin.rpartition(":")[2])
        text = sandbox_requests()["PUT payment"].text
        outcome = run(Plan("127.0.0.1", port, text, connections=2, seconds=30, at_most=6))
        assert outcome.statuses == {"200": outcome.answered}
        assert outcome.answered == outcome.next_number == 6
        assert partner.ok("GET", "/payments/p00000005")["status"]["value"] == "COMPLETED"


def test_copied_objects_are_answered_as_if_they_had_been_made(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path / 'store.sqlite3'}"
    clock = Clock.frozen("2024-03-01T12:00:00+03:00")
    with Sandbox(store=store, seed=1, clock=clock, sites=[Site(SITE, key=KEY)]) as sandbox, Partner(sandbox) as partner:
        for number in range(2):
            partner.bill(f"b{number:08d}")
            partner.payment(f"p{number:08d}", billId=f"b{number:08d}")
        copy_objects(store, made=2, wanted=10)
        original, copied = (partner.ok("GET", f"/bills/b{number:08d}/details") for number in (1, 9))
        assert copied["status"] == original["status"]
        assert [payment["paymentId"] for payment in copied["payments"]] == ["p00000009"]
        assert partner.capture("p00000009")["amount"] == copied["amount"]
        assert len(sandbox.postings()) == 11
