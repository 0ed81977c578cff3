"""Trainings in processes of their own: at once, killed, and with another seed."""

import json
import multiprocessing
import os
import signal
from multiprocessing.synchronize import Barrier
from pathlib import Path
from unittest.mock import patch

import pytest

from quant_engine.models import ensemble, promotions, trainer
from quant_engine.models.files import load_ensemble
from quant_engine.models.registry import ModelRegistry
from tests.models.markets import market, trained

CLOSES = market()
SPAWN = multiprocessing.get_context("spawn")


def train_and_promote(home: Path, seed: int, begin: Barrier) -> None:
    with patch.object(ensemble, "SEED", seed), patch.object(trainer, "SEED", seed):
        begin.wait(60)
        ModelRegistry(home).promote(trained(home, CLOSES).version)


def test_concurrent_trainings_are_independent(tmp_path: Path) -> None:
    seeds = [7, 7, 8]
    begin = SPAWN.Barrier(len(seeds))
    processes = [
        SPAWN.Process(target=train_and_promote, args=(tmp_path, seed, begin)) for seed in seeds
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(90)
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


@pytest.mark.parametrize("moment", DEATHS)
def test_a_killed_training_leaves_the_versions_unchanged(tmp_path: Path, moment: str) -> None:
    registry = ModelRegistry(tmp_path)
    first = trained(tmp_path, CLOSES)
    registry.promote(first.version)
    before = (tmp_path / "models" / "registry.json").read_bytes()
    process = SPAWN.Process(target=train_and_die, args=(tmp_path, moment))
    process.start()
    process.join(60)
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
