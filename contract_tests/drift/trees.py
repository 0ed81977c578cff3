"""Copies of the working tree, as it was when the lab began, in which anything may be edited.

A copy shares no file that a command may write in place: through a hard link, a generator would write into
the working tree. All copies use the same Node packages and the same Python environment.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from contract_tests.drift.drifts import Files
from contract_tests.drift.programs import Done
from contract_tests.repository import ROOT
from contract_tests.tools import output

LAB = "contract_tests/drift/"  #: no gate tests the lab itself
#: caches of commands, which a copy keeps from drift to drift
KEPT = {"__pycache__", ".mypy_cache", ".ruff_cache", ".import_linter_cache", "node_modules"}
#: Python recognises a compiled file as current by the second and the size of its source; so each text
#: that is written gets a second of its own
_seconds = count(1_000_000_000)


def snapshot(root: Path = ROOT) -> Files:
    """Read the working tree: the files that git tracks, and new ones that it does not ignore."""
    command = ("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z")
    listed = output(command, root)
    paths = (name for name in sorted({*listed.split("\0")} - {""}))
    # git still lists a file that was moved
    return {name: (root / name).read_bytes() for name in paths if (root / name).is_file()}


def digest(files: Files, reads: Iterable[str] = ("",)) -> str:
    """Hash the files below these paths."""
    found = hashlib.sha256()
    prefixes = tuple(reads)
    for name in sorted(files):
        if name.startswith(prefixes) and not name.startswith(LAB):
            found.update(f"{name}\0{len(files[name])}\0".encode() + files[name])
    return found.hexdigest()


@dataclass
class Generated:
    """The result of regenerating everything that is generated from the code."""

    stale: list[str] = field(default_factory=list)  #: what the stale-file check would have named
    step: str = ""  #: the first step that failed
    failed: Done | None = None  #: and its end
    seconds: float = 0.0
    cpu_seconds: float = 0.0


@dataclass
class Tree:
    """One copy: a drift is applied to it, and then it is reset."""

    folder: Path
    files: Files
    edits: object = None  #: of the drift that is applied
    edited: tuple[str, ...] = ()  #: the files that the drift edits
    generated: Generated | None = None  #: after these edits
    has_types: bool = False  #: the page's types are generated as well
    _written: dict[str, tuple[int, int]] = field(default_factory=dict)  #: second and size

    def create(self) -> None:
        """Write the whole copy."""
        for name, content in self.files.items():
            self.write(name, content)
        packages = self.folder / "frontend" / "node_modules"
        packages.parent.mkdir(exist_ok=True)
        packages.symlink_to((ROOT / "frontend" / "node_modules").resolve())

    def write(self, name: str, content: bytes) -> None:
        """Write a file, with a modification time that no other text has."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        second = next(_seconds)
        os.utime(path, (second, second))
        self._written[name] = (second, len(content))

    def apply(self, changed: Mapping[str, bytes]) -> None:
        """Apply the changed files of a drift."""
        self.reset()
        for name, content in changed.items():
            self.write(name, content)

    def reset(self) -> None:
        """Restore every file, whatever was written since."""
        for name in list(self._walk()):
            path = self.folder / name
            if name not in self.files:
                path.unlink()
                self._written.pop(name, None)
        for name, content in self.files.items():
            if self._is_touched(name) or self._is_edited(name, content):
                self.write(name, content)
        self.edits, self.edited, self.generated, self.has_types = None, (), None, False

    def _is_touched(self, name: str) -> bool:
        path = self.folder / name
        if not path.is_file():
            return True
        seen = path.stat()
        return (int(seen.st_mtime), seen.st_size) != self._written[name]

    def _is_edited(self, name: str, content: bytes) -> bool:
        return self._written[name][1] != len(content) or self.read(name) != content

    def read(self, name: str) -> bytes:
        """Read a file as it is now."""
        path = self.folder / name
        return path.read_bytes() if path.is_file() else b""

    def changed(self) -> dict[str, bytes]:
        """Return the files that differ from the snapshot, as they are now."""
        found = {name: self.read(name) for name in self._walk() if name not in self.files}
        for name, content in self.files.items():
            now = self.read(name)
            if now != content:
                found[name] = now
        return found

    def _walk(self) -> Iterator[str]:
        for folder, folders, names in os.walk(self.folder):
            folders[:] = [name for name in folders if name not in KEPT]
            place = Path(folder).relative_to(self.folder)
            for name in names:
                if name != "node_modules":
                    yield str(place / name)
