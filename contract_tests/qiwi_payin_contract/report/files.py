"""Writes the reports that were asked for.

What writes one is imported where it is written: a run is to begin with the first request, not with all that may follow.
"""
# ruff: noqa: PLC0415 - as said above

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import attrs

from qiwi_payin_contract.settings import SettingsError

if TYPE_CHECKING:
    from qiwi_payin_contract.report.har import Spool
    from qiwi_payin_contract.run import Run

__all__ = ["Reports"]


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text).absolute()


@attrs.define(eq=False)
class Reports:
    """Where the reports of a run go; each may be left out.

    Attributes:
        junit: file for JUnit's XML.
        json: file for the document of results.
        html: file for the page.
        har: file for the archive of all exchanges.
        findings: folder for a file of each finding.
        spool: folder that exchanges are kept in until the archive is written; None without an archive. Other processes
            of the run put theirs into the same folder.
    """

    junit: Path | None = attrs.field(default=None, converter=_path)
    json: Path | None = attrs.field(default=None, converter=_path)
    html: Path | None = attrs.field(default=None, converter=_path)
    har: Path | None = attrs.field(default=None, converter=_path)
    findings: Path | None = attrs.field(default=None, converter=_path)
    spool: Path | None = attrs.field(default=None, init=False)
    _exchanges: "Spool | None" = attrs.field(default=None, init=False)

    def __enter__(self) -> Self:
        """See that all can be written, before the first request is sent.

        Raises:
            SettingsError: one cannot; the message names it.
        """
        for path in filter(None, (self.junit, self.json, self.html, self.har)):
            _can_be_written(path, lambda path: path.open("a", encoding="utf-8").close())
        if self.findings is not None:
            _can_be_written(self.findings, lambda path: path.mkdir(exist_ok=True))
        if self.har is not None:
            from qiwi_payin_contract.report.har import Spool

            self.spool = Path(tempfile.mkdtemp(prefix="qiwi-payin-contract-"))
            self._exchanges = Spool(self.spool)
        return self

    def __exit__(self, *_: object) -> None:
        if self._exchanges is not None:
            self._exchanges.close()
        if self.spool is not None:
            shutil.rmtree(self.spool, ignore_errors=True)

    def watch(self, run: "Run") -> None:
        """Take the exchanges of a run, where an archive was asked for."""
        if self._exchanges is not None:
            run.target.observers.append(self._exchanges)

    def write_findings(self, run: "Run") -> dict[tuple[str, str | None], Path]:
        """Write a file for each failing finding, into a new folder where none was named.

        Returns:
            The files by rule and operation.

        Raises:
            OSError: the folder cannot be written.
        """
        if not run.findings.failing:
            return {}
        from qiwi_payin_contract.replay.files import write

        folder = self.findings or Path(tempfile.mkdtemp(prefix="qiwi-payin-findings-"))
        return {(finding.rule.code, finding.operation_id): path for finding, path in write(run, folder)}

    def write(self, results: Mapping[str, Any]) -> None:
        """Write all other reports from the document of results.

        Raises:
            OSError: a file cannot be written.
        """
        if self.json is not None:
            _write(self.json, _text(results))
        if self.junit is not None:
            from qiwi_payin_contract.report.junit import junit

            _write(self.junit, junit(results))
        if self.html is not None:
            from qiwi_payin_contract.report.page import page

            _write(self.html, page(results))
        if self.har is not None and self.spool is not None and self._exchanges is not None:
            from qiwi_payin_contract.report.har import archive

            self._exchanges.close()
            with self.har.open("w", encoding="utf-8") as file:
                file.writelines(archive(self.spool, results["version"]))


def _text(value: Any) -> str:
    return f"{json.dumps(value, ensure_ascii=False, indent=1)}\n"


def _write(path: Path, text: str) -> None:
    # An answer may hold halves of characters, which UTF-8 cannot say; JSON says them just so, with a backslash.
    path.write_text(text, encoding="utf-8", errors="backslashreplace")


def _can_be_written(path: Path, make: Callable[[Path], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path)
    except OSError as error:
        raise SettingsError(f"the report {path} cannot be written: {type(error).__name__}") from error
