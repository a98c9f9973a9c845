"""Reports as files: HAR, JUnit and the page, whatever a server answers."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from contextlib import closing
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import jsonschema_rs
import pytest
from qiwi_payin_contract.report.files import Reports
from qiwi_payin_contract.report.har import Spool, archive
from qiwi_payin_contract.report.page import pretty
from qiwi_payin_contract.report.terminal import render
from qiwi_payin_contract.results import results_of
from qiwi_payin_contract.settings import SettingsError

from tests.contract.told_run import SECRETS, told_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

TEXT = {"type": "string"}
NUMBER = {"type": "number"}
PAIRS = {"type": "array", "items": {"type": "object", "required": ["name", "value"]}}


def _object(**fields: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(fields), "properties": fields}


HAR = _object(
    log=_object(
        version={"const": "1.2"},
        creator=_object(name=TEXT, version=TEXT),
        entries={
            "type": "array",
            "minItems": 1,
            "items": _object(
                startedDateTime={"type": "string", "format": "date-time"},
                time=NUMBER,
                request=_object(
                    method=TEXT,
                    url={"type": "string", "format": "uri"},
                    httpVersion=TEXT,
                    cookies=PAIRS,
                    headers=PAIRS,
                    queryString=PAIRS,
                    headersSize=NUMBER,
                    bodySize=NUMBER,
                ),
                response=_object(
                    status=NUMBER,
                    statusText=TEXT,
                    httpVersion=TEXT,
                    cookies=PAIRS,
                    headers=PAIRS,
                    content=_object(size=NUMBER, mimeType=TEXT),
                    redirectURL=TEXT,
                    headersSize=NUMBER,
                    bodySize=NUMBER,
                ),
                cache={"type": "object"},
                timings=_object(send=NUMBER, wait=NUMBER, receive=NUMBER),
            ),
        },
    )
)
"""What the specification of HAR 1.2 requires."""


class Tags(HTMLParser):
    """Elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Mapping[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports") / "new"
    names = {"junit": "r.xml", "json": "r.json", "html": "r.html", "har": "r.har"}
    with told_run() as run, Reports(**{key: str(folder / name) for key, name in names.items()}) as reports:
        reports.watch(run)
        for finding in run.findings:
            for exchange in finding.exchanges:
                run.target.observe(exchange)
        reports.write(results_of(run))
        spool = reports.spool
    assert spool is not None
    assert not spool.exists()
    return folder


def test_no_report_holds_a_secret(written: Path) -> None:
    for path in written.iterdir():
        told = path.read_text(encoding="utf-8")
        assert not [secret for secret in SECRETS if secret in told], path


def test_the_archive_is_har_1_2_with_every_exchange_in_order(written: Path) -> None:
    har = json.loads((written / "r.har").read_text(encoding="utf-8"))
    jsonschema_rs.Draft202012Validator(HAR, validate_formats=True).validate(har)
    entries = har["log"]["entries"]
    assert len(entries) == 2
    assert entries == sorted(entries, key=lambda entry: entry["startedDateTime"])
    assert {"name": "authorization", "value": "Bearer $QIWI_PAYIN_KEY"} in entries[0]["request"]["headers"]
    assert entries[0]["request"]["postData"]["mimeType"] == "application/json"


def test_the_archive_has_what_processes_wrote_that_were_ended(tmp_path: Path) -> None:
    with told_run() as run, closing(Spool(tmp_path)) as spool:
        (exchange, *_) = next(iter(run.findings)).exchanges
        spool(exchange)
    (tmp_path / "1.jsonl").write_text('{"startedDateTime": "2026', encoding="utf-8")
    har = json.loads("".join(archive(tmp_path, "1")))
    assert [entry["comment"] for entry in har["log"]["entries"]] == ["paymentsCreate"]


def test_a_failed_test_has_the_rule_as_message_and_the_finding_as_text(written: Path) -> None:
    root = ET.parse(written / "r.xml").getroot()  # noqa: S314 - our own file
    assert [root.get(name) for name in ("tests", "failures", "errors", "skipped")] == ["4", "1", "1", "1"]
    failure = root.find(".//testcase[@name='test_broken']/failure")
    assert failure is not None
    assert (failure.get("message") or "").startswith("QP-BOOKS-505 no-debit-without-capture: Held money is debited by")
    assert "EN-112 (QIWI Form Payment using the API, Two-step Scenario, step 13)" in (failure.text or "")
    assert "curl -sS -i -X PUT" in (failure.text or "")
    skipped = root.find(".//skipped")
    assert skipped is not None
    assert skipped.get("message") == "no driver pays as the payer would"
    told = {one.get("name"): one.get("value") for one in root.findall("./testsuite[1]/properties/property")}
    assert (told["seed"], told["base-url"], told["groups"]) == (
        "7",
        "http://127.0.0.1:9/partner",
        "behaviour scenarios",
    )


def test_a_finding_of_no_test_is_a_failure_of_its_own() -> None:
    with told_run() as run:
        results = results_of(run)
    for test in results["tests"]:
        test["rules"] = []
    with_one = ET.fromstring(_junit(results))  # noqa: S314 - our own text
    assert with_one.find("./testsuite[@name='findings']/testcase/failure[@type='QP-BOOKS-505']") is not None


def _junit(results: dict[str, Any]) -> str:
    from qiwi_payin_contract.report.junit import junit  # noqa: PLC0415 - beside its one use

    return junit(results)


def test_the_page_needs_nothing_but_itself(written: Path) -> None:
    text = (written / "r.html").read_text(encoding="utf-8")
    tags = Tags(text).found
    addresses = [given[name] for _, given in tags for name in ("src", "href", "action", "data") if name in given]
    assert addresses
    assert not [address for address in addresses if not (address or "").startswith("#")]
    assert "@import" not in text
    assert "url(" not in text
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = (given["content"] for tag, given in tags if given.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def test_what_a_server_answers_is_shown_as_text(written: Path) -> None:
    text = (written / "r.html").read_text(encoding="utf-8")
    tags = Tags(text).found
    assert [tag for tag, _ in tags].count("script") == 1
    assert not [tag for tag, _ in tags if tag in {"img", "iframe", "object", "embed", "link", "base", "form"}]
    assert not [given for _, given in tags for name in given if name.startswith("on")]
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "{{ 7*7 }}" in text
    assert "test_kept[&lt;b&gt;]" in text


def test_the_page_shows_all_that_the_document_has(written: Path) -> None:
    text = (written / "r.html").read_text(encoding="utf-8")
    ids = {given.get("id") for _, given in Tags(text).found}
    assert {"findings", "waived", "operations", "groups", "statements", "coverage", "timings"} <= ids
    assert "QIWI Form Payment using the API, Two-step Scenario, step 13" in text
    assert "1.5" in text


def test_the_terminal_report_names_document_and_place_and_no_secret() -> None:
    with told_run() as run:
        told = render(results_of(run))
    assert not [secret for secret in SECRETS if secret in told]
    assert "EN-112 (QIWI Form Payment using the API, Two-step Scenario, step 13):" in " ".join(told.split())


def test_a_report_that_cannot_be_written_is_told_before_the_run(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(SettingsError, match=r"report\.html cannot be written"),
        Reports(html=f"{tmp_path}/file/report.html"),
    ):
        pass


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"sum":150.00,"of":{"a":1,"b":2}}', '{\n  "sum": 150.00,\n  "of": {"a": 1, "b": 2}\n}'),
        ('{"text":"{\\n}","n":{"o":{"p":1}}}', '{\n  "text": "{\\n}",\n  "n": {\n    "o": {"p": 1}\n  }\n}'),
        ("no JSON", "no JSON"),
        ("9" * 7000, f"{'9' * 6000}\n... (7000 characters)"),
    ],
)
def test_a_body_is_shown_with_its_numbers_as_they_were_written(body: str, shown: str) -> None:
    assert pretty(body) == shown
