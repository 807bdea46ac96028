"""A check as JUnit XML: a test case for each rule and file; what is waived is skipped."""

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from tricenter.policies.judge import Located
from tricenter.policies.report.checked import Check, CheckedFile, asked_by
from tricenter.policies.rule import Rule

ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot have, not even escaped."""
VALID = "valid-spec"
"""The test case of a file that says whether it is a spec at all."""


def render(check: Check) -> str:
    """The check as `testsuites`; a violation below the refusing severity is told and passes."""
    root = Element("testsuites", name="tricenter check")
    suites = [_suite(root, check, file) for file in check.files]
    for key in ("tests", "failures", "skipped", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _suite(root: Element, check: Check, file: CheckedFile) -> Element:
    suite = SubElement(root, "testsuite", name=_legal(file.file))
    _validity(suite, file)
    if not file.diagnostics:
        asked = {rule.id: rule for rule in check.rules}
        spoke = {one.violation.rule.id: one.violation.rule for one in file.found}
        for rule in (asked | spoke).values():
            found = [one for one in file.found if one.violation.rule.id == rule.id]
            _case(suite, check, file, rule, found)
    suite.set("tests", str(len(suite)))
    for key, tag in (("failures", "failure"), ("skipped", "skipped"), ("errors", "error")):
        suite.set(key, str(sum(case.find(tag) is not None for case in suite)))
    return suite


def _validity(suite: Element, file: CheckedFile) -> None:
    case = SubElement(suite, "testcase", classname=_legal(file.file), name=VALID)
    if file.diagnostics:
        first = file.diagnostics[0]
        case.set("line", str(first.position.line))
        error = SubElement(case, "error", type="spec", message=_legal(first.message))
        error.text = _legal("\n".join(map(str, file.diagnostics)))


def _case(
    suite: Element, check: Check, file: CheckedFile, rule: Rule, found: Sequence[Located]
) -> None:
    case = SubElement(suite, "testcase", classname=_legal(file.file), name=rule.id)
    case.set("file", _legal(file.file))
    refusing = [one for one in found if check.refuses(one)]
    said = [one for one in found if one.violation.standing == "violation"]
    waived = [one for one in found if one.violation.standing == "waived"]
    shown = refusing or said or waived or found
    if not shown:
        return
    case.set("line", str(shown[0].position.line))
    text = _legal("\n".join(map(str, found)))
    if refusing:
        failure = SubElement(case, "failure", type=rule.severity, message=_message(refusing[0]))
        fix = f"fix: {rule.fix}\nasked for by: {asked_by(rule)}"
        failure.text = _legal(f"{text}\n{fix}")
    elif said:
        SubElement(case, "system-out").text = text
    else:
        SubElement(case, "skipped", message=_message(shown[0])).text = text


def _message(located: Located) -> str:
    standing = located.violation.standing
    word = "cannot be judged: " if standing == "unknown" else ""
    return _legal(f"{word}{located.message}")


def _legal(text: str) -> str:
    return ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
