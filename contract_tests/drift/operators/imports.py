"""Imports that `.importlinter` forbids: one for each pair, at the top, inside a function, or by name."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

import libcst as cst

from contract_tests.drift.drifts import Drift, Files, NoDrift
from contract_tests.drift.operators.python import (
    PACKAGE,
    Source,
    Splice,
    edits,
    first_line,
    insert_import,
    is_import,
    kebab,
    parsed,
)
from contract_tests.layers import Edge, edges

LINTER = ".importlinter"
ALIAS = "borrowed"
#: aliases that the linter requires
SHORT = {"numpy": "np", "pandas": "pd", "pyarrow": "pa"}
FORMS = {
    "at-the-top": "at the top",
    "lazy": "inside a function",
    "dynamic": "by name, which a linter of imports cannot see",
}


def import_drifts(files: Files) -> Iterator[Drift]:
    """Create one import for every forbidden edge; the forms alternate."""
    modules = Modules(files)
    created: set[tuple[str, str, str]] = set()
    for index, edge in enumerate(edges(files[LINTER].decode(), PACKAGE)):
        source, target = modules.ends(edge)
        forms = [list(FORMS)[(index + turn) % len(FORMS)] for turn in range(len(FORMS))]
        if modules.reaches(target, source):
            # at the top the import would fail at once, and no developer would commit it
            forms.remove("at-the-top")
        # two contracts may forbid the same import
        form = next(one for one in forms if (source, target, one) not in created)
        created.add((source, target, form))
        name = kebab(*(one.removeprefix(f"{PACKAGE}.") for one in (edge.importer, edge.imported)))
        yield Drift(
            f"import-{edge.contract}-{form}-{name}",
            f"{source} imports {target} {FORMS[form]}; the contract `{edge.contract}` forbids it.",
            edits(files, _put(modules.source(source), target, form)),
        )


class Modules:
    """The modules of the service, and what each imports when it is loaded."""

    def __init__(self, files: Files) -> None:
        self._files = files
        found = [name for name in files if re.fullmatch(rf"{PACKAGE}/.*\.py", name)]
        self._file = {_name(file): file for file in sorted(found) if "/migrations/" not in file}
        self._reached = cache(self._closure)

    def source(self, module: str) -> Source:
        """Parse a module."""
        return parsed(self._files, self._file[module])

    def inside(self, package: str) -> list[str]:
        """Return a package's modules, its own file last; of another package, its name alone."""
        found = [name for name in self._file if name == package or name.startswith(f"{package}.")]
        return sorted(found, key=lambda name: (name == package, name)) or [package]

    def ends(self, edge: Edge) -> tuple[str, str]:
        """Choose the importing and the imported module, if possible without a cycle."""
        importers = [one for one in self.inside(edge.importer) if self._has_imports(one)]
        # modules with functions first, because an import inside a function needs less code
        importers.sort(key=lambda one: not _has_function(self._text(one)))
        pairs = [(one, other) for other in self.inside(edge.imported) for one in importers]
        if not pairs:
            raise NoDrift(f"{edge.importer} has no module that could import {edge.imported}")
        return next((pair for pair in pairs if not self.reaches(*pair[::-1])), pairs[0])

    def reaches(self, module: str, other: str) -> bool:
        """Whether loading a module loads another."""
        return other in self._reached(module)

    def _text(self, module: str) -> str:
        return self._files[self._file[module]].decode()

    def _has_imports(self, module: str) -> bool:
        return "\nfrom " in self._text(module) or "\nimport " in self._text(module)

    def _closure(self, module: str) -> frozenset[str]:
        found: set[str] = set()
        left = [module]
        while left:
            one = left.pop()
            if one not in found and one in self._file:
                found.add(one)
                left += [*self._imports(one), *_above(one)]
        return frozenset(found)

    def _imports(self, module: str) -> Iterator[str]:
        text = self._text(module)
        for line in re.finditer(
            rf"^(?:from ({PACKAGE}[\w.]*) import ([^()\n]+|\([^)]*\))|import ({PACKAGE}[\w.]*))",
            text,
            re.MULTILINE,
        ):
            package = line[1] or line[3]
            yield package
            for name in re.findall(r"\w+", line[2] or ""):
                yield f"{package}.{name}"


def _above(module: str) -> Iterator[str]:
    # Python loads a package before the modules in it
    parts = module.split(".")
    yield from (".".join(parts[:count]) for count in range(1, len(parts)))


def _name(file: str) -> str:
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _has_function(text: str) -> bool:
    return re.search(r"^ *(?:async )?def \w+", text, re.MULTILINE) is not None


def _put(source: Source, target: str, form: str) -> Sequence[Splice]:
    if form == "at-the-top":
        return _at_the_top(source, target)
    modules = insert_import(source, "import importlib", "importlib", is_from=False)
    # inserted before a docstring, the line would turn it into a plain string
    found = [one for one in source.functions if not _is_empty(one)]
    line, name = _statement(target)
    if form == "lazy":
        lines, needs = [line, "", f"_ = {name}.__name__"], []
    else:
        lines, needs = [f'importlib.import_module("{target}")'], [modules]
    if found:
        place = first_line(found[0])
        indent = source.indent(place)
        return [*needs, source.before(place, _block(lines, indent))]
    added = "\n\ndef _borrow() -> None:\n" + _block(lines, "    ")
    end = len(source.content)
    return [*needs, Splice(source.file, end, end, added)]


def _is_empty(owner: cst.FunctionDef) -> bool:
    return len(owner.body.body) == 1 and owner.get_docstring() is not None


def _block(lines: Sequence[str], indent: str) -> str:
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)


def _at_the_top(source: Source, target: str) -> list[Splice]:
    line, name = _statement(target)
    is_from = line.startswith("from ")
    module = target.rpartition(".")[0] if is_from else target
    splice = insert_import(source, line, module, is_from=is_from)
    body = source.module.body
    last = max(index for index, one in enumerate(body) if is_import(one))
    used = f"\n_BORROWED = {name}.__name__\n"
    after = source.after(body[last], used)
    if splice.start == after.start:
        # the new import is the last one
        return [Splice(splice.file, splice.start, splice.end, splice.code + used)]
    return [splice, after]


def _statement(target: str) -> tuple[str, str]:
    package, _, name = target.rpartition(".")
    if package:
        return f"from {package} import {name} as {ALIAS}", ALIAS
    if target == PACKAGE:
        return f"import {target}", target
    short = SHORT.get(target)
    return (f"import {target} as {short}", short) if short else (f"import {target}", target)
