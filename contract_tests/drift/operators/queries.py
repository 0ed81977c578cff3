"""Queries, locks and thresholds: a filter lost with a cursor, a read before a lock, and comparisons off by one."""

import ast
from collections.abc import Iterator

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import Splice
from contract_tests.drift.operators.syntax import Change, Module, compared, modules, numbered

STRICTER = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
HEALTH = ("api/services/health", "api/services/tracker_checks.py")
#: where positions, counts and limits are compared
COUNTED = (
    *("api/jobs/rows.py", "api/jobs/log.py", "api/jobs/store.py", "api/schemas/paging.py"),
    *("api/services/jobs.py", "api/services/models.py", "autopilot/cycles.py"),
    *("autopilot/ledger.py", "tracking/history.py"),
)
CURSOR = "before"
#: by filter: the value that chooses everything
FILTERS = {"job_type": "None", "status": "None", "level": '"debug"'}
WAYS = (
    ("filter-first", "is None", "a filter holds on the first page only"),
    ("filter-later", "is not None", "a filter is ignored on the first page"),
)
WRITING = ("self._writing()", "self._database.writing()", "self.database.writing()")


def query_drifts(files: Files) -> Iterator[Drift]:
    """Lose filters with the cursor, read before locking, and move comparisons by one."""
    return numbered(files, _changes(files))


def _changes(files: Files) -> Iterator[Change]:
    for module in modules(files):
        yield from _filters(module)
        yield from _locks(module)
        yield from _file_locks(module)
        yield from _waits(module)
        is_health = module.file.startswith(tuple(f"quant_engine/{one}" for one in HEALTH))
        if is_health or module.file.startswith(tuple(f"quant_engine/{one}" for one in COUNTED)):
            yield from _off_by_one(module, "threshold" if is_health else "count")


def _filters(module: Module) -> Iterator[Change]:
    for owner in module.all(ast.FunctionDef) + module.all(ast.AsyncFunctionDef):
        arguments = {one.arg for one in (*owner.args.args, *owner.args.kwonlyargs)}
        tests = [module.code(one.test) for one in module.all(ast.If, owner)]
        if {CURSOR, "limit"} <= arguments:
            for line, test in zip(module.all(ast.If, owner), tests, strict=True):
                if CURSOR not in test:
                    for operator, more, effect in WAYS:
                        code = f"{test} and {CURSOR} {more}"
                        yield Change(operator, module, line.test, code, effect)
    for call in module.all(ast.Call):
        values = {one.arg: one.value for one in call.keywords}
        cursor = values.pop(CURSOR, None)
        if cursor is None or isinstance(cursor, ast.Constant):
            continue
        for name in sorted(FILTERS.keys() & values.keys()):
            for operator, more, effect in WAYS:
                begin = f"{module.code(values[name])} if {module.code(cursor)} {more}"
                code = f"({begin} else {FILTERS[name]})"
                yield Change(operator, module, values[name], code, effect, name)


def _locks(module: Module) -> Iterator[Change]:
    """Move the reads that a write transaction begins with before it."""
    blocks: list[ast.AsyncWith | ast.With] = [*module.all(ast.AsyncWith), *module.all(ast.With)]
    for block in blocks:
        (item, *_) = block.items
        if module.code(item.context_expr) not in WRITING:
            continue
        effect = "it is read before the lock is taken, and may have changed since"
        name = module.code(item.optional_vars) if item.optional_vars else ""
        bound = {name}
        for value in _reads(module, block, name):
            # what the block computes itself cannot be read before it
            used = {one.id for one in module.all(ast.Name, value)}
            if not used & (bound - {name}):
                splices = _moved(module, block, value)
                yield Change("lock-late", module, value, "seen", effect, splices=splices)
            bound |= {
                one.id for one in module.all(ast.Name, block) if isinstance(one.ctx, ast.Store)
            }
    for call in module.all(ast.Call):
        for keyword in call.keywords:
            if keyword.arg == "begin" and ast.unparse(keyword.value) == "'IMMEDIATE'":
                effect = "a transaction takes the lock at its first write, after its reads"
                yield Change("lock-deferred", module, keyword.value, '"DEFERRED"', effect)


def _file_locks(module: Module) -> Iterator[Change]:
    """Release the lock of a file before the last statement that needs it."""
    for block in module.all(ast.With):
        last = block.body[-1]
        # a rename alone is one step, with or without a lock
        if not ast.unparse(block.items[0].context_expr).endswith(".locked()") or (
            ".rename(" in ast.unparse(last)
        ):
            continue
        effect = "the lock is released before it, and another process comes in between"
        code = "pass" if len(block.body) == 1 else ""
        splices = (module.instead(last, f"{code}\n{' ' * block.col_offset}{module.code(last)}"),)
        yield Change("lock-short", module, last, "it after the lock", effect, splices=splices)


def _waits(module: Module) -> Iterator[Change]:
    """Wait where a loop waits only when it has nothing to do."""
    for branch in module.all(ast.If):
        wait = branch.orelse[0] if len(branch.orelse) == 1 else None
        if not isinstance(wait, ast.Expr) or "wait_for_change(" not in ast.unparse(wait):
            continue
        code = f"{module.code(branch.body[-1])}\n{' ' * branch.col_offset}{module.code(wait)}"
        start, end = module.span(branch.body[-1])[0], module.span(wait)[1]
        splices = (Splice(module.file, start, end, code),)
        effect = "a client that is behind waits between two pages"
        yield Change("wait-always", module, wait, "a wait in any case", effect, splices=splices)


def _reads(module: Module, block: ast.AsyncWith | ast.With, name: str) -> Iterator[ast.expr]:
    for node in module.all(ast.Await if isinstance(block, ast.AsyncWith) else ast.Call, block):
        called = node.value if isinstance(node, ast.Await) else node
        text = ast.unparse(called)
        is_read = any(
            word in text
            for word in (".get(", ".find", ".count(", ".running(", "read_", ".cancel_requested(")
        )
        if is_read and name in {one.id for one in module.all(ast.Name, called)}:
            yield node


def _moved(module: Module, block: ast.AsyncWith | ast.With, value: ast.expr) -> tuple[Splice, ...]:
    start = module.line(block)
    indent = " " * block.col_offset
    (item, *_) = block.items
    opened = module.code(item.context_expr).replace("writing", "reading")
    name = module.code(item.optional_vars) if item.optional_vars else "connection"
    word = "async with" if isinstance(block, ast.AsyncWith) else "with"
    before = f"{indent}{word} {opened} as {name}:\n{indent}    seen = {module.code(value)}\n"
    return (Splice(module.file, start, start, before), module.instead(value, "seen"))


def _off_by_one(module: Module, what: str) -> Iterator[Change]:
    effect = "it turns one step too early or too late"
    for node, operator in compared(module):
        other = STRICTER.get(type(operator))
        if other is None:
            continue
        left, right = module.code(node.left), node.comparators[0]
        code = module.code(right)
        yield Change(f"{what}-strict", module, node, f"{left} {other} {code}", effect)
        if not isinstance(right, ast.Constant) or isinstance(right.value, int):
            yield Change(f"{what}-more", module, right, f"({code} + 1)", effect)
            yield Change(f"{what}-less", module, right, f"({code} - 1)", effect)
    for step in module.all(ast.BinOp) if what == "count" else []:
        # a page reads one row more than it shows
        if isinstance(step.op, ast.Add | ast.Sub) and ast.unparse(step.right) == "1":
            yield Change("count-step", module, step, module.code(step.left), effect)
