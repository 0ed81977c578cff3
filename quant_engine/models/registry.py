"""The registry of model versions, and which one `latest` means; reads manifests and never loads a model."""

import fcntl
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quant_engine.disk import disk_errors, sync_folder
from quant_engine.domain.errors import Conflict, ErrorCode, NoModel, NotFound, Unavailable
from quant_engine.domain.parameters import FeatureMode
from quant_engine.domain.work import DataSourceName
from quant_engine.models.manifest import VersionManifest, read_checked, read_manifest
from quant_engine.models.promotions import add_promotion, read_promotions, remove_promotion

_VERSION = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DELETED = ".deleted"  #: folder of versions that are being removed; no version has such a name


class ModelRegistry:
    """The versions of one home."""

    def __init__(self, home: Path) -> None:
        self.root = home / "models"

    def folder(self, version: str) -> Path:
        """Return the folder of a version.

        Raises:
            NotFound: `unknown_version`, also for a name that could point outside the root.
        """
        if _VERSION.fullmatch(version) is None:
            raise _unknown()
        return self.root / version

    def get(self, version: str) -> VersionManifest:
        """Return a version's manifest.

        Raises:
            NotFound: `unknown_version`.
        """
        folder = self.folder(version)
        manifest = read_manifest(folder)
        if manifest is None:
            if folder.exists():
                raise Unavailable(
                    f"Model {version} has no manifest. Restore its folder, or remove it."
                )
            raise _unknown()
        return manifest

    def versions(self) -> list[VersionManifest]:
        """Return every version, newest first."""
        read_promotions(self.root)
        try:
            names = sorted(entry.name for entry in self.root.iterdir() if entry.is_dir())
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Unavailable(f"The models cannot be listed ({error.strerror}).") from error
        versions = [name for name in names if _VERSION.fullmatch(name)]
        return [self._registered(name) for name in reversed(versions)]

    def latest(self, data_source: DataSourceName | None = None) -> VersionManifest | None:
        """Return the version that was promoted last (on `data_source`, unless None); None: there is none."""
        fitting = (found for found in self._promoted() if data_source in (None, found.data_source))
        return next(fitting, None)

    def is_promoted(self, version: str) -> bool:
        """Whether a version was ever promoted."""
        return version in read_promotions(self.root)

    def resolve(
        self,
        version: str,
        horizon: int,
        feature_mode: FeatureMode,
        data_source: DataSourceName | None = None,
    ) -> VersionManifest:
        """Return the version for a request; `latest` is the last promoted one that fits.

        With `data_source`, a version that was trained on another source does not fit.

        Raises:
            NotFound: `unknown_version`.
            NoModel: nothing is trained for this horizon and feature set.
        """
        if version != "latest":
            manifest = self.get(version)
            if not _fits(manifest, horizon, feature_mode, data_source):
                raise NoModel(
                    f"{version} was trained on {manifest.data_source} data, with the feature mode "
                    f"{manifest.feature_mode} and the horizons {manifest.horizons}; the request needs "
                    f"{data_source or manifest.data_source}, {feature_mode} and {horizon}.",
                    fields=(("version", "not for this horizon or feature mode"),),
                )
            return manifest
        for manifest in self._promoted():
            if _fits(manifest, horizon, feature_mode, data_source):
                return manifest
        raise NoModel(
            f"No model predicts {horizon} sessions ahead with the feature mode {feature_mode}. "
            f"Train one first, with this horizon and feature mode."
        )

    def promote(self, version: str) -> None:
        """Check the files of a version, and make it the one that `latest` means.

        Raises:
            NotFound, Unavailable: the version or a file is missing or damaged.
        """
        # all of it with the lock, or the version may be deleted in between
        with self.locked():
            manifest = self.get(version)
            for file in (*(fold.file for fold in manifest.folds), manifest.predictions):
                read_checked(self.folder(version), file)
            add_promotion(self.root, version)

    def in_force(self) -> set[str]:
        """Return the versions that `latest` means for some request."""
        found: dict[tuple[DataSourceName, FeatureMode, int], str] = {}
        for manifest in self._promoted():
            for horizon in manifest.horizons:
                kind = (manifest.data_source, manifest.feature_mode, horizon)
                found.setdefault(kind, manifest.version)
        return set(found.values())

    def require(self, version: str) -> None:
        """Check that there is a version, readable or not.

        Raises:
            NotFound: `unknown_version`.
        """
        folder = self.folder(version)
        with disk_errors():
            if not folder.is_dir():
                raise _unknown()

    def delete(self, version: str) -> None:
        """Remove a version that is not in force, readable or not.

        Raises:
            NotFound: `unknown_version`.
            Conflict: `model_in_use`.
        """
        folder = self.folder(version)
        with self.locked(), disk_errors():
            self.require(version)
            if version in self.in_force():
                raise Conflict(
                    f"{version} is in force: `latest` means it. Train another one with its horizons first.",
                    code=ErrorCode.MODEL_IN_USE,
                )
            remove_promotion(self.root, version)
            grave = self.root / _DELETED
            grave.mkdir(exist_ok=True)
            # renamed first: nothing ever reads half a version
            folder.replace(grave / f"{version}.{secrets.token_hex(4)}")
            sync_folder(self.root)
        self.remove_deleted()

    def has_deleted(self) -> bool:
        """Whether a deletion was interrupted, and left files."""
        return (self.root / _DELETED).exists()

    def remove_deleted(self) -> None:
        """Remove the files of deleted versions; a deletion that was interrupted leaves some."""
        shutil.rmtree(self.root / _DELETED, ignore_errors=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the folder, because two trainings may end at once."""
        with disk_errors():
            self.root.mkdir(parents=True, exist_ok=True)
            lock = (self.root / ".lock").open("a")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _promoted(self) -> Iterator[VersionManifest]:
        # lazily, newest first: a damaged older manifest matters only if the caller reaches it
        return map(self._registered, reversed(read_promotions(self.root)))

    def _registered(self, version: str) -> VersionManifest:
        try:
            return self.get(version)
        except NotFound as error:
            raise Unavailable(
                f"Model {version} is registered, but its manifest is missing. Restore its folder, "
                "or remove it from models/registry.json in the home directory."
            ) from error


def _fits(
    manifest: VersionManifest,
    horizon: int,
    feature_mode: FeatureMode,
    data_source: DataSourceName | None,
) -> bool:
    return (
        horizon in manifest.horizons
        and manifest.feature_mode == feature_mode
        and data_source in (None, manifest.data_source)
    )


def _unknown() -> NotFound:
    return NotFound(
        "There is no such model version. Choose one that the model lab lists.",
        code=ErrorCode.UNKNOWN_VERSION,
    )
