"""Trainings in processes of their own: at once, killed, and with another seed."""

import json
import multiprocessing
import os
import shutil
import signal
from multiprocessing.synchronize import Barrier
from pathlib import Path
from unittest.mock import patch

import pytest

from contract_tests.hang import HANG_SECONDS
from quant_engine.models import ensemble, promotions, trainer
from quant_engine.models.files import load_ensemble
from quant_engine.models.registry import ModelRegistry
from tests.models.markets import market, trained

CLOSES = market()
#: forks processes that have imported the libraries, as the service does
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload([__name__])


def train_and_promote(home: Path, seed: int, begin: Barrier) -> None:
    with patch.object(ensemble, "SEED", seed), patch.object(trainer, "SEED", seed):
        begin.wait(HANG_SECONDS)
        ModelRegistry(home).promote(trained(home, CLOSES).version)


def test_concurrent_trainings_are_independent(tmp_path: Path) -> None:
    seeds = [7, 7, 8]
    begin = FORKS.Barrier(len(seeds))
    processes = [
        FORKS.Process(target=train_and_promote, args=(tmp_path, seed, begin)) for seed in seeds
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(HANG_SECONDS)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    registry = ModelRegistry(tmp_path)
    versions = registry.versions()
    assert sorted(manifest.seed for manifest in versions) == seeds
    # the same data, parameters and seed: the same predictions, whichever process made them
    made = {
        manifest.seed: {m.prediction_fingerprint for m in versions if m.seed == manifest.seed}
        for manifest in versions
    }
    assert [len(fingerprints) for fingerprints in made.values()] == [1, 1]
    assert made[7] != made[8]
    for manifest in versions:
        for fold in manifest.folds:
            load_ensemble(registry.folder(manifest.version), fold.file)
    promoted = json.loads((tmp_path / "models" / "registry.json").read_text())["promoted"]
    assert sorted(promoted) == sorted(manifest.version for manifest in versions)
    assert not list((tmp_path / "models").glob(".draft-*"))


def die(*_arguments: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


#: where a training is killed, and how many versions there are afterwards
DEATHS = {
    "a fold is fitted": ((trainer, "save_ensemble"), 1),
    "the version is written": ((trainer, "_verify"), 1),
    "the version has its name": ((trainer, "sync_folder"), 2),
    "the version is promoted": ((promotions, "write_whole"), 2),
}


def train_and_die(home: Path, moment: str) -> None:
    (module, name), _ = DEATHS[moment]
    with patch.object(module, name, die):
        ModelRegistry(home).promote(trained(home, CLOSES).version)


@pytest.fixture(scope="module")
def promoted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one version, which is promoted."""
    home = tmp_path_factory.mktemp("promoted")
    ModelRegistry(home).promote(trained(home, CLOSES).version)
    return home


@pytest.mark.parametrize("moment", DEATHS)
def test_a_killed_training_leaves_the_versions_unchanged(
    promoted: Path, tmp_path: Path, moment: str
) -> None:
    shutil.copytree(promoted, tmp_path, dirs_exist_ok=True)
    registry = ModelRegistry(tmp_path)
    first = registry.latest()
    assert first is not None
    before = (tmp_path / "models" / "registry.json").read_bytes()
    process = FORKS.Process(target=train_and_die, args=(tmp_path, moment))
    process.start()
    process.join(HANG_SECONDS)
    assert process.exitcode == -signal.SIGKILL
    assert (tmp_path / "models" / "registry.json").read_bytes() == before
    assert registry.latest() == first
    # what is seen is whole, promoted or not
    versions = registry.versions()
    assert len(versions) == DEATHS[moment][1]
    assert {manifest.prediction_fingerprint for manifest in versions} == {
        first.prediction_fingerprint
    }
    assert len(list((tmp_path / "models").glob(".draft-*"))) == 2 - len(versions)
    trained(tmp_path, CLOSES)
    assert not list((tmp_path / "models").glob(".draft-*"))
