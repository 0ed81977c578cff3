"""Model versions as clients see them; a field that is only stored belongs in `VersionManifest`."""

from datetime import date
from typing import Annotated

from pydantic import AwareDatetime, Field

from quant_engine.domain.parameters import FeatureMode, TrainParameters
from quant_engine.domain.reports import HorizonScore, Report, ordered, stated
from quant_engine.domain.work import DataMode, DataSourceName

STALE_AFTER_DAYS = 90  #: a quarter; the autopilot retrains an older model


class ModelFile(Report):
    """One file of a version, and the hash that detects damage."""

    name: str
    sha256: str


class Fold(Report):
    """One fold's model: trained on labels known by `train_end`, used from `test_start` on."""

    model_config = stated(
        "self.test_start == null || self.train_end < self.test_start", "self.n_rows >= 1"
    )

    horizon: int
    train_end: date  #: last session whose close any label used
    test_start: date | None  #: null: from the session after the last bar on
    n_rows: int
    file: ModelFile


class ModelManifest(Report):
    """Everything about a version except the models."""

    model_config = stated(
        "self.first_date <= self.last_date",
        "(self.data_source == 'demo') == (self.data_mode == 'demo')",
        "self.survivorship_biased != self.params.survivorship",
        "self.scores.map(each, each.horizon) == self.horizons",
        "self.folds.all(each, each.horizon in self.horizons && each.train_end <= self.last_date"
        " && (each.test_start == null || each.test_start <= self.last_date))",
        "size(self.folds) == 0 || self.scores.all(each, each.n_folds =="
        " size(self.folds.filter(fold, fold.horizon == each.horizon && fold.test_start != null)))",
        "self.scores.all(each, size(each.importance) == 0"
        " || each.importance.all(one, one.feature in self.features)"
        " && size(each.importance) == size(self.features))",
        key=["version"],
    )

    version: str
    trained_at: AwareDatetime
    params: TrainParameters
    feature_mode: FeatureMode
    horizons: Annotated[list[int], Field(json_schema_extra=ordered())]
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
    scores: Annotated[list[HorizonScore], Field(json_schema_extra=ordered("horizon"))]
    folds: Annotated[list[Fold], Field(json_schema_extra=ordered("horizon", "train_end"))]
    predictions: ModelFile
    prediction_fingerprint: str  #: sha256 of the out-of-sample predictions' values
