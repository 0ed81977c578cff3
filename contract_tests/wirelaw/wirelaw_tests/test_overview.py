"""The map: counts first, then places, in three forms."""

import json

import pytest

from wirelaw.finding import Place
from wirelaw.overview import MAX_ROWS, Part, Row, Section, as_json, as_markdown, as_text, survey
from wirelaw.repository import Repository
from wirelaw.sections import SECTIONS
from wirelaw_tests.conftest import Write
from wirelaw_tests.planted import SOURCES

pytestmark = pytest.mark.usefixtures("empty_page")
ROWS = [Row(Place("a.py", line), f"GET /{line}") for line in range(MAX_ROWS + 2, 0, -1)]
CALLS = Section(
    "Operations",
    lambda _: Part("3 of 48 answers are typed", ROWS, [Row(Place("b.py", 3), "a path of its own")]),
)


def test_the_map_has_counts_then_places_then_what_is_not_understood(write: Write) -> None:
    text = as_text(survey(Repository.at(write(SOURCES)), [CALLS]), whole=False)
    lines = text.splitlines()
    assert lines[:4] == [
        "Operations:   3 of 48 answers are typed",
        "",
        "Operations",
        "  a.py:1 GET /1",
    ]
    assert lines[-4:] == [
        "  and 2 more; --all shows them",
        "",
        "Operations: not understood",
        "  b.py:3 a path of its own",
    ]


def test_other_forms_say_the_same(write: Write) -> None:
    found = survey(Repository.at(write(SOURCES)), [CALLS])
    assert "- a.py:22 GET /22" in as_markdown(found, whole=True)
    document = json.loads(as_json(found, whole=False))
    (section,) = document["sections"]
    assert section["summary"] == "3 of 48 answers are typed"
    assert section["rows"][0] == {"path": "a.py", "line": 1, "text": "GET /1"}
    assert len(section["rows"]) == len(ROWS)


def test_a_section_that_breaks_is_listed(write: Write) -> None:
    broken = Section("Broken", lambda repository: repository.page["x"][1])  # type: ignore[arg-type,return-value]
    found = survey(Repository.at(write(SOURCES)), [broken, CALLS])
    assert [title for title, _ in found.parts] == ["Operations"]
    assert found.unseen[0].subject == "the section Broken"


def test_files_and_models_of_any_repository(write: Write) -> None:
    model = "from pydantic import BaseModel\nclass A(BaseModel):\n    b: int\n"
    root = write({**SOURCES, "api/m.py": model})
    parts = dict(survey(Repository.at(root), SECTIONS).parts)
    assert parts["Source files"].summary == "2 of the service, 1 of the page (web)"
    assert parts["Models"].summary == "1 in the service, with 1 fields"
