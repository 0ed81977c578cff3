"""What the product loads and import-linter cannot see: strings that name modules, programs, entry points.

All of it is in the wheel or a declared dependency, exists, and keeps to the layers. Nothing is built for it.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from contract_tests.layers import Edge, edges, root_packages
from wirelaw.finding import Finding

PART = "imports"
LINTER = ".importlinter"
IN_THE_WHEEL = "a module of the wheel, or a dependency that pyproject.toml declares"
DECLARE = "import what the wheel contains, or declare the dependency in pyproject.toml"
BY_NAME = "name a module that exists, in a layer that this one may import"
#: a name with such an end is one of a file
FILES = (".db",)
#: they start a program
STARTERS = re.compile(
    r"(subprocess\.)?(Popen|check_call|check_output|getoutput|getstatusoutput)|subprocess\.(run|call)"
    r"|(asyncio\.)?create_subprocess_\w+|(os\.)?(system|popen|exec[lv]p?e?|spawn\w+|posix_spawnp?)"
)
#: decides which modules are found; code that changes it imports what no linter sees
SEARCH = {"sys.meta_path", "sys.modules", "sys.path", "sys.path_hooks", "site.addsitedir"}
_SEARCH_ENDS = {name.rpartition(".")[2] for name in SEARCH}
#: classes and functions that load a module by its name
LOADERS = {
    *("EntryPoint", "ExtensionFileLoader", "ImportString", "SourceFileLoader", "entry_points"),
    *("import_string", "load_entry_point", "locate", "zipimporter"),
}


class Product:
    """A package, what its project declares, and what `.importlinter` forbids."""

    def __init__(self, root: Path, package: str) -> None:
        self.root = root
        self.package = package
        self.project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
        self._linter = (root / LINTER).read_text()
        #: what is in the repository and in no installation
        self.others = set(root_packages(self._linter)) - {package} - self._dependencies
        names = "|".join(map(re.escape, [package, *sorted(self.others)]))
        self._name = re.compile(rf"(?:{names})(?:\.\w+)+(?::[\w.]+)?")
        #: of code and of paths
        self._mention = re.compile(
            rf"(?:from|import) +(?:{names})\b|(?:{'|'.join(sorted(self.others))})[./]\w"
        )

    @cached_property
    def files(self) -> dict[str, Path]:
        """The modules of the package, by name."""
        found = sorted((self.root / self.package).rglob("*.py"))
        parts = {path: path.relative_to(self.root).with_suffix("").parts for path in found}
        return {".".join(one).removesuffix(".__init__"): path for path, one in parts.items()}

    @cached_property
    def trees(self) -> dict[str, ast.Module]:
        """The same, parsed."""
        return {name: ast.parse(path.read_text("utf-8")) for name, path in self.files.items()}

    def findings(self) -> Iterator[Finding]:
        """Return everything that is loaded and is not in the wheel, does not exist, or is in a forbidden layer."""
        for module, tree in self.trees.items():
            strings = {id(one) for one in _docstrings(tree)}
            for node in ast.walk(tree):
                place = f"{self.files[module].relative_to(self.root)}:{getattr(node, 'lineno', 1)}"
                if isinstance(node, ast.Import | ast.ImportFrom):
                    yield from self._undeclared(place, node)
                elif isinstance(node, ast.Call):
                    yield from self._started(place, node)
                elif isinstance(node, ast.Name | ast.Attribute):
                    yield from _searched(place, node)
                elif isinstance(node, ast.Constant) and id(node) not in strings:
                    yield from self._named(place, module, node.value)
        yield from self._entry_points()

    def _undeclared(self, place: str, node: ast.Import | ast.ImportFrom) -> Iterator[Finding]:
        level = getattr(node, "level", 0)
        source = getattr(node, "module", None)
        for name in [source] if source and not level else [one.name for one in node.names]:
            top = name.partition(".")[0]
            if level or top == self.package or top in sys.stdlib_module_names:
                continue
            # an editable installation, as of wirelaw, says nothing about its modules
            owners = self._distributions.get(top, [top])
            declared = {canonicalize_name(one) for one in owners}
            if not declared & self._dependencies:
                yield Finding(PART, place, "not-in-the-wheel", IN_THE_WHEEL, name, DECLARE)
        for alias in node.names:
            if alias.name in LOADERS:
                yield _hidden(place, alias.name)

    @cached_property
    def _distributions(self) -> Mapping[str, list[str]]:
        return packages_distributions()

    @cached_property
    def _dependencies(self) -> set[str]:
        declared = map(Requirement, self.project["dependencies"])
        return {canonicalize_name(one.name) for one in declared if one.marker is None}

    @cached_property
    def hidden(self) -> set[str]:
        """What a checkout can import and an installation cannot: no declared dependency leads to it."""
        found: set[tuple[str, str]] = set()
        declared = map(Requirement, self.project["dependencies"])
        left = [one for one in declared if _is_needed(one)]
        while left:
            one = left.pop()
            for extra in ("", *one.extras):
                key = (canonicalize_name(one.name), extra)
                if key not in found:
                    found.add(key)
                    left += [each for each in _required(one.name) if _is_needed(each, extra)]
        installed = {name for name, _ in found} | {canonicalize_name(self.project["name"])}
        undeclared = {
            top
            for top, owners in self._distributions.items()
            if not installed & {canonicalize_name(one) for one in owners}
        }
        return (undeclared | self.others) - sys.stdlib_module_names - {self.package}

    def _named(self, place: str, module: str, text: object) -> Iterator[Finding]:
        if not isinstance(text, str):
            return
        if not self._name.fullmatch(text) or text.endswith(FILES):
            if self._mention.search(text):
                yield Finding(PART, place, "code-in-a-string", "an import", text, DECLARE)
            return
        target, _, attribute = text.partition(":")
        if target.partition(".")[0] != self.package:
            yield Finding(PART, place, "not-in-the-wheel", IN_THE_WHEEL, text, DECLARE)
        elif not self.has(target, attribute):
            yield Finding(PART, place, "names-nothing", "what exists", text, BY_NAME)
        else:
            broken = (one for one in self._edges if one.forbids(module, target))
            for edge in broken:
                expected = f"no import by the contract `{edge.contract}`, by name either"
                yield Finding(PART, place, "hidden-import", expected, text, BY_NAME)

    @cached_property
    def _edges(self) -> list[Edge]:
        return edges(self._linter, self.package)

    def has(self, module: str, attribute: str = "") -> bool:
        """Return whether a module exists and defines a name; without a name, its last part may be one."""
        if module in self.trees:
            defined = {one for node in self.trees[module].body for one in _defined(node)}
            return not attribute or attribute.partition(".")[0] in defined
        owner, _, name = module.rpartition(".")
        return not attribute and owner in self.trees and self.has(owner, name)

    def _started(self, place: str, node: ast.Call) -> Iterator[Finding]:
        if not STARTERS.fullmatch(ast.unparse(node.func)):
            return
        values = [one for argument in node.args for one in _flat(argument)]
        command = [
            one.value if isinstance(one, ast.Constant) else ast.unparse(one) for one in values[:3]
        ]
        is_ours = command[:2] == ["sys.executable", "-m"] and str(command[2]) in self.files
        if not is_ours:
            expected = f"sys.executable, -m and the name of a module of {self.package}"
            shown = " ".join(map(str, command))
            yield Finding(PART, place, "hidden-program", expected, shown, BY_NAME)

    def _entry_points(self) -> Iterator[Finding]:
        groups = {name: self.project.get(name, {}) for name in ("scripts", "gui-scripts")}
        for group, points in {**groups, **self.project.get("entry-points", {})}.items():
            for name, target in points.items():
                module, _, attribute = target.partition(":")
                if not self.has(module, attribute):
                    place = f"pyproject.toml {group}.{name}"
                    yield Finding(PART, place, "names-nothing", IN_THE_WHEEL, target, BY_NAME)


def not_installed(lookups: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    """Return what a process needed and an installation has not, by name and place."""
    for name, place in lookups:
        yield Finding(PART, place, "not-in-the-wheel", IN_THE_WHEEL, name, DECLARE)


def _required(name: str) -> list[Requirement]:
    try:
        return [Requirement(one) for one in requires(name) or ()]
    except PackageNotFoundError:
        # for another machine than this one
        return []


def _is_needed(requirement: Requirement, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def _hidden(place: str, found: str) -> Finding:
    expected = "an import at the top of the file, which lint-imports sees"
    return Finding(PART, place, "hidden-import", expected, found, BY_NAME)


def _searched(place: str, node: ast.Name | ast.Attribute) -> Iterator[Finding]:
    last = node.id if isinstance(node, ast.Name) else node.attr
    if last in LOADERS or (last in _SEARCH_ENDS and ast.unparse(node) in SEARCH):
        yield _hidden(place, ast.unparse(node))


def _docstrings(tree: ast.Module) -> Iterator[ast.Constant]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value


def _flat(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Starred):
        yield from _flat(node.value)
    elif isinstance(node, ast.Tuple | ast.List):
        for one in node.elts:
            yield from _flat(one)
    else:
        yield node


def _defined(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (one.asname or one.name for one in node.names)
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (one.id for one in targets if isinstance(one, ast.Name))
