"""The contract that is nearest to the root is read, and one that cannot be read is named."""

import json
from pathlib import Path

import pytest

from wirelaw.contract.lines import lines_of
from wirelaw.contract.source import find_contract
from wirelaw.finding import Place
from wirelaw.tree import Tree

DOCUMENT = {
    "openapi": "3.0.3",
    "paths": {"/a~b/{id}": {"get": {"tags": ["x", "y"], "responses": {}}}},
    "components": {"schemas": {'Say "x"': {"enum": []}, "B": {"properties": {"n": {}}}}},
}


def tree(folder: Path, **files: str) -> Tree:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_json", ".json").replace("_py", ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Tree.walk(folder)


def test_every_member_and_item_has_its_line() -> None:
    text = json.dumps(DOCUMENT, indent=1)
    lines, rows = lines_of(text), text.splitlines()
    assert '"n"' in rows[lines["/components/schemas/B/properties/n"] - 1]
    assert '"get"' in rows[lines["/paths/~1a~0b~1{id}/get"] - 1]
    assert '"y"' in rows[lines["/paths/~1a~0b~1{id}/get/tags/1"] - 1]
    assert 'Say \\"x\\"' in rows[lines['/components/schemas/Say "x"'] - 1]
    # an empty list has no item
    assert '/components/schemas/Say "x"/enum/0' not in lines


def test_the_nearest_file_is_read_and_its_places_are_lines(tmp_path: Path) -> None:
    text = json.dumps(DOCUMENT, indent=1)
    files = tree(tmp_path, api__main_py="", api__openapi_json=text, docs__openapi_json="{}")
    declared, unseen = find_contract(files, "", "")
    assert declared is not None
    assert unseen == []
    row = text.splitlines().index('   "B": {') + 1
    assert declared.place("/components/schemas/B") == Place("api/openapi.json", row)
    # what the document does not have is shown at what is around it
    assert declared.place("/components/schemas/B/required/0").line == row


def test_without_a_contract_there_is_nothing_to_report(tmp_path: Path) -> None:
    assert find_contract(tree(tmp_path, main_py=""), "", "") == (None, [])


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("openapi.json", "{", "Expecting property name"),
        ("openapi.json", "[]", "it is no OpenAPI document"),
        ("openapi.json", '{"swagger": "2.0"}', "it is Swagger 2"),
        ("openapi.yaml", "openapi: 3.1.0", "it is YAML"),
    ],
)
def test_a_contract_that_cannot_be_read_is_named(
    name: str, text: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    declared, (unseen,) = find_contract(Tree.walk(tmp_path), str(tmp_path / name), "")
    assert declared is None
    assert unseen.subject == name
    assert reason in unseen.reason
