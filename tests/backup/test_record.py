"""A backup that is damaged, or needs a newer program, is found before anything of it is used."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from quant_engine.backup.record import (
    DATABASE,
    FORMAT,
    RECORD,
    SUMS,
    BackupRecord,
    read_backup,
    write_record,
)
from quant_engine.database.version import SCHEMA_REVISION
from quant_engine.domain.errors import Unavailable
from tests.backup.conftest import tree


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def _extend(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [Path.unlink, _cut, _extend, _flip, _replace_by_folder])
def test_each_damaged_file_is_named(saved: Path, damage: Callable[[Path], None]) -> None:
    read_backup(saved)
    names = [name for name, content in tree(saved).items() if content]
    assert {DATABASE, RECORD, SUMS} < set(names)
    for name in names:
        copy = saved.with_name("copy")
        shutil.copytree(saved, copy)
        if name == SUMS and damage is _extend:
            (copy / SUMS).write_bytes((copy / SUMS).read_bytes() + b"0" * 64 + b"  more\n")
        else:
            damage(copy / name)
        with pytest.raises(Unavailable) as error:
            read_backup(copy)
        # a changed checksum is one of a file that is damaged
        assert name == SUMS or Path(name).name in error.value.message
        shutil.rmtree(copy)


def test_no_byte_of_the_list_of_checksums_can_change(saved: Path) -> None:
    content = (saved / SUMS).read_bytes()
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 1
        (saved / SUMS).write_bytes(changed)
        with pytest.raises(Unavailable):
            read_backup(saved)
    lines = content.splitlines(keepends=True)
    for line in range(len(lines)):
        (saved / SUMS).write_bytes(b"".join(lines[:line] + lines[line + 1 :]))
        with pytest.raises(Unavailable, match="damaged"):
            read_backup(saved)


@pytest.mark.parametrize(
    "name", ["../outside", "reports/../../outside", "/etc/hostname", ".lock", "a b", ""]
)
def test_a_name_that_leads_elsewhere_is_refused(saved: Path, name: str) -> None:
    with (saved / SUMS).open("a") as file:
        file.write(f"{'0' * 64}  {name}\n")
    with pytest.raises(Unavailable, match=f"{SUMS} is missing or is not"):
        read_backup(saved)


def rewrite(folder: Path, **values: object) -> None:
    """Change the record of a backup as another program would have written it."""
    record, sums = read_backup(folder)
    (folder / RECORD).unlink()
    (folder / SUMS).unlink()
    write_record(folder, BackupRecord.model_validate(record.model_dump() | values), sums)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("format", FORMAT + 1, f"format {FORMAT + 1}, and this program reads format {FORMAT}"),
        ("schema_revision", "9999", f"schema 9999, and this program knows {SCHEMA_REVISION}"),
    ],
)
def test_a_newer_backup_is_refused(saved: Path, field: str, value: object, sentence: str) -> None:
    rewrite(saved, **{field: value})
    with pytest.raises(Unavailable, match=sentence):
        read_backup(saved)


def test_a_later_version_of_the_program_with_the_same_schema_is_accepted(saved: Path) -> None:
    rewrite(saved, program="99.0", schema_revision="0001")
    assert read_backup(saved)[0].program == "99.0"


def test_a_folder_that_is_no_backup_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name in ("absent", "file", "."):
        with pytest.raises(Unavailable, match=f"is not a backup: it has no {SUMS}"):
            read_backup(tmp_path / name)


def test_a_file_that_is_not_of_the_backup_does_not_matter(saved: Path) -> None:
    (saved / "notes.txt").touch()
    read_backup(saved)


def test_the_record_is_for_people_too(saved: Path) -> None:
    record = json.loads((saved / RECORD).read_text())
    assert record["counts"]["jobs"] == 4
    assert record["schema_revision"] == SCHEMA_REVISION
    assert (record["missing"], record["damaged"]) == ([], [])
