"""The headers that an operation cannot be called without."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wirelaw.calls.annotations import FUNCTION
from wirelaw.calls.operations import Operation
from wirelaw.finding import Place
from wirelaw.python import Definition, Module, Sources

_BEARER = frozenset(
    [
        "HTTPBearer",
        "HTTPBasic",
        "HTTPDigest",
        "OAuth2PasswordBearer",
        "OAuth2AuthorizationCodeBearer",
    ]
)
#: what a proxy in front of the service sets, and no page can
_OF_PROXIES = re.compile(r"(x-)?(remote|forwarded|auth-request|real-ip|goog-|ms-client|amzn-)|cf-")
_REFUSALS = frozenset({401, 403, "HTTP_401_UNAUTHORIZED", "HTTP_403_FORBIDDEN"})


@dataclass(frozen=True)
class Requirement:
    """One of these headers has to be sent."""

    headers: frozenset[str]  #: in lower case
    place: Place  #: of the function or object that requires it


def requirement(sources: Sources, operation: Operation) -> Requirement | None:
    """Return what an operation requires; None where nothing, a cookie or a query parameter may be enough."""
    for one in operation.dependencies:
        found = (
            _of_object(sources, one)
            if not isinstance(one.node, FUNCTION)
            else _of_function(sources, one)
        )
        if found is not None:
            return found
    return next(
        (
            Requirement(frozenset({name}), place)
            for name, place in operation.headers
            if name == "authorization" or name.startswith("x-")
        ),
        None,
    )


def _of_object(sources: Sources, one: Definition) -> Requirement | None:
    """`HTTPBearer()`, `APIKeyHeader(name=…)` and a parameter with `Header()`."""
    node = one.node
    if not isinstance(node, ast.Call) or _flag(node, "auto_error") is False:
        return None
    kind = _last(node.func)
    place = one.module.place(node)
    if kind in _BEARER:
        return Requirement(frozenset({"authorization"}), place)
    if kind == "APIKeyHeader":
        name = next((key.value for key in node.keywords if key.arg == "name"), None)
        texts = sources.text_of(one.module, name) if name is not None else None
        return Requirement(frozenset(map(str.lower, texts)), place) if texts else None
    return None


def _of_function(sources: Sources, one: Definition) -> Requirement | None:
    """A function that reads headers of the request and refuses without them."""
    module, function = one.module, one.node
    texts = [node for node in ast.walk(function) if isinstance(node, ast.Attribute | ast.Subscript)]
    if any(_last(node) in {"cookies", "query_params", "session"} for node in texts):
        return None
    headers = frozenset(_read(sources, module, function))
    if any(_OF_PROXIES.match(name) for name in headers):
        return None
    if not headers or not _refuses(function) or not _is_on(sources, module, function):
        return None
    return Requirement(headers, module.place(function))


def _read(sources: Sources, module: Module, function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        name: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr == "get" and _last(node.func.value) == "headers" and node.args:
                name = node.args[0]
        elif isinstance(node, ast.Subscript) and _last(node.value) == "headers":
            name = node.slice
        if name is not None:
            texts = sources.text_of(module, name)
            yield from (one.lower() for one in texts or ())


def _refuses(function: ast.AST) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            values = [*node.exc.args, *(key.value for key in node.exc.keywords)]
            for one in values:
                word = one.value if isinstance(one, ast.Constant) else _last(one)
                if word in _REFUSALS:
                    return True
    return False


def _is_on(sources: Sources, module: Module, function: ast.AST) -> bool:
    """Whether the check runs with the defaults: a guard that returns early is certainly passed."""
    for node in ast.walk(function):
        if not isinstance(node, ast.If):
            continue
        leaves = any(isinstance(one, ast.Return) for one in node.body)
        reads_request = any(_last(one) in {"headers", "request"} for one in ast.walk(node.test))
        is_guard = leaves and not reads_request and _reads_setting(node.test, function)
        if is_guard and _truth(sources, module, node.test) is not False:
            return False
    return True


def _reads_setting(test: ast.expr, function: ast.AST) -> bool:
    """Whether a condition is about something that the function does not bind itself."""
    bound = {
        one.id
        for one in ast.walk(function)
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    names = {one.id for one in ast.walk(test) if isinstance(one, ast.Name)}
    return bool(names - bound)


def _truth(  # noqa: PLR0911 - one branch for each kind of expression
    sources: Sources, module: Module, node: ast.AST, depth: int = 8
) -> bool | None:
    """Return the truth of an expression when no environment variable is set; None where it is not known."""
    if depth == 0:
        return None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _truth(sources, module, node.operand, depth - 1)
        return None if inner is None else not inner
    if isinstance(node, ast.Constant):
        return bool(node.value)
    if (
        isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.In | ast.Eq)
    ):
        left = _value(sources, module, node.left)
        right = _literal(node.comparators[0])
        if left is None or right is None:
            return None
        return left in right if isinstance(node.ops[0], ast.In) else left == right
    if isinstance(node, ast.Call):
        value = _value(sources, module, node)
        return None if value is None else bool(value)
    found = sources.value_of(module, node) if isinstance(node, ast.Name | ast.Attribute) else None
    if found is None or found.node is node:
        return None
    return _truth(sources, found.module, found.node, depth - 1)


def _value(sources: Sources, module: Module, node: ast.AST) -> str | None:
    """Return the text of `os.getenv(name, default)`, with `.lower()` and `.strip()` applied."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
        return None
    name = _last(node.func)
    if name in {"lower", "strip", "upper"} and isinstance(node.func, ast.Attribute):
        inner = _value(sources, module, node.func.value)
        return None if inner is None else getattr(inner, name)()
    if name == "getenv" or (name == "get" and ast.unparse(node.func).endswith("environ.get")):
        if len(node.args) < 2:
            return ""
        texts = sources.text_of(module, node.args[1])
        return next(iter(texts)) if texts and len(texts) == 1 else None
    return None


def _literal(node: ast.AST) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _flag(call: ast.Call, name: str) -> object:
    node = next((one.value for one in call.keywords if one.arg == name), None)
    return node.value if isinstance(node, ast.Constant) else None


def _last(node: ast.AST) -> str:
    if isinstance(node, ast.Call | ast.Subscript):
        return _last(node.func if isinstance(node, ast.Call) else node.value)
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
