"""Tests of splices, and of the imports that drifts need."""

import pytest

from contract_tests.drift.drifts import NoDrift, edited
from contract_tests.drift.operators.python import (
    Splice,
    edits,
    function,
    importing,
    insert_import,
    kebab,
    no_longer_importing,
    only,
    parsed,
)

FILE = "quant_engine/one.py"
TEXT = '''"""What it is for: ├── more."""

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from quant_engine.domain import work


def first(day: date) -> Any:
    """Return it."""
    return (BaseModel, Field, day, work)
'''
FILES = {FILE: TEXT.encode()}


def after(*splices: Splice) -> str:
    return edited(FILES, edits(FILES, splices))[FILE].decode()


def test_a_node_after_a_character_of_several_bytes_is_replaced() -> None:
    source = parsed(FILES, FILE)
    place = only(source, function(source, "first"), "return (BaseModel, Field, day, work)")
    assert after(source.instead(place, "return None")).endswith("    return None\n")


def test_splices_at_one_place_keep_their_order() -> None:
    text = after(Splice(FILE, 0, 0, "# one\n"), Splice(FILE, 0, 0, "# two\n"))
    assert text == f"# one\n# two\n{TEXT}"


def test_names_are_imported_in_the_order_of_the_import_sorter() -> None:
    source = parsed(FILES, FILE)
    names = {
        "typing": ["Annotated"],
        "pydantic": ["ConfigDict"],
        "starlette.responses": ["Response"],
    }
    text = after(*importing(source, names))
    assert "from typing import Annotated, Any\n" in text
    assert "from pydantic import BaseModel, ConfigDict, Field\nfrom starlette" in text
    assert after(*importing(source, {"abc": ["ABC"]})).splitlines()[2:4] == [
        "from abc import ABC",
        "from datetime import date",
    ]
    assert importing(source, {"typing": ["Any"]}) == []


def test_a_line_that_is_too_long_is_written_one_name_a_line() -> None:
    names = [f"Name{letter}" * 3 for letter in "ABCDEFGH"]
    text = after(*importing(parsed(FILES, FILE), {"pydantic": names}))
    assert f"from pydantic import (\n    BaseModel,\n    Field,\n    {names[0]},\n" in text


def test_a_module_is_imported_before_names_of_others() -> None:
    splice = insert_import(parsed(FILES, FILE), "import re", "re", is_from=False)
    assert "\n\nimport re\nfrom datetime import date\n" in after(splice)


def test_unused_names_are_no_longer_imported() -> None:
    source = parsed(FILES, FILE)
    assert "import BaseModel\n" in after(*no_longer_importing(source, ["Field"]))
    assert "typing" not in after(*no_longer_importing(source, ["Any"]))


def test_missing_code_is_no_drift() -> None:
    source = parsed(FILES, FILE)
    with pytest.raises(NoDrift, match="has no 'yield'"):
        only(source, function(source, "first"), "yield")


def test_names_become_parts_of_an_id() -> None:
    assert kebab("_Record", "progress_message") == "record-progress-message"
    assert kebab("JobRecord", "sha256") == "job-record-sha256"
