"""What a backup says of itself: `backup.json` with its contents, and `SHA256SUMS`, which is written last."""

import hashlib
import re
from pathlib import Path, PurePosixPath

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from quant_engine.backup.files import PARTIAL, write_file
from quant_engine.database.version import SCHEMA_REVISION
from quant_engine.disk import read_whole
from quant_engine.domain.errors import Unavailable

FORMAT = 1  #: raise it when an older program cannot restore what is written
RECORD, SUMS, DATABASE = "backup.json", "SHA256SUMS", "quant_engine.db"

#: as `sha256sum` writes them, so that a backup can be checked without this program
_LINE = re.compile(r"([0-9a-f]{64})  (.+)")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")


class Counts(BaseModel):
    """How much a backup contains."""

    model_config = ConfigDict(frozen=True)

    jobs: int
    unfinished: int  #: jobs that were queued or running
    reports: int
    signals: int
    models: int
    files: int  #: all but `backup.json` and `SHA256SUMS`
    bytes: int  #: of these files


class BackupRecord(BaseModel):
    """The content of `backup.json`."""

    model_config = ConfigDict(frozen=True)

    format: int
    program: str  #: version of the program that wrote it
    schema_revision: str
    created_at: AwareDatetime  #: the moment that it shows
    counts: Counts
    missing: list[str]  #: files that the database or the registry names and the home does not have
    damaged: list[str]  #: files that are as damaged as in the home


class _Format(BaseModel):
    """The part that every format has."""

    format: int


def can_contain(name: str) -> bool:
    """Whether a backup may have a file of this name: one that leads out of its folder, for example, it may not."""
    return _NAME.fullmatch(name) is not None and ".." not in PurePosixPath(name).parts


def write_record(folder: Path, record: BackupRecord, sums: dict[str, str]) -> None:
    """Complete a backup: write its record, and then the checksums by name, of the record too."""
    content = record.model_dump_json(indent=1).encode() + b"\n"
    write_file(folder / RECORD, content)
    all_sums = {**sums, RECORD: hashlib.sha256(content).hexdigest()}
    lines = [f"{digest}  {name}\n" for name, digest in sorted(all_sums.items())]
    write_file(folder / SUMS, "".join(lines).encode())


def read_backup(folder: Path) -> tuple[BackupRecord, dict[str, str]]:
    """Check every file of a backup; return its record, and the checksums of its other files by name.

    Raises:
        Unavailable: it is not a complete backup, a file of it is damaged, or it needs a newer program.
    """
    sums = _read_sums(folder)
    digest = sums.pop(RECORD, None)
    content = read_whole(folder / RECORD, "the record of the backup")
    if content is None or digest != hashlib.sha256(content).hexdigest():
        raise damaged(RECORD)
    try:
        found = _Format.model_validate_json(content).format
        if found > FORMAT:
            raise Unavailable(
                f"The backup has format {found}, and this program reads format {FORMAT}. Update Quant Engine."
            )
        record = BackupRecord.model_validate_json(content)
    except ValidationError as error:
        raise damaged(RECORD) from error
    if record.schema_revision > SCHEMA_REVISION:
        raise Unavailable(
            f"The backup's database has schema {record.schema_revision}, and this program knows {SCHEMA_REVISION}. "
            "Update Quant Engine."
        )
    if len(sums) != record.counts.files or DATABASE not in sums:
        raise damaged(SUMS)
    for name, expected in sums.items():
        if not _is_whole(folder / name, expected):
            raise damaged(name)
    return record, sums


def _read_sums(folder: Path) -> dict[str, str]:
    if folder.resolve().name.endswith(PARTIAL):
        raise Unavailable(
            f"{folder.name} is of a backup that did not end. Remove it, and restore another one."
        )
    content = read_whole(folder / SUMS, "the list of checksums") if folder.is_dir() else None
    if content is None:
        raise Unavailable(
            f"{folder} is not a backup: it has no {SUMS}. Name a folder that quant-engine backup wrote."
        )
    *lines, rest = content.decode(errors="replace").split("\n")
    if rest:
        raise damaged(SUMS)
    sums: dict[str, str] = {}
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None or not can_contain(found[2]) or found[2] in sums:
            raise damaged(SUMS)
        sums[found[2]] = found[1]
    return sums


def sum_of(path: Path) -> str:
    """Return the checksum of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_whole(path: Path, expected: str) -> bool:
    try:
        return sum_of(path) == expected
    except OSError:
        return False


def damaged(name: str) -> Unavailable:
    """Return the error for a file of a backup that is not as it was written."""
    return Unavailable(
        f"The backup is damaged: {name} is missing or is not what was written. Restore another one."
    )
