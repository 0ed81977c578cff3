"""Compares the contract with its form for client generators: both are brought to a third form, and must then be equal.

Nothing here uses the function that derives one from the other.
"""

from typing import Any

from wirelaw.contract.document import STREAM_TYPE, Contract, Node, pointer
from wirelaw.finding import Finding, as_value

PART = "clients"
FIX = "fix quant_engine/cli/openapi_31.py, then run `quant-engine contract export`"
COMPONENTS = "#/components/schemas/"
ABSENT = "nothing"


def differences(contract: Contract, clients: Contract) -> list[Finding]:
    """Report each place where the two documents mean different things; the places are those of the contract."""
    comparison = _Comparison(contract.document, clients.document)
    comparison.run()
    return comparison.findings


class _Comparison:
    """One pass over both documents; components are paired by the references that lead to them."""

    def __init__(self, contract: Node, clients: Node) -> None:
        self.findings: list[Finding] = []
        self._contract, self._clients = contract, clients
        self._pairs: dict[str, str] = {}  #: names of components: in the contract, and for clients
        self._todo: list[str] = []

    def run(self) -> None:
        version = str(self._clients.get("openapi"))
        if not version.startswith("3.1."):
            self._report("/openapi", "version", "3.1", version)
        # the components are compared in pairs
        apart: Node = {"openapi": "", "components": {}}
        self._compare({**self._contract, **apart}, {**self._clients, **apart}, "")
        ours, theirs = ({**one["components"]} for one in (self._contract, self._clients))
        schemas, of_clients = ours.pop("schemas"), theirs.pop("schemas")
        self._compare(ours, theirs, "/components")
        self._compare_pairs(schemas, of_clients)
        for name in schemas.keys() - self._pairs.keys():
            # no reference leads to them
            self._pair(name, name, pointer("components", "schemas", name))
        self._compare_pairs(schemas, of_clients)
        for name in sorted(of_clients.keys() - set(self._pairs.values())):
            self._report(pointer("components", "schemas", name), "undeclared", ABSENT, name)

    def _compare_pairs(self, ours: Node, theirs: Node) -> None:
        while self._todo:
            name = self._todo.pop()
            other, place = self._pairs[name], pointer("components", "schemas", name)
            if other not in theirs:
                self._report(place, "missing", name, ABSENT)
                continue
            a, b = ours[name], theirs[other]
            if name != other:
                # the title is the name
                a, b = ({**one, "title": ""} for one in (a, b))
            self._compare(a, b, place)

    def _pair(self, ours: str, theirs: str, place: str) -> None:
        if ours not in self._pairs:
            if theirs in self._pairs.values():
                self._report(place, "one-name-for-two", ours, theirs)
            self._pairs[ours] = theirs
            self._todo.append(ours)
        elif self._pairs[ours] != theirs:
            self._report(place, "other-component", self._pairs[ours], theirs)

    def _compare(self, ours: Any, theirs: Any, place: str) -> None:
        if isinstance(ours, dict) and isinstance(theirs, dict):
            a, b = plain(ours), plain(_without_stream_text(theirs))
            for key in sorted({*a, *b}):
                step = f"{place}{pointer(key)}"
                if key not in a or key not in b:
                    code = "missing" if key in a else "undeclared"
                    self._report(step, code, a.get(key, ABSENT), b.get(key, ABSENT))
                else:
                    self._compare(a[key], b[key], step)
        elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
            for index, (one, other) in enumerate(zip(ours, theirs, strict=True)):
                self._compare(one, other, f"{place}/{index}")
        elif _is_reference(ours) and _is_reference(theirs):
            self._pair(ours.removeprefix(COMPONENTS), theirs.removeprefix(COMPONENTS), place)
        elif ours != theirs or isinstance(ours, bool) is not isinstance(theirs, bool):
            self._report(place, "differs", ours, theirs)

    def _report(self, place: str, code: str, ours: Any, theirs: Any) -> None:
        self.findings.append(Finding(PART, place, code, as_value(ours), as_value(theirs), FIX))


def plain(node: Node) -> Node:
    """Return a node in the form that both documents have in common.

    A constant has no type, the type null is the constant null, a number is of double precision, a pattern matches
    anywhere, and a stream is resumed by a header, as `x-sse` says: the query parameters that it names are left out
    where the header is declared.
    """
    found = dict(node)
    kind = found.get("type")
    if kind == "null":
        found = {**found, "const": None}
    if isinstance(kind, str | list) and "const" in found and _has_type(found["const"], kind):
        del found["type"]
    if kind == "number" and found.get("format") == "double":
        del found["format"]
    if isinstance(found.get("pattern"), str):
        found["pattern"] = found["pattern"].removeprefix("^.*")
    resume = found["x-sse"].get("resume", {}) if isinstance(found.get("x-sse"), dict) else {}
    if resume and isinstance(found.get("parameters"), list):
        aliases = {("query", resume.get("query")), ("query", resume.get("query_alias"))}
        named = {(one["in"], one["name"].lower()): one for one in found["parameters"]}
        if ("header", resume["header"].lower()) in named:
            kept = [one for key, one in named.items() if key not in aliases | _lower(aliases)]
            found["parameters"] = kept
    return found


def _lower(names: set[tuple[str, Any]]) -> set[tuple[str, str]]:
    return {(place, str(name).lower()) for place, name in names}


def _has_type(value: Any, kind: str | list[str]) -> bool:
    kinds = [kind] if isinstance(kind, str) else kind
    name = {type(None): "null", bool: "boolean", str: "string"}.get(type(value))
    return name in kinds


def _without_stream_text(node: Node) -> Node:
    """Return the content of an answer with `itemSchema` for the form in which clients read it, if it has this form."""
    media = node.get(STREAM_TYPE)
    if not isinstance(media, dict) or "x-item-schema" not in media:
        return node
    rest = {key: value for key, value in media.items() if key not in {"schema", "x-item-schema"}}
    if media.get("schema", {}).get("type") != "string":
        return node
    return {**node, STREAM_TYPE: {**rest, "itemSchema": media["x-item-schema"]}}


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(COMPONENTS)
