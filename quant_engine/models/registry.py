"""Which model versions there are and which one is meant by `latest`; manifests only, no model is loaded."""

import fcntl
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from quant_engine.artifacts import disk_errors, read_whole, write_whole
from quant_engine.data.manifest import years_before
from quant_engine.domain.errors import ErrorCode, NoModel, NotFound, Unavailable
from quant_engine.domain.parameters import FeatureMode, TrainParameters
from quant_engine.domain.reports import HorizonScore
from quant_engine.domain.work import DataMode, DataSourceName

WARMUP_YEARS = 4  #: of history before the first prediction: three to train on, one to look back
MANIFEST = "manifest.json"

_VERSION = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelFile(_Stored):
    """One file of a version, and the hash that finds damage."""

    name: str
    sha256: str


class Fold(_Stored):
    """One model: trained on labels known by `train_end`, used from `test_start` on."""

    horizon: int
    train_end: date  #: last session whose close any label used
    test_start: date | None  #: null: from the session after the last bar on
    n_rows: int
    file: ModelFile


class ModelManifest(_Stored):
    """Everything about a version but the models themselves."""

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
    libraries: dict[str, str]  #: versions the models were fitted with
    scores: list[HorizonScore]
    folds: list[Fold]
    predictions: ModelFile
    prediction_fingerprint: str  #: sha256 of the out-of-sample predictions' values


class _Promotions(BaseModel):
    model_config = ConfigDict(extra="forbid")

    promoted: list[str]  #: oldest first


class ModelRegistry:
    """The versions of one home."""

    def __init__(self, home: Path) -> None:
        self.root = home / "models"

    def folder(self, version: str) -> Path:
        """Folder of a version.

        Raises:
            NotFound: `unknown_version`; nothing that could leave the root is a version.
        """
        if _VERSION.fullmatch(version) is None:
            raise _unknown()
        return self.root / version

    def get(self, version: str) -> ModelManifest:
        """Return a version's manifest.

        Raises:
            NotFound: `unknown_version`.
            Unavailable: it cannot be read or parsed.
        """
        folder = self.folder(version)
        text = read_whole(folder / MANIFEST, "the manifest of a model")
        if text is None:
            if folder.exists():
                raise Unavailable(
                    f"Model {version} has no manifest. Restore its folder, or remove it."
                )
            raise _unknown()
        try:
            manifest = ModelManifest.model_validate_json(text)
        except ValidationError as error:
            raise _damaged(version) from error
        if manifest.version != version:
            raise _damaged(version)
        return manifest

    def versions(self) -> list[ModelManifest]:
        """Every version, newest first.

        Raises:
            Unavailable: the registry or a manifest cannot be read or parsed.
        """
        self._promotions()
        try:
            names = sorted(entry.name for entry in self.root.iterdir() if entry.is_dir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Unavailable(f"The models cannot be listed ({error.strerror}).") from error
        known = [name for name in names if _VERSION.fullmatch(name)]
        return [self._registered(name) for name in reversed(known)]

    def latest(self, data_source: DataSourceName | None = None) -> ModelManifest | None:
        """The version that was promoted last, on `data_source` if it is given; None: there is none.

        Raises:
            Unavailable: the registry cannot be read or parsed.
        """
        promoted = map(self._registered, reversed(self._promotions()))
        fitting = (known for known in promoted if data_source in (None, known.data_source))
        return next(fitting, None)

    def is_promoted(self, version: str) -> bool:
        """Whether a version is, or was, the one that `latest` means.

        Raises:
            Unavailable: the registry cannot be read or parsed.
        """
        return version in self._promotions()

    def resolve(
        self,
        version: str,
        horizon: int,
        feature_mode: FeatureMode,
        data_source: DataSourceName | None = None,
    ) -> ModelManifest:
        """Return the version that serves a request; `latest` is the last promoted one that fits.

        With `data_source` a version that was trained on another one does not fit.

        Raises:
            NotFound: `unknown_version`.
            NoModel: nothing is trained for this horizon and feature set.
            Unavailable: the registry cannot be read or parsed.
        """
        if version != "latest":
            manifest = self.get(version)
            if not _fits(manifest, horizon, feature_mode, data_source):
                raise NoModel(
                    f"{version} was trained on {manifest.data_source} data, with the feature set "
                    f"{manifest.feature_mode} and the horizons {manifest.horizons}; asked for are "
                    f"{data_source or manifest.data_source}, {feature_mode} and {horizon}.",
                    fields=(("version", "not for this horizon or feature set"),),
                )
            return manifest
        for name in reversed(self._promotions()):
            manifest = self._registered(name)
            if _fits(manifest, horizon, feature_mode, data_source):
                return manifest
        raise NoModel(
            f"No model predicts {horizon} sessions ahead with the feature set {feature_mode}. "
            f"Train one first: horizons [{horizon}], feature_mode {feature_mode}."
        )

    def _registered(self, version: str) -> ModelManifest:
        try:
            return self.get(version)
        except NotFound as error:
            raise Unavailable(
                f"Model {version} is registered, and its manifest is missing. Restore its folder, "
                "or take it out of models/registry.json in the home directory."
            ) from error

    def promote(self, version: str) -> None:
        """Make a version the one that `latest` means; each of its files must be what was written.

        Raises:
            NotFound, Unavailable: it is not.
        """
        manifest = self.get(version)
        for file in (*(fold.file for fold in manifest.folds), manifest.predictions):
            read_checked(self.folder(version), file)
        with self.locked():
            promoted = [name for name in self._promotions() if name != version]
            made = _Promotions(promoted=[*promoted, version])
            write_whole(self._path, made.model_dump_json().encode())

    @property
    def _path(self) -> Path:
        return self.root / "registry.json"

    def _promotions(self) -> list[str]:
        text = read_whole(self._path, "the model registry")
        if text is None:
            return []
        try:
            return _Promotions.model_validate_json(text).promoted
        except ValidationError as error:
            raise Unavailable(
                "The model registry is damaged. Restore models/registry.json in the home directory, "
                "or remove it and train anew."
            ) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold off other processes that change the folder: two trainings may end at once.

        Raises:
            Unavailable: the folder cannot be written.
        """
        with disk_errors():
            self.root.mkdir(parents=True, exist_ok=True)
            lock = (self.root / ".lock").open("a")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def read_checked(folder: Path, file: ModelFile) -> bytes:
    """Read a file of a version, if it is the one that was written.

    Raises:
        Unavailable: it is missing, cannot be read, or has another hash.
    """
    path = folder / file.name
    if path.parent.resolve() != folder.resolve():
        raise Unavailable(f"{file.name} is not a file of its version. Train anew.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"{file.name} cannot be read ({error.strerror}). Train anew.") from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Unavailable(f"{file.name} is damaged: its hash is not the manifest's. Train anew.")
    return content


def first_day(manifest: ModelManifest, last_bar: date, years: int) -> date:
    """Return the day that some years before the last bar begin.

    Raises:
        NoModel: the version's out-of-sample predictions begin later.
    """
    begin = years_before(last_bar, years)
    # the first session on or after a day may be a few days later
    if (manifest.first_date - begin).days > 7:  # noqa: PLR2004 - days of a week
        raise NoModel(
            f"The out-of-sample predictions of {manifest.version} begin {manifest.first_date}, and "
            f"{years} years need {begin}. Ask for fewer years, or train with at least {years}.",
            fields=(("years", f"predictions begin {manifest.first_date}"),),
        )
    return begin


def _fits(
    manifest: ModelManifest,
    horizon: int,
    feature_mode: FeatureMode,
    data_source: DataSourceName | None,
) -> bool:
    return (
        horizon in manifest.horizons
        and manifest.feature_mode == feature_mode
        and data_source in (None, manifest.data_source)
    )


def _damaged(version: str) -> Unavailable:
    return Unavailable(
        f"The manifest of model {version} is damaged. Restore it, or remove its folder."
    )


def _unknown() -> NotFound:
    return NotFound(
        "There is no such model version. GET /api/models lists them.",
        code=ErrorCode.UNKNOWN_VERSION,
    )
