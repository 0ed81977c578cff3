"""JUnit's XML, as CI servers read it: a suite for each check, a failure for each drift."""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from wirelaw.finding import Finding
from wirelaw.outcome import Outcome
from wirelaw.repository import Check

#: characters that XML 1.0 has no way to write
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(outcome: Outcome) -> str:
    """Write the suites; a check without drift is a test that passes."""
    root = Element("testsuites", name="wirelaw")
    for check in outcome.rules:
        new = [one for one in outcome.findings if one.code == check.code]
        tolerated = [one for one in outcome.tolerated if one.code == check.code]
        if new or tolerated or check in outcome.checks:
            _suite(root, check, new, tolerated)
    if outcome.unseen:
        count = str(len(outcome.unseen))
        suite = SubElement(root, "testsuite", name="not looked at", tests=count, errors=count)
        for unseen in outcome.unseen:
            case = SubElement(suite, "testcase", classname="wirelaw", name=_text(unseen.subject))
            SubElement(case, "error", message=_text(str(unseen)))
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def _suite(root: Element, check: Check, new: list[Finding], tolerated: list[Finding]) -> None:
    count = len(new) + len(tolerated) or 1
    suite = SubElement(root, "testsuite", name=check.code, tests=str(count))
    suite.attrib |= {"failures": str(len(new)), "skipped": str(len(tolerated))}
    name = f"wirelaw.{check.code}"
    if not new and not tolerated:
        SubElement(suite, "testcase", classname=name, name="no drift")
    for finding in new:
        case = SubElement(suite, "testcase", classname=name, name=_name(finding))
        failure = SubElement(case, "failure", message=_text(finding.line))
        failure.text = _text(str(finding))
    for finding in tolerated:
        case = SubElement(suite, "testcase", classname=name, name=_name(finding))
        SubElement(case, "skipped", message="in the baseline")


def _name(finding: Finding) -> str:
    return _text(f"{' '.join(finding.names)} ({finding.id})")


def _text(text: str) -> str:
    return _NO_XML.sub("�", text)
