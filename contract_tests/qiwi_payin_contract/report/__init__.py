"""Reports of a run: terminal, JUnit, JSON, HAR and a page for a browser, all made from its results."""

from qiwi_payin_contract.report.files import Reports
from qiwi_payin_contract.report.terminal import render, render_finding

__all__ = ["Reports", "render", "render_finding"]
