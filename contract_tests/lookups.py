"""Records what a process looks for and cannot import. It loads the standard library alone, because it runs in a copy of a user's installation.

A library that looks for an optional module while it is imported does so for everyone. One that does so in a call was
called by the product, with a name, an engine or a driver that the product chose.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution
from importlib.util import find_spec
from multiprocessing import forkserver
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = f"{Path(__file__).parents[1]}{os.sep}"
PRODUCT = f"{ROOT}quant_engine{os.sep}"
#: what is loaded on purpose; an environment, and so its libraries, may be in the checkout too
_OWN = ("<string>", PRODUCT, f"{Path(__file__).parent}{os.sep}")
#: Python's own frames of an import
_IMPORTING = ("<frozen importlib", f"{os.sep}importlib{os.sep}", __file__)


class Lookups:
    """The only finder of a process: it hides modules, and records those that the product needed and nothing found."""

    def __init__(self, hidden: Iterable[str], record: str) -> None:
        self._hidden = frozenset(hidden)
        self._record = Path(record)
        self._finders = tuple(sys.meta_path)

    def watch(self) -> None:
        """Begin, before the product is loaded."""
        finder: Any = self
        sys.meta_path[:] = [finder]

    def find_spec(self, name: str, *rest: Any) -> ModuleSpec | None:
        """Find a module as the finders before did, if it is not hidden."""
        if name.partition(".")[0] not in self._hidden:
            for finder in self._finders:
                spec = finder.find_spec(name, *rest)
                if spec is not None:
                    return spec
        place = _place(sys._getframe(1))  # noqa: SLF001 - the public way reads every line of every frame
        if place is not None:
            self._write(name, place)
        return None

    def find_distributions(self, *arguments: Any) -> Iterator[Distribution]:
        """Find installed distributions as before, for the version of the product."""
        for finder in self._finders:
            yield from getattr(finder, "find_distributions", lambda *_: ())(*arguments)

    def look_for_preloads(self) -> None:
        """Look for what the fork server of this process imports: it ignores what it does not find."""
        # it has no public list of them
        for name in forkserver._forkserver._preload_modules:  # type: ignore[attr-defined]  # noqa: SLF001 - as above
            try:
                found = find_spec(name)
            except ModuleNotFoundError:
                found = None
            if found is None:
                self._write(name, "set_forkserver_preload")

    def _write(self, name: str, place: str) -> None:
        # other processes write to the same file
        with self._record.open("a") as record:
            record.write(f"{json.dumps([name, place])}\n")


def _place(frame: FrameType | None) -> str | None:
    """Return the line of the product that needs a module, or else of the library; None where a library is imported."""
    first = None
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(_IMPORTING[:1]) and not any(one in file for one in _IMPORTING[1:]):
            place = f"{file.removeprefix(ROOT)}:{frame.f_lineno}"
            first = first or place
            if file.startswith(PRODUCT):
                return place
            if frame.f_code.co_name == "<module>" and not file.startswith(_OWN):
                return None
        frame = frame.f_back
    return first


def read(record: Path) -> list[tuple[str, str]]:
    """Return the names that were needed and not found, each with its place."""
    lines = record.read_text().splitlines() if record.exists() else []
    return [(name, place) for name, place in map(json.loads, dict.fromkeys(lines))]
