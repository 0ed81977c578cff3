"""Model versions as clients see them; a field that is only stored belongs in `VersionManifest`."""

from datetime import date

from pydantic import AwareDatetime

from quant_engine.domain.parameters import FeatureMode, TrainParameters
from quant_engine.domain.reports import HorizonScore, Report
from quant_engine.domain.work import DataMode, DataSourceName


class ModelFile(Report):
    """One file of a version, and the hash that detects damage."""

    name: str
    sha256: str


class Fold(Report):
    """One fold's model: trained on labels known by `train_end`, used from `test_start` on."""

    horizon: int
    train_end: date  #: last session whose close any label used
    test_start: date | None  #: null: from the session after the last bar on
    n_rows: int
    file: ModelFile


class ModelManifest(Report):
    """Everything about a version except the models."""

    version: str
    trained_at: AwareDatetime
    params: TrainParameters
    feature_mode: FeatureMode
    horizons: list[int]
    tickers: list[str]
    data_source: DataSourceName
    data_mode: DataMode
    data_fingerprint: str
    first_date: date  #: first session with an out-of-sample prediction
    last_date: date  #: last bar
    survivorship_biased: bool
    seed: int
    features: list[str]
    libraries: dict[str, str]  #: versions that fitted the models
    scores: list[HorizonScore]
    folds: list[Fold]
    predictions: ModelFile
    prediction_fingerprint: str  #: sha256 of the out-of-sample predictions' values
