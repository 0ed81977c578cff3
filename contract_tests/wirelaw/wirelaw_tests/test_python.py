"""Names and strings of the service, over modules; files that Python cannot read are named."""

import ast
from pathlib import Path

import pytest

from wirelaw.finding import Place
from wirelaw.python import Module, Sources, walk
from wirelaw.tree import Tree
from wirelaw_tests.conftest import Write


def sources_of(root: Path) -> Sources:
    return Sources(Tree.walk(root))


def argument(module: Module) -> ast.expr:
    """Return the first argument of the call of `send`."""
    calls = [one for one in ast.walk(module.tree) if isinstance(one, ast.Call)]
    return next(one.args[0] for one in calls if ast.unparse(one.func) == "send")


NAMES = """
from enum import StrEnum
STATUS = "status"
TABLE = {"a": "one", "b": "two"}
class Kind(StrEnum):
    DONE = "done"
"""


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("send('x')", {"x"}),
        ("from app.names import STATUS\nsend(STATUS)", {"status"}),
        ("from app import names\nsend(names.STATUS)", {"status"}),
        ("import app.names as n\nsend(n.Kind.DONE.value)", {"done"}),
        ("from .names import Kind\nsend(Kind.DONE)", {"done"}),
        ("from app.names import TABLE\nsend(TABLE[key])", {"one", "two"}),
        ("def f():\n    x = 'a' if y else 'b'\n    send(x)", {"a", "b"}),
        ("send(f'a')", {"a"}),
        ("send(f'a{b}')", None),
        ("def f():\n    x = 'a'\n    x = 'b'\n    send(x)", None),
        ("def f(x):\n    send(x)", None),
        ("x = x\nsend(x)", None),
        ("from app.names import nothing\nsend(nothing)", None),
    ],
)
def test_the_strings_that_an_expression_may_be(
    write: Write, code: str, texts: set[str] | None
) -> None:
    sources = sources_of(write({"app/__init__.py": "", "app/names.py": NAMES, "app/use.py": code}))
    module = sources.modules["app/use.py"]
    found = sources.text_of(module, argument(module))
    assert found == (None if texts is None else frozenset(texts))


def test_imports_in_a_circle_end(write: Write) -> None:
    sources = sources_of(write({"a.py": "from b import X\n", "b.py": "from a import X\n"}))
    assert sources.define(sources.modules["a.py"], "X") is None


def test_the_module_that_is_nearer_is_imported(write: Write) -> None:
    root = write(
        {
            "one/app/names.py": "A = '1'",
            "two/app/names.py": "A = '2'",
            "two/app/use.py": "from app.names import A\nsend(A)",
        }
    )
    sources = sources_of(root)
    module = sources.modules["two/app/use.py"]
    assert sources.text_of(module, argument(module)) == frozenset(["2"])
    found = sources.define(module, "A")
    assert found is not None
    assert found.module.place(found.node) == Place("two/app/names.py", 1)


def test_what_python_cannot_read_is_named_and_the_rest_is_read(write: Write) -> None:
    root = write(
        {
            "broken.py": "a = 1\ndef f(:\n",
            "latin.py": b"A = '\xe9'\n",
            "null.py": b"a = 1\0\n",
            "deep.py": "(" * 3000 + ")" * 3000,
            "good.py": "# -*- coding: utf-8 -*-\nA = 'x'\n",
            "newer.py": "try:\n    pass\nexcept A, B:\n    pass\ntype X[T] = list[T]\n",
        }
    )
    sources = sources_of(root)
    assert sorted(sources.modules) == ["good.py", "newer.py"]
    subjects = sorted(one.subject.partition(":")[0] for one in sources.unseen)
    assert subjects == ["broken.py", "deep.py", "latin.py", "null.py"]
    assert "broken.py:2" in {one.subject for one in sources.unseen}


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (unseen,) = Sources(Tree(tmp_path, ("gone.py",), (), ())).unseen
    assert str(unseen) == "could not look at gone.py: No such file or directory"


def test_a_walk_has_the_nodes_of_the_standard_one_but_for_operators() -> None:
    text = """
from a import b as c
@d(e, *f, g=h, **i)
class J(K, metaclass=L): x: int = 1
async def m(n, /, o=1, *p, q: int, **r) -> s:
    global t
    async for u, v in w: yield -u < v <= 1 or (await z)[1:2] @ {**a, "b": None}
    with x as y, z: return lambda: f"{n!r:>{o}}"
    match n:
        case A(1, b=None) | {"k": 2, **rest}: x += [y for y in z if not y]
    try: ...
    except* E as e: del e
"""
    tree = ast.parse(text)
    operators = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
    assert walk(tree) == [one for one in ast.walk(tree) if not isinstance(one, operators)]
