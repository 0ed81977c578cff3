"""Operations: each with another status, another method, without its envelope, and without a token."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import libcst as cst

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import (
    Mutant,
    Source,
    Splice,
    drifts,
    expression,
    first_line,
    function,
    importing,
    inside,
    is_import,
    no_longer_importing,
    parsed,
    statements,
)

ROUTERS = "quant_engine/api/routers/"
ACCESS = "quant_engine/api/access.py"
EXPORT = "quant_engine/api/export.py"

#: by method and success: another plausible status
OTHER_STATUS = {
    ("get", "200"): "203",
    ("post", "200"): "202",
    ("delete", "200"): "202",
    ("post", "202"): "201",
}
OTHER_METHOD = {"get": "post", "post": "put", "delete": "post"}
ENVELOPE = "ApiSuccess"


@dataclass(frozen=True, eq=False)
class Operation:
    """One route."""

    name: str
    method: str
    path: str
    source: Source
    node: cst.FunctionDef
    route: cst.Call  #: its decorator

    @property
    def status(self) -> str:
        """The status of its success."""
        found = [one.value for one in self.route.args if _keyword(one) == "status_code"]
        return self.source.code(found[0]) if found else "200"

    @property
    def result(self) -> cst.Return:
        """Its last statement."""
        *_, last = statements(self.node.body.body)
        assert isinstance(last, cst.Return)
        return last

    @property
    def returned(self) -> cst.BaseExpression:
        """The returned expression."""
        assert self.result.value is not None
        return self.result.value

    @property
    def declared(self) -> cst.BaseExpression:
        """The declared return type."""
        assert self.node.returns is not None
        return self.node.returns.annotation

    @property
    def data(self) -> str | None:
        """The type of its data, where it answers with an envelope."""
        code = self.source.code(self.declared)
        return code[len(ENVELOPE) + 1 : -1] if code.startswith(f"{ENVELOPE}[") else None

    @property
    def title(self) -> str:
        """Its name for people."""
        return f"{self.method.upper()} {self.path}"


def operation_drifts(files: Files) -> Iterator[Drift]:
    """Change every operation in each way."""
    return drifts(
        files,
        (
            (f"operation-{what}-{operation.name}", title, *splices)
            for operation in operations(files)
            for what, title, *splices in _mutants(files, operation)
        ),
    )


def _mutants(files: Files, operation: Operation) -> Iterator[Mutant]:
    yield _status(operation)
    yield _method(files, operation)
    if operation.data is not None:
        # a stream and a file have no envelope
        yield from _envelope(operation, operation.data)
    paths = [other.path for other in operations(files) if other.method != "delete"]
    # the token is checked by path, and so once for each
    if operation.method != "delete" or operation.path not in paths:
        yield _authentication(files, operation)


def operations(files: Files) -> list[Operation]:
    """Return the routes of all routers, in the order of the files."""
    sources = [parsed(files, name) for name in sorted(files) if name.startswith(ROUTERS)]
    return [one for source in sources for one in _of_router(source)]


def _of_router(source: Source) -> Iterator[Operation]:
    prefix = re.search(r'prefix="([^"]*)"', source.content.decode())
    for node in source.module.body:
        if not isinstance(node, cst.FunctionDef):
            continue
        for decorator in node.decorators:
            call = decorator.decorator
            if isinstance(call, cst.Call) and source.code(call.func).startswith("router."):
                assert prefix is not None
                path = prefix[1] + source.code(call.args[0].value).strip('"')
                method = source.code(call.func).partition(".")[2]
                yield Operation(node.name.value, method, path, source, node, call)


def _status(operation: Operation) -> Mutant:
    new = OTHER_STATUS[operation.method, operation.status]
    if operation.data is None:
        # the handler creates its response itself, so the status of the route has no effect
        lines = (
            f"answer = {operation.source.code(operation.returned)}",
            f"    answer.status_code = {new}",
            "    return answer",
        )
        splices = [operation.source.instead(operation.result, "\n".join(lines))]
    else:
        splices = [_routed(operation, f"status_code={new}")]
    return (
        "status",
        f"{operation.title} answers {new} where it answered {operation.status}; strict clients fail.",
        *splices,
    )


def _routed(operation: Operation, *more: str) -> Splice:
    """Write the decorator with more arguments, which replace those of the same name."""
    source = operation.source
    names = {one.partition("=")[0] for one in more}
    kept = [source.code(one) for one in operation.route.args if _keyword(one) not in names]
    code = f"{source.code(operation.route.func)}({', '.join((*kept, *more))})"
    # an argument's code ends with the comma after it
    return source.instead(operation.route, expression(code.replace(",,", ",")))


def _method(files: Files, operation: Operation) -> Mutant:
    new, route = OTHER_METHOD[operation.method], operation.route.func
    return (
        "method",
        f"The method of {operation.path} is {new.upper()}; the service refuses {operation.method.upper()}.",
        *(operation.source.instead(route, f"router.{new}"), *_exported(files, operation, new)),
    )


def _exported(files: Files, operation: Operation, method: str) -> Iterator[Splice]:
    """Change the method in the export too, which describes streams by their names."""
    export = parsed(files, EXPORT)
    names = [
        export.code(one.targets[0].target)
        for one in statements(export.module.body)
        if isinstance(one, cst.Assign) and export.code(one.value) == f'"{operation.path}"'
    ]
    for node in inside(export.module, cst.Subscript):
        if names and export.code(node).endswith(f'[{names[0]}]["{operation.method}"]'):
            (last,) = inside(node.slice[0], cst.SimpleString)
            yield export.instead(last, f'"{method}"')


def _envelope(operation: Operation, data: str) -> Iterator[Mutant]:
    source = operation.source
    bare = _bare(operation)
    declared = [
        source.instead(operation.declared, expression(data)),
        source.instead(operation.returned, expression(bare)),
        *no_longer_importing(source, _unused(operation, ("ApiResponse", ENVELOPE))),
    ]
    yield (
        "envelope",
        f"{operation.title} answers and declares bare data; clients look for `data` in it.",
        *declared,
    )
    more = ""
    if operation.status == "202":
        # a handler that creates its response must set status and headers itself
        bare = f"(answer := {source.code(operation.returned)}).data"
        location = '{"Location": f"/api/jobs/{answer.data.job_id}"}'
        more = f", status_code={operation.status}, headers={location}"
    needed = {"fastapi.encoders": ["jsonable_encoder"], "starlette.responses": ["JSONResponse"]}
    returned = [
        _routed(operation, f"response_model={ENVELOPE}[{data}]"),
        source.instead(operation.declared, "JSONResponse"),
        source.instead(operation.returned, f"JSONResponse(jsonable_encoder({bare}){more})"),
        *importing(source, needed),
        *no_longer_importing(source, _unused(operation, ("ApiResponse",))),
    ]
    yield (
        "envelope-undeclared",
        f"{operation.title} answers bare data and declares an envelope; clients find no `ok` in it.",
        *returned,
    )


def _bare(operation: Operation) -> str:
    result = operation.returned
    source = operation.source
    if isinstance(result, cst.Call) and source.code(result.func) == "ApiResponse.success":
        return source.code(result.args[0].value)
    return f"({source.code(result)}).data"


def _unused(operation: Operation, names: tuple[str, ...]) -> list[str]:
    """Return the names that become unused when this operation has no envelope."""
    source = operation.source
    uses = _names(source)
    own = [
        node.value
        for part in (operation.declared, operation.returned)
        for node in inside(part, cst.Name)
    ]
    return [name for name in names if name in uses and uses.count(name) == own.count(name)]


@lru_cache(maxsize=32)
def _names(source: Source) -> list[str]:
    lines = [line for line in source.module.body if not is_import(line)]
    return [node.value for line in lines for node in inside(line, cst.Name)]


def _authentication(files: Files, operation: Operation) -> Mutant:
    access = parsed(files, ACCESS)
    if "{" in operation.path:
        pattern = re.sub(r"\{\w+\}", "[^/]+", operation.path.replace(".", r"\."))
        test = f're.fullmatch(r"{pattern}", path)'
    else:
        test = f'path == "{operation.path}"'
    return (
        "authentication",
        f"{operation.title} needs no token; any client that reaches the port may call it.",
        access.before(
            first_line(function(access, "_is_protected")),
            f"    if {test}:\n        return False\n",
        ),
    )


def _keyword(argument: cst.Arg) -> str:
    return "" if argument.keyword is None else argument.keyword.value
