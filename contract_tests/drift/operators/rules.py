"""Rules that a near miss passes, headers, options of commands, the build, and what is loaded from outside the wheel."""

import ast
import re
from collections.abc import Iterator

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.edits import edit_between
from contract_tests.drift.operators.python import kebab
from contract_tests.drift.operators.syntax import (
    Change,
    Function,
    Module,
    compared,
    modules,
    numbered,
)

GUARDS = ("api/access.py", "api/page.py", "api/middleware.py")
PAIR = 2  #: a header and its value
HEADER = re.compile(r"Allow|Location|[A-Z][A-Za-z]*(-[A-Z][A-Za-z]+)+")
#: what a cache rule becomes
CACHING = ("public, max-age=60", "no-cache", "")
FORMATS = {"PERCENT": "RATIO", "FINE_PERCENT": "PERCENT", "SIGNED_PERCENT": "FINE_PERCENT"}
FORMATS |= {"RATIO": "PERCENT", "COUNT": "RATIO"}
#: the operator's form, and the lines with which a function loads what is not in the wheel
OUTSIDE = {
    "lazy": "from contract_tests.kit import clock as borrowed\n\n_ = borrowed.__name__",
    "string": 'import pydoc\n\n_ = pydoc.locate("contract_tests.kit.clock")',
    "program": 'import subprocess\nimport sys\n\nsubprocess.run([sys.executable, "-c", "import contract_tests"], check=False)',
    "entry-point": 'from importlib.metadata import EntryPoint\n\n_ = EntryPoint("x", "tests.conftest:home", "x").load',
    "undeclared": "import hypothesis as borrowed\n\n_ = borrowed.__name__",
}
PROJECT, HOOK = "pyproject.toml", "hatch_build.py"
#: lines of the project, and what they become
BUILT = {
    "version": 'version = "0.2.1"',
    "readme": 'readme = "CHANGELOG.md"',
    "requires-python": 'requires-python = ">=3.13"',
    "quant-engine = ": 'quant-engine = "quant_engine.__main__:start"',
    "[tool.hatch.build.hooks": "[tool.hatch.build.hooks.other]",
}


def rule_drifts(files: Files) -> Iterator[Drift]:
    """Loosen each rule of access, and change each header, option and format."""
    yield from numbered(files, _changes(files))
    yield from _builds(files)


def _changes(files: Files) -> Iterator[Change]:
    for module in modules(files, *GUARDS):
        yield from _near(module)
        yield from _calls(module)
    for module in modules(files, "api/"):
        yield from _headers(module)
    for module in modules(files, "cli/"):
        yield from _options(module)
    for number, module in enumerate(modules(files)):
        yield from _outside(module, number)


def _near(module: Module) -> Iterator[Change]:
    for node, operator in compared(module):
        left, right = module.code(node.left), module.code(node.comparators[0])
        is_size = "len(" in left or "int(" in left
        near: dict[str, str] = {}
        if isinstance(node.left, ast.Constant) or left.endswith('["type"]'):
            # a server and a framework send no other type
            continue
        if isinstance(operator, ast.Eq | ast.In) and not is_size:
            is_in = isinstance(operator, ast.In)
            text, sign = (f"tuple({right})", "in") if is_in else (right, "==")
            # a set has words in capitals, if it has not been searched in lower case
            case = "upper" if is_in or right.strip('"').isupper() else "lower"
            near = {
                "prefix": f"{left}.startswith({text})",
                "suffix": f"{left}.endswith({text})",
                "case": module.code(node)
                if ".lower()" in left
                else f"{left}.{case}() {sign} {right}",
                "space": f'{left}.strip(". ") {sign} {right}',
            }
        elif isinstance(operator, ast.LtE) and not is_size:
            near = {"overlap": f"(not {left} or bool({left} & {right}))"}
        elif isinstance(operator, ast.Eq):
            near = {"count": f"{left} >= {right}"}
        for name, code in near.items():
            if code != module.code(node):
                yield Change(f"rule-{name}", module, node, code, "what is only near passes")


def _calls(module: Module) -> Iterator[Change]:
    for call in module.all(ast.Call):
        if not isinstance(call.func, ast.Attribute):
            continue
        owner, name = module.code(call.func.value), call.func.attr
        code = module.code(call)
        near = {
            "fullmatch": code.replace(".fullmatch(", ".match(", 1),
            "compare_digest": "({1}).startswith({0})".format(*map(module.code, call.args))
            if name == "compare_digest"
            else "",
            "lower": owner,
            "strip": owner,
            "startswith": code.replace('/")', '")').replace("/')", "')"),
        }.get(name)
        if near and near != code:
            yield Change(
                "rule-loose", module, call, near, "what is only near passes, or what fits does not"
            )


def _headers(module: Module) -> Iterator[Change]:
    pairs: list[tuple[ast.expr | None, ast.expr]] = []
    for table in module.all(ast.Dict):
        pairs += zip(table.keys, table.values, strict=True)
    for line in module.all(ast.Assign):
        (target, *_) = line.targets
        if isinstance(target, ast.Subscript) and "headers" in module.code(target.value):
            pairs.append((target.slice, line.value))
        if isinstance(line.value, ast.Tuple) and len(line.value.elts) == PAIR:
            pairs.append((line.value.elts[0], line.value.elts[1]))
    for call in module.all(ast.Call):
        if ast.unparse(call.func) == "headers.setdefault" and len(call.args) == PAIR:
            pairs.append((call.args[0], call.args[1]))
    for key, value in pairs:
        name = key.value if isinstance(key, ast.Constant) else None
        if (
            not isinstance(name, str)
            or not HEADER.fullmatch(name)
            or isinstance(value, ast.Dict | ast.List)
        ):
            continue
        for new in CACHING if name == "Cache-Control" else ("",):
            effect = f"the header {name} is {new or 'empty'}"
            yield Change(
                "header-cache" if new else "header-empty", module, value, f'"{new}"', effect, name
            )


def _options(module: Module) -> Iterator[Change]:
    for owner in module.all(ast.FunctionDef):
        for argument, default in zip(owner.args.kwonlyargs, owner.args.kw_defaults, strict=True):
            if isinstance(default, ast.Constant) and "typer.Option" in ast.unparse(argument):
                other = '"127.0.0.2"' if argument.arg == "host" else "8080"
                effect = f"the default of --{argument.arg.replace('_', '-')} is another"
                code = "True" if default.value is False else other
                yield Change("option-default", module, default, code, effect, argument.arg)
    if module.name == "cli/figures":
        yield from _formats(module)
    if module.name == "cli/options":
        for node, operator in compared(module):
            if isinstance(operator, ast.IsNot) and module.code(node).endswith("None"):
                effect = "an option that is off or 0 is not sent"
                yield Change("option-lost", module, node, module.code(node.left), effect)
        (default,) = (one.value for one in module.all(ast.keyword) if one.arg == "default")
        code = "field.get_default(call_default_factory=True)"
        effect = "a command posts every field, with defaults of its own"
        yield Change("option-sent", module, default, code, effect)


def _formats(module: Module) -> Iterator[Change]:
    effect = "a figure is shown in another unit or with other digits"
    for table in module.all(ast.Dict):
        for key, value in zip(table.keys, table.values, strict=True):
            code = FORMATS[module.code(value)]
            name = key.value if isinstance(key, ast.Constant) else ""
            yield Change("option-format", module, value, code, effect, str(name))
    for form in module.all(ast.Constant):
        found = re.fullmatch(r"(.*\.)(\d)([%f])", str(form.value))
        if found:
            code = f'"{found[1]}{int(found[2]) + 1}{found[3]}"'
            yield Change("option-digits", module, form, code, effect)


def _outside(module: Module, number: int) -> Iterator[Change]:
    """Load what is not in the wheel in the first function of a module; the forms alternate."""
    form = list(OUTSIDE)[number % len(OUTSIDE)]
    found = [one for one in module.all(ast.FunctionDef) if _body(one)]
    if found:
        line = _body(found[0])[0]
        indent = " " * line.col_offset
        code = OUTSIDE[form].replace("\n\n", "\n").replace("\n", f"\n{indent}")
        effect = "the wheel does not have it"
        yield Change(
            f"outside-{form}", module, line, f"{code}\n{indent}{module.code(line)}", effect
        )


def _body(owner: Function) -> list[ast.stmt]:
    body = owner.body[1:] if ast.get_docstring(owner) is not None else owner.body
    return [one for one in body if isinstance(one, ast.Return | ast.Assign | ast.Expr | ast.If)]


def _builds(files: Files) -> Iterator[Drift]:
    """Change what is built: each line of the project and of the build, and each path and test of the hook."""
    for number, (file, old, new) in enumerate(_build_lines(files)):
        what = "hook" if file == HOOK else "project"
        text = files[file].decode()
        yield Drift(
            f"build-{what}-{kebab(old)[:40].strip('-')}-{number}",
            f"{file}: `{old.strip()}` becomes `{new}`; the packages are others, or do not start.",
            (edit_between(file, text, text.replace(old, new, 1)),),
        )


def _build_lines(files: Files) -> Iterator[tuple[str, str, str]]:
    sections = re.split(r"^(?=\[)", files[PROJECT].decode(), flags=re.MULTILINE)
    for section in sections:
        if section.startswith(("[project]", "[project.scripts]", "[tool.hatch")):
            for line in section.splitlines(keepends=True):
                yield from ((PROJECT, line, new) for new in _other_lines(line))
    hook = files[HOOK].decode()
    for text in ("ui", "dist", "frontend", "index.html", "force_include"):
        if hook.count(f'"{text}"') == 1:
            yield HOOK, f'"{text}"', f'"{text}_"'
    for text in (".is_file()", ".is_dir()"):
        yield HOOK, text, ".exists() is False"


def _other_lines(line: str) -> Iterator[str]:
    """Yield what a line of the project becomes."""
    if re.match(r' *"[\w.\[\]-]+[<>=]', line):
        yield ""  # a dependency is not declared
    elif line.startswith(("license-files", "only-include", "artifacts", "packages")):
        for text in re.findall(r'"[^"]+"', line):
            yield re.sub(rf"{re.escape(text)}(, )?", "", line).replace(", ]", "]")
    for old, new in BUILT.items():
        if line.startswith(old):
            yield f"{new}\n"
