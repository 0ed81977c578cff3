"""Model versions as the API sees them: manifests, and nothing to predict with beside them."""

from hashlib import sha256
from pathlib import Path
from typing import Any

from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry


def manifest(version: str, *, rank_ic: float | None = 0.05, **values: Any) -> VersionManifest:
    """The manifest of a version for the horizon 10; `rank_ic` is its out-of-sample score."""
    score = {
        "horizon": 10,
        "n_folds": 2,
        "n_predictions": 500,
        "rank_ic": rank_ic,
        "rank_ic_t": None,
        "hit_rate": None,
    }
    usual = {
        "version": version,
        "trained_at": "2024-01-01T00:00:00Z",
        "params": {},
        "feature_mode": "core",
        "horizons": [10],
        "tickers": ["AAA", "BBB"],
        "data_source": "files",
        "data_mode": "live",
        "data_fingerprint": "0" * 16,
        "first_date": "2019-01-02",
        "last_date": "2020-01-09",
        "survivorship_biased": True,
        "seed": 7,
        "features": ["momentum"],
        "libraries": {},
        "scores": [score],
        "folds": [],
        "predictions": {"name": "predictions", "sha256": sha256(b"").hexdigest()},
        "prediction_fingerprint": "0" * 64,
    }
    return VersionManifest.model_validate({**usual, **values})


def promote(home: Path, version: VersionManifest) -> None:
    """Put a version's manifest where the registry looks, and make it the latest."""
    registry = ModelRegistry(home)
    folder = registry.folder(version.version)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(version.model_dump_json())
    (folder / version.predictions.name).touch()
    registry.promote(version.version)
