"""What the product loads is in the wheel or declared, exists and keeps to the layers; each way to break that is planted."""

import configparser
from pathlib import Path

import pytest

from contract_tests.closure import Product
from contract_tests.repository import ROOT
from wirelaw.finding import check

PROJECT = """
[project]
dependencies = ["pydantic>=2", 'jsonschema>=4; extra == "never"']
scripts = {engine = "quant_engine.cli:main"}
"""
LINTER = """
[importlinter]
root_packages =
    quant_engine
    contract_tests
    tests

[importlinter:contract:layers]
containers = quant_engine
layers =
    cli
    api
    work
"""
MODULES = {
    "quant_engine/__init__.py": "",
    "quant_engine/cli.py": "main = print\n",
    "quant_engine/api/__init__.py": "",
    "quant_engine/api/errors.py": "STATUS = 0\n",
    "quant_engine/work.py": '"""See quant_engine.nothing, tests/api and `import tests`."""\n',
}
#: what is added to `work.py`, the lowest layer, and the code and the value of the finding
PLANTED = (
    ("from contract_tests.kit.jobs import hold", "not-in-the-wheel", "contract_tests.kit.jobs"),
    ("def f():\n    import pytest", "not-in-the-wheel", "pytest"),
    ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import tests", "not-in-the-wheel", "tests"),
    ("try:\n    import jsonschema\nexcept ImportError:\n    pass", "not-in-the-wheel", "jsonschema"),
    ("F = 'tests.api.paper:trade'", "not-in-the-wheel", "tests.api.paper:trade"),
    ("F = 'quant_engine.api.errors:STATUS'", "hidden-import", "quant_engine.api.errors:STATUS"),
    ("F = 'quant_engine.api'", "hidden-import", "quant_engine.api"),
    ("F = 'quant_engine.api.eror'", "names-nothing", "quant_engine.api.eror"),
    ("F = 'quant_engine.work:run'", "names-nothing", "quant_engine.work:run"),
    ("F = 'from quant_engine.api import errors'", "code-in-a-string", "from quant_engine.api"),
    ("F = 'contract_tests/kit/nobody.py'", "code-in-a-string", "contract_tests/kit"),
    ("from importlib.metadata import EntryPoint", "hidden-import", "EntryPoint"),
    ("import importlib.metadata as m\nm.EntryPoint('a', 'b', 'c').load()", "hidden-import", "m.EntryPoint"),
    ("import sys\nsys.modules['quant_' + 'engine.api']", "hidden-import", "sys.modules"),
    ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'pass'])", "hidden-program", "-c pass"),
    ("import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'pytest'])", "hidden-program", "-m pytest"),
    ("import subprocess\nN = 'x'\nsubprocess.Popen(['git', N])", "hidden-program", "git N"),
    ("import os\nos.system('true')", "hidden-program", "true"),
)  # fmt: skip
ALLOWED = (
    "import json\nimport pydantic",
    "import subprocess, sys\nsubprocess.run([sys.executable, *('-m', 'quant_engine.work')])",
    "F = 'quant_engine.work:F'",
    "import asyncio\nasyncio.run(None)",
    "F = 'quant_engine.db'",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in {"pyproject.toml": PROJECT, ".importlinter": LINTER, **MODULES}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_product_loads_what_is_shipped_with_it() -> None:
    check(Product(ROOT, "quant_engine").findings())


def test_no_contract_of_the_layers_leaves_out_an_import() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter")
    assert config["importlinter"]["include_external_packages"] == "True"
    assert "exclude_type_checking_imports" not in config["importlinter"]


def test_what_is_shipped_is_no_finding(tree: Path) -> None:
    assert list(Product(tree, "quant_engine").findings()) == []
    for text in ALLOWED:
        (tree / "quant_engine" / "work.py").write_text(text)
        assert list(Product(tree, "quant_engine").findings()) == [], text


@pytest.mark.parametrize(("text", "code", "found"), PLANTED)
def test_what_is_not_shipped_or_hidden_is_found(
    tree: Path, text: str, code: str, found: str
) -> None:
    (tree / "quant_engine" / "work.py").write_text(text)
    findings = list(Product(tree, "quant_engine").findings())
    assert [one.code for one in findings] == [code]
    assert found in findings[0].found
    assert findings[0].pointer.startswith("quant_engine/work.py:")


def test_an_entry_point_that_names_nothing_is_found(tree: Path) -> None:
    (tree / "pyproject.toml").write_text(PROJECT.replace("cli:main", "cli:start"))
    (finding,) = Product(tree, "quant_engine").findings()
    assert (finding.pointer, finding.code) == ("pyproject.toml scripts.engine", "names-nothing")
