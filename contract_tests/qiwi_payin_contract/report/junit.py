"""Results as JUnit's XML: a suite for each group, a case for each test."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree as ET

__all__ = ["junit"]

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(results: Mapping[str, Any]) -> str:
    """Write the report.

    A test that found a rule broken fails with the rule as message and the finding as text. Findings that no test of
    its own tells of stand in a suite named ``findings``.
    """
    root = ET.Element("testsuites", name="qiwi-payin contract", time=f"{results['run']['seconds']:.3f}")
    by_rule: dict[str, list[Mapping[str, Any]]] = {}
    for finding in results["findings"]:
        by_rule.setdefault(finding["rule"], []).append(finding)
    for group in results["groups"]:
        tests = [test for test in results["tests"] if test["group"] == group["name"]]
        suite = _suite(root, results, group["name"], tests)
        for test in tests:
            _case(suite, test, by_rule)
    told = {code for test in results["tests"] for code in test["rules"]}
    left = [findings for code, findings in by_rule.items() if code not in told]
    if left:
        tests = [{"state": "broken", "seconds": 0.0} for _ in left]
        suite = _suite(root, results, "findings", tests)
        for findings in left:
            case = ET.SubElement(suite, "testcase", classname="findings", name=findings[0]["name"], time="0.000")
            _failures(case, findings)
    _count(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(root: ET.Element, results: Mapping[str, Any], name: str, tests: Sequence[Mapping[str, Any]]) -> ET.Element:
    run = results["run"]
    states = [test["state"] for test in tests]
    suite = ET.SubElement(
        root,
        "testsuite",
        name=name,
        tests=str(len(tests)),
        failures=str(states.count("broken")),
        errors=str(states.count("failed")),
        skipped=str(states.count("not run")),
        time=f"{sum(test['seconds'] for test in tests):.3f}",
        timestamp=run["started"],
    )
    properties = ET.SubElement(suite, "properties")
    for key, value in (
        ("base-url", run["server"]),
        ("sites", " ".join(run["sites"])),
        ("seed", str(run["seed"])),
        ("effort", run["effort"]),
        ("groups", " ".join(run["groups"])),
        ("driver", run["driver"]),
        ("version", results["version"]),
    ):
        ET.SubElement(properties, "property", name=key, value=_clean(value))
    return suite


def _case(suite: ET.Element, test: Mapping[str, Any], findings: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    name = _clean(test["name"])
    case = ET.SubElement(suite, "testcase", classname=test["group"], name=name, time=f"{test['seconds']:.3f}")
    match test["state"]:
        case "broken":
            mine = [finding for code in test["rules"] for finding in findings.get(code, ())]
            if mine:
                _failures(case, mine)
            else:
                ET.SubElement(case, "failure", message="the contract is broken", type="broken")
        case "failed":
            ET.SubElement(case, "error", message=_clean(test["reason"]), type="failed")
        case "not run":
            ET.SubElement(case, "skipped", message=_clean(test["reason"]), type="not run")
        case _:
            return


def _failures(case: ET.Element, findings: Sequence[Mapping[str, Any]]) -> None:
    """Add one failure, which is all that most readers of JUnit take, for all that a test found."""
    first = findings[0]
    failure = ET.SubElement(
        case, "failure", message=f"{first['rule']} {first['name']}: {first['sentence']}", type=first["rule"]
    )
    failure.text = _clean("\n\n".join("\n".join(_told(finding)) for finding in findings))


def _told(finding: Mapping[str, Any]) -> Iterator[str]:
    yield f"{finding['rule']} {finding['sentence']}"
    yield f"basis: {finding['basis']}" + (f" ({finding['decision']})" if finding["decision"] else "")
    for statement in finding["statements"][:5]:
        yield f"{statement['id']} ({statement['origin']}): {statement['text']}"
    yield finding["message"]
    for step in finding["steps"]:
        yield ""
        if "deed" in step:
            yield step["deed"]
        else:
            yield step["curl"]
            yield f"-> {step['status']} {step['answerBody'][:2000]}"
    yield ""
    yield f"again: {finding['repeat']['command']}"


def _count(root: ET.Element) -> None:
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))


def _clean(text: str) -> str:
    """Leave out characters that XML cannot say."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", text)
