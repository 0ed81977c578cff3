"""Writes a backup of a home while a service may use it, and checks it before it gets its name.

The database is copied first, as of one moment. A job process writes a report before the transaction that names it, and
a version is complete and registered before its training succeeds, so every file that the copy names is in the home
already, and is copied afterwards. What is deleted meanwhile is the exception: the service commits a deletion before it
removes the file. A file that the copy names and the home does not have is therefore looked up in the database of the
home. If that does not name it any more, it was deleted after the copy, which is taken again; if it does, the home has
lost the file, and the backup says so.
"""

import errno
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from quant_engine import __version__
from quant_engine.artifacts import Artifacts
from quant_engine.backup import snapshot
from quant_engine.backup.files import LOCK, copy_file, new_draft, sync_file, sync_folders
from quant_engine.backup.record import (
    DATABASE,
    FORMAT,
    BackupRecord,
    Counts,
    can_contain,
    sum_of,
    write_record,
)
from quant_engine.domain.errors import Unavailable
from quant_engine.models.manifest import MANIFEST, read_manifest
from quant_engine.models.promotions import FILE, read_promotions

MODELS, REPORTS, SIGNALS = "models", "reports", "signals"
RESULTS = (f"{REPORTS}/", f"{SIGNALS}/")
REGISTRY = f"{MODELS}/{FILE}"
MOST_COPIES = 5  #: of the database; what is deleted during the last one counts as missing


def save(home: Path, database: Path, target: Path) -> BackupRecord:
    """Write a backup to a folder that does not exist or is empty; return what it contains.

    Raises:
        Unavailable: the folder cannot be used, the home cannot be read, or the disk is full. No backup is left then.
    """
    target = target.resolve()
    _check_target(target, home.resolve())
    with new_draft(target.parent) as draft:
        draft_of = _Draft(home, database, draft)
        record = draft_of.fill()
        write_record(draft, record, draft_of.sums)
        sync_folders(draft)
        _publish(draft, target)
    return record


def _check_target(target: Path, home: Path) -> None:
    if target == home or target.is_relative_to(home):
        raise Unavailable(
            "A backup inside the home is lost with it. Name a folder outside, best on another disk."
        )
    if not target.parent.is_dir():
        raise Unavailable(
            f"There is no folder {target.parent}. Create it, or mount its disk, and try again."
        )
    if target.is_mount():
        raise Unavailable(f"{target} is a disk. Name a folder on it that does not exist yet.")
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise _taken(target)


def _taken(target: Path) -> Unavailable:
    return Unavailable(f"{target} exists and is not an empty folder. Name another one.")


def _publish(draft: Path, target: Path) -> None:
    try:
        draft.rename(target)
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}:
            # another backup was faster
            raise _taken(target) from error
        raise
    (target / LOCK).unlink()
    sync_file(target)
    sync_file(target.parent)


class _Draft:
    """A backup under way."""

    def __init__(self, home: Path, database: Path, folder: Path) -> None:
        self._home = home
        self._database = database
        self._folder = folder
        self.sums: dict[str, str] = {}  #: of each file, by its name

    def fill(self) -> BackupRecord:
        """Copy everything, check the copy, and return the record of it."""
        for copies in range(1, MOST_COPIES + 1):
            created_at = datetime.now(UTC)
            revision, jobs = self._copy_database()
            named = jobs.files | self._copy_versions()
            for name in jobs.files - self.sums.keys():
                self._copy(name)
            missing = named - self.sums.keys()
            if copies == MOST_COPIES or missing <= self._named_now():
                break
        for name in [name for name in self.sums if name.startswith(RESULTS)]:
            if name not in jobs.files:
                self._drop(name)
        damaged = {*self._damaged_results(jobs.files), *self._damaged_models()}
        return BackupRecord(
            format=FORMAT,
            program=__version__,
            schema_revision=revision,
            created_at=created_at,
            counts=self._counts(jobs),
            missing=sorted(missing),
            damaged=sorted(damaged),
        )

    def _copy_database(self) -> tuple[str, snapshot.Jobs]:
        copy = self._folder / DATABASE
        copy.unlink(missing_ok=True)
        snapshot.copy_database(self._database, copy)
        revision = snapshot.check_copy(copy)
        sync_file(copy)
        self.sums[DATABASE] = sum_of(copy)
        return revision, snapshot.read_jobs(copy)

    def _copy_versions(self) -> set[str]:
        """Copy the registry, and then the versions; return the manifests that the registry names."""
        self._drop(REGISTRY)
        self._copy(REGISTRY)
        for folder in _versions(self._home / MODELS):
            names = [f"{MODELS}/{folder.name}/{file.name}" for file in _files(folder)]
            for name in names:
                if name not in self.sums:
                    self._copy(name)
            if not (folder / MANIFEST).exists():
                # it was removed meanwhile, or is no version
                for name in names:
                    self._drop(name)
        return _promoted(self._folder)

    def _named_now(self) -> set[str]:
        return {*snapshot.read_jobs(self._database).files, *_promoted(self._home)}

    def _copy(self, name: str) -> None:
        if can_contain(name):
            digest = copy_file(self._home / name, self._folder / name)
            if digest is not None:
                self.sums[name] = digest

    def _drop(self, name: str) -> None:
        if self.sums.pop(name, None) is not None:
            path = self._folder / name
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()

    def _damaged_results(self, names: Iterable[str]) -> Iterator[str]:
        artifacts = Artifacts(self._folder)
        read = {REPORTS: artifacts.read_report, SIGNALS: artifacts.read_signals}
        for name in self.sums.keys() & names:
            folder, _, file = name.partition("/")
            try:
                read[folder](file.removesuffix(".json"))
            except Unavailable:
                yield name

    def _damaged_models(self) -> Iterator[str]:
        try:
            read_promotions(self._folder / MODELS)
        except Unavailable:
            yield REGISTRY
        for folder in _versions(self._folder / MODELS):
            place = f"{MODELS}/{folder.name}"
            try:
                manifest = read_manifest(folder)
            except Unavailable:
                manifest = None
            if manifest is None:
                yield f"{place}/{MANIFEST}"
                continue
            for file in (*(fold.file for fold in manifest.folds), manifest.predictions):
                if self.sums.get(f"{place}/{file.name}") != file.sha256:
                    yield f"{place}/{file.name}"

    def _counts(self, jobs: snapshot.Jobs) -> Counts:
        return Counts(
            jobs=jobs.count,
            unfinished=jobs.unfinished,
            reports=sum(name.startswith(f"{REPORTS}/") for name in self.sums),
            signals=sum(name.startswith(f"{SIGNALS}/") for name in self.sums),
            models=sum(name.endswith(f"/{MANIFEST}") for name in self.sums),
            files=len(self.sums),
            bytes=sum((self._folder / name).stat().st_size for name in self.sums),
        )


def _versions(root: Path) -> list[Path]:
    # a training that is under way has a folder whose name begins with a dot
    return [one for one in _entries(root) if one.is_dir() and not one.name.startswith(".")]


def _files(folder: Path) -> list[Path]:
    return [one for one in _entries(folder) if one.is_file() and not one.name.startswith(".")]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Unavailable(
            f"The folder {folder.name} of the home cannot be read ({error.strerror}). Check its owner and permissions."
        ) from error


def _promoted(home: Path) -> set[str]:
    try:
        return {f"{MODELS}/{name}/{MANIFEST}" for name in read_promotions(home / MODELS)}
    except Unavailable:
        # the registry is damaged, and listed as such
        return set()
