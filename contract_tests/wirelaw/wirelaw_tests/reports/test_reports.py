"""Each form of the report has every finding with both places, is the same each time, and keeps to its format."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

import wirelaw
from wirelaw.finding import Finding, Unseen
from wirelaw.outcome import Outcome
from wirelaw.reports import FORMATS
from wirelaw.reports.markdown import MAX_ROWS, table
from wirelaw_tests.planted import PLANTED

ONE = Finding(
    *("sources", "web/a b.ts:86", "planted", 'also sends "stalled | 100%"', "listens to 27 events"),
    *("handle it", "", "", "api/loop.py:1823", ("stalled",)),
)
ELSEWHERE = Finding(
    "running", "GET /jobs 200 /data", "planted", "an object", "null \x00", key=("x",)
)
OLD = Finding("sources", "web/b.ts:1", "planted", "a", "b", key=("old",))
OUTCOME = Outcome(
    (PLANTED,),
    (ELSEWHERE, ONE),
    (OLD,),
    (Unseen("api/x.py:3", "no: it, breaks"),),
    ("two",),
    "app/",
)


def render(name: str, outcome: Outcome = OUTCOME) -> str:
    return FORMATS[name](outcome)


@pytest.mark.parametrize("name", FORMATS)
def test_it_is_the_same_each_time_and_has_every_finding(name: str) -> None:
    text = render(name)
    assert render(name) == text
    assert text.endswith("\n")
    for part in (ONE.id, "api/loop.py", "listens to 27 events", "two" if name != "junit" else ""):
        assert part in text


def test_text() -> None:
    lines = render("text").splitlines()
    assert lines[1] == ONE.line
    assert lines[2:] == [
        "could not look at api/x.py:3: no: it, breaks",
        "note: two",
        "2 new drifts, 1 in the baseline, 1 not looked at; 1 check ran",
    ]


def test_github_escapes_what_it_reads_itself() -> None:
    lines = render("github").splitlines()
    assert lines[1].startswith(
        "::error file=app/web/a b.ts,line=86,title=wirelaw%3A planted::web/a b.ts:86 listens to 27"
    )
    assert "100%25" in lines[1]
    assert lines[0].startswith("::error title=")
    assert lines[2].startswith("::warning file=app/api/x.py,line=3,title=")


def test_sarif_has_the_members_that_its_schema_requires() -> None:
    document: Any = json.loads(render("sarif"))
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("wirelaw", wirelaw.VERSION)
    for rule in driver["rules"]:
        assert rule["id"]
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
    assert run["invocations"][0]["executionSuccessful"] is False
    for notification in run["invocations"][0]["toolExecutionNotifications"]:
        assert notification["message"]["text"]
        assert notification["level"] in {"error", "note"}
    results = run["results"]
    assert [one["partialFingerprints"]["wirelaw/v1"] for one in results] == [
        *(ELSEWHERE.id, ONE.id, OLD.id),
    ]
    for result in results:
        assert result["message"]["text"]
        assert driver["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert [one.get("suppressions") for one in results] == [None, None, [{"kind": "external"}]]


def test_sarif_has_the_other_place_as_related_location() -> None:
    elsewhere, one, _ = json.loads(render("sarif"))["runs"][0]["results"]
    assert one["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "app/web/a%20b.ts"},
                "region": {"startLine": 86},
            }
        }
    ]
    (related,) = one["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "app/api/loop.py"
    assert related["physicalLocation"]["region"] == {"startLine": 1823}
    assert related["message"]["text"] == 'also sends "stalled | 100%"'
    assert elsewhere["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "GET /jobs 200 /data"}
    ]


def test_junit_has_a_suite_for_each_check() -> None:
    root = ET.fromstring(render("junit"))  # noqa: S314 - our own report
    suites = {suite.get("name"): suite for suite in root}
    planted = suites["planted"]
    assert (planted.get("tests"), planted.get("failures"), planted.get("skipped")) == (
        "3",
        "2",
        "1",
    )
    assert len(planted.findall("testcase/failure")) == 2
    error = suites["not looked at"].find("testcase/error")
    assert error is not None
    assert error.get("message") == "could not look at api/x.py:3: no: it, breaks"


def test_junit_of_a_clean_run_has_a_test_that_passes() -> None:
    root = ET.fromstring(render("junit", Outcome((PLANTED,), (), (), (), ())))  # noqa: S314 - as above
    assert [(one.get("name"), len(one.findall("testcase"))) for one in root] == [("planted", 1)]
    assert root.findall(".//failure") == []


def test_json_has_places_as_numbers() -> None:
    document = json.loads(render("json"))
    assert document["exit"] == 2
    assert document["findings"][1]["place"] == {"path": "web/a b.ts", "line": 86}
    assert document["findings"][1]["other"] == {"path": "api/loop.py", "line": 1823}
    assert document["findings"][0]["place"] == {"name": "GET /jobs 200 /data"}
    assert [one["id"] for one in document["tolerated"]] == [OLD.id]
    assert document["unseen"] == [{"subject": "api/x.py:3", "reason": "no: it, breaks"}]


def test_markdown_is_one_row_a_drift_and_fits_a_comment() -> None:
    rows = [line for line in render("markdown").splitlines() if line.startswith("| `planted`")]
    assert len(rows) == 2
    assert "stalled \\| 100%" in rows[1]
    many = tuple(
        Finding("sources", f"a.ts:{n}", "planted", "x" * 400, "y" * 400, key=(str(n),))
        for n in range(1000)
    )
    text = render("markdown", Outcome((PLANTED,), many, (), (), ()))
    assert f"and {1000 - MAX_ROWS} more" in text
    assert len(text) < 100 * 700


def test_the_table_of_checks_has_the_first_sentence() -> None:
    assert table([PLANTED]).splitlines()[2] == "| `planted` | 0 sources | One side sends a name |"
