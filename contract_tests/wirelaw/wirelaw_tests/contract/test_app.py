"""An app is imported in a process of its own, and each way in which that fails is one sentence."""

from pathlib import Path

import pytest

from wirelaw.contract.app import ExportError, export

APP = """
print("starting")

class App:
    def openapi(self):
        return {"openapi": "3.1.0", "paths": {"/jobs": {}}}

app = App()

def create_app():
    return App()
"""


@pytest.mark.parametrize("name", ["api.main:app", "api.main:create_app", "api.main"])
def test_the_contract_of_an_app_or_a_factory_is_exported(name: str, tmp_path: Path) -> None:
    module = tmp_path / "backend/api/main.py"
    module.parent.mkdir(parents=True)
    module.write_text(APP)
    assert export(tmp_path, name)["paths"] == {"/jobs": {}}


@pytest.mark.parametrize(
    ("source", "name", "reason"),
    [
        ("import absent_package", "main:app", "No module named 'absent_package'"),
        ("app = object()", "main:app", "has no attribute 'openapi'"),
        ("app = 1", "main:other", "has no attribute 'other'"),
        ("", "missing:app", "no module missing below"),
        ("import time\ntime.sleep(60)", "main:app", "took more than 0.5 s"),
        ("import sys\nsys.exit(0)", "main:app", "has printed no OpenAPI document"),
    ],
)
def test_an_app_that_cannot_be_imported_is_one_sentence(
    source: str, name: str, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "main.py").write_text(source)
    with pytest.raises(ExportError) as raised:
        export(tmp_path, name, seconds=0.5 if "sleep" in source else 30)
    assert reason in str(raised.value)
    assert "\n" not in str(raised.value)
