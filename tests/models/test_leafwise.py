"""The LightGBM member: the same bits each time, row by row and from its text, and a message where the library is missing."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from quant_engine.domain.errors import Unavailable
from quant_engine.models import leafwise
from quant_engine.models.leafwise import LeafwiseTrees

RANDOM = np.random.default_rng(4)
FEATURES = RANDOM.normal(size=(3_000, 4))
RETURNS = 0.05 * FEATURES[:, 1] + RANDOM.normal(0, 0.05, 3_000)


def fitted(seed: int = 7) -> LeafwiseTrees:
    trees = LeafwiseTrees(seed)
    trees.fit(FEATURES, RETURNS)
    return trees


def test_fitting_again_gives_the_same_model() -> None:
    assert fitted().text == fitted().text


def test_the_seed_chooses_the_trees() -> None:
    assert fitted(7).predict(FEATURES).tolist() != fitted(8).predict(FEATURES).tolist()


def test_its_text_predicts_the_same_bits() -> None:
    trees = fitted()
    again = LeafwiseTrees.from_text(trees.text)
    assert again.predict(FEATURES).tobytes() == trees.predict(FEATURES).tobytes()
    assert again.text == trees.text


@pytest.mark.parametrize("text", ["", "no model", "tree\nversion=v4\nnum_class=1\n"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not the text"):
        LeafwiseTrees.from_text(text)


def test_a_planted_relation_is_found() -> None:
    assert np.corrcoef(fitted().predict(FEATURES), FEATURES[:, 1])[0, 1] > 0.9


def test_a_missing_library_is_reported_with_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    text = fitted().text
    monkeypatch.setattr(leafwise, "lightgbm", None)
    with pytest.raises(Unavailable, match="libgomp1"):
        fitted()
    with pytest.raises(Unavailable, match="libgomp1"):
        LeafwiseTrees.from_text(text)


TRAINING = """
import sys
from pathlib import Path
from quant_engine import pipeline
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.parameters import TrainParameters
from quant_engine.domain.work import Work, Workspace
work = Work("job", Workspace(Path(sys.argv[1])), lambda _fraction, _message: None)
try:
    pipeline.train(TrainParameters(years=1), work)
except Unavailable as error:
    print(error.message)
"""


def test_a_machine_without_openmp_fails_at_training_and_not_before(tmp_path: Path) -> None:
    broken = tmp_path / "broken" / "lightgbm"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise OSError('libgomp.so.1: cannot open shared object')")
    ended = subprocess.run(
        [sys.executable, "-c", TRAINING, str(tmp_path / "home")],
        env={**os.environ, "PYTHONPATH": f"{broken.parent}:{os.environ['PYTHONPATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "libgomp1" in ended.stdout
    assert not list((tmp_path / "home" / "models").glob("*-*"))
