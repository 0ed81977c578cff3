"""Model files: a written model is read back, and a damaged or foreign file is refused before it is loaded."""

import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skops.io

from quant_engine.domain.errors import Unavailable
from quant_engine.domain.models import ModelFile
from quant_engine.models import files
from quant_engine.models.ensemble import Ensemble
from quant_engine.models.files import load_ensemble, save_ensemble

RANDOM = np.random.default_rng(2)
FEATURES = RANDOM.normal(size=(2_000, 5))
RETURNS = FEATURES[:, 0] * 0.1 + RANDOM.normal(0, 0.1, 2_000)


@pytest.fixture(scope="module")
def ensemble() -> Ensemble:
    return Ensemble.fit(FEATURES, RETURNS)


def test_what_was_written_predicts_the_same(tmp_path: Path, ensemble: Ensemble) -> None:
    stored = save_ensemble(tmp_path, "one.skops", ensemble)
    before, after = ensemble.predict(FEATURES), load_ensemble(tmp_path, stored).predict(FEATURES)
    assert before[0].tobytes() == after[0].tobytes()
    assert before[1].tobytes() == after[1].tobytes()


def test_a_file_of_other_members_is_an_ensemble_too(tmp_path: Path, ensemble: Ensemble) -> None:
    fewer = Ensemble({"ridge": ensemble.members["ridge"], "older": ensemble.members["boosting"]})
    again = load_ensemble(tmp_path, save_ensemble(tmp_path, "one.skops", fewer))
    assert list(again.members) == ["ridge", "older"]
    assert again.predict(FEATURES)[0].tobytes() == fewer.predict(FEATURES)[0].tobytes()


@pytest.mark.parametrize("text", ["", "import os", "tree\nnum_class=1\n"])
def test_a_text_that_is_no_model_is_refused(tmp_path: Path, text: str) -> None:
    stored = put(tmp_path, skops.io.dumps({"lightgbm": text}))
    with pytest.raises(Unavailable, match="damaged"):
        load_ensemble(tmp_path, stored)


@pytest.mark.parametrize("place", [0, 100, -1])
def test_a_damaged_file_is_refused(tmp_path: Path, ensemble: Ensemble, place: int) -> None:
    stored = save_ensemble(tmp_path, "one.skops", ensemble)
    content = bytearray((tmp_path / "one.skops").read_bytes())
    content[place] ^= 1
    (tmp_path / "one.skops").write_bytes(content)
    with pytest.raises(Unavailable, match="damaged"):
        load_ensemble(tmp_path, stored)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"one\.skops"):
        load_ensemble(tmp_path, ModelFile(name="one.skops", sha256="0" * 64))


class Foreign:
    """A type that no model has; it leaves a mark when it is created."""

    made = False

    def __setstate__(self, state: Any) -> None:
        Foreign.made = True


def put(folder: Path, content: bytes) -> ModelFile:
    (folder / "one.skops").write_bytes(content)
    return ModelFile(name="one.skops", sha256=hashlib.sha256(content).hexdigest())


def test_a_file_that_needs_another_type_is_refused_without_creating_it(tmp_path: Path) -> None:
    foreign = Foreign()
    foreign.state = "some"  # type: ignore[attr-defined]
    stored = put(tmp_path, skops.io.dumps({"ridge": foreign}))
    with pytest.raises(Unavailable, match="not trusted"):
        load_ensemble(tmp_path, stored)
    assert not Foreign.made


def test_a_file_that_names_a_function_is_refused(tmp_path: Path) -> None:
    stored = put(tmp_path, skops.io.dumps({"ridge": os.system}))
    with pytest.raises(Unavailable, match="not trusted"):
        load_ensemble(tmp_path, stored)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"\x80\x04\x95cos\nsystem\n."])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unavailable, match="damaged"):
        load_ensemble(tmp_path, put(tmp_path, content))


@pytest.mark.parametrize(
    "schema",
    [b"0" * 1_000_000, b"[" * 200_000 + b"]" * 200_000],
    ids=["unpacks to too much", "nested too deeply"],
)
def test_a_file_that_takes_all_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: bytes
) -> None:
    monkeypatch.setattr(files, "MAX_FILE_BYTES", 500_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("schema.json", schema)
    with pytest.raises(Unavailable, match="damaged"):
        load_ensemble(tmp_path, put(tmp_path, packed.getvalue()))


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "a/../../secret"])
def test_no_file_name_leaves_its_version(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "version"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    with pytest.raises(Unavailable, match="not a file of its version"):
        load_ensemble(folder, ModelFile(name=name, sha256=hashlib.sha256(b"x").hexdigest()))


def test_trees_that_were_not_packed_are_refused(tmp_path: Path, ensemble: Ensemble) -> None:
    # their nodes would go unchecked into compiled code
    stored = put(tmp_path, skops.io.dumps({"boosting": ensemble.members["boosting"]}))
    with pytest.raises(Unavailable, match="not trusted"):
        load_ensemble(tmp_path, stored)


def test_a_file_needs_no_type_beyond_those_of_skops(tmp_path: Path, ensemble: Ensemble) -> None:
    save_ensemble(tmp_path, "one.skops", ensemble)
    assert skops.io.get_untrusted_types(file=tmp_path / "one.skops") == []


@pytest.mark.parametrize("other", [[1, 2, 3], {}, {"ridge": 1}], ids=repr)
def test_another_object_of_trusted_types_is_refused(tmp_path: Path, other: Any) -> None:
    with pytest.raises(Unavailable, match="not an ensemble"):
        load_ensemble(tmp_path, put(tmp_path, skops.io.dumps(other)))
