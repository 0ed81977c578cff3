"""Names that are loaded at run time: modules by a computed name, engines of pandas, and the start of the command."""

import ast
import re
import tomllib
from collections.abc import Iterator

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import PACKAGE, Splice, edits, kebab
from contract_tests.drift.operators.syntax import Change, modules, numbered

PROJECT = "pyproject.toml"
#: a format of pandas, and an engine for it that is no dependency
ENGINES = {"parquet": "fastparquet"}
NAMED = re.compile(rf"{PACKAGE}(\.\w+)+(:\w+)?")


def name_drifts(files: Files) -> Iterator[Drift]:
    """Load another module, by another engine, or start another function."""
    yield from numbered(files, _changes(files))
    yield from _starts(files)


def _changes(files: Files) -> Iterator[Change]:
    for module in modules(files):
        for text in module.all(ast.Constant):
            if isinstance(text.value, str) and _names_module(files, text.value):
                code = f'f"{{__name__}}.{text.value.rpartition(".")[2]}"'
                effect = "it names a module that does not exist"
                yield Change("name-computed", module, text, code, effect)
        for call in module.all(ast.Call):
            kind = re.search(r"\.(?:read|to)_(\w+)$", ast.unparse(call.func))
            engine = ENGINES.get(kind[1]) if kind else None
            if engine is not None:
                code = f'{module.code(call)[:-1]}, engine="{engine}")'
                yield Change("name-engine", module, call, code, "the engine is no dependency")


def _names_module(files: Files, text: str) -> bool:
    place = text.partition(":")[0].replace(".", "/")
    return NAMED.fullmatch(text) is not None and f"{place}.py" in files


def _starts(files: Files) -> Iterator[Drift]:
    text = files[PROJECT].decode()
    for name, target in tomllib.loads(text)["project"]["scripts"].items():
        start = len(text[: text.index(f'"{target}"')].encode()) + 1
        for module in modules(files, "cli/"):
            place = module.file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
            for one in module.tree.body:
                if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
                    other = f"{place}:{one.name}"
                    yield Drift(
                        kebab("name-start", module.name, one.name),
                        f"The command `{name}` starts {other} and no longer {target}.",
                        edits(files, [Splice(PROJECT, start, start + len(target), other)]),
                    )
