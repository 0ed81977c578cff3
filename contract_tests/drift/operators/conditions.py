"""Conditions on other fields: each read of a parameter gives the default under a value of a flag or a closed set."""

from collections.abc import Iterator

import libcst as cst

from contract_tests.drift.drifts import Drift, Files
from contract_tests.drift.operators.python import (
    PACKAGE,
    Mutant,
    Source,
    drifts,
    inside,
    kebab,
    parsed,
)
from contract_tests.drift.operators.wire_models import wire
from contract_tests.liveness.pairs import ONLY_WHEN
from wirelaw.contract.document import Node
from wirelaw.running.inputs import members

SUFFIX = "Parameters"


def condition_drifts(files: Files) -> Iterator[Drift]:
    """Ignore each parameter under each value of each closed field of its model, wherever it is read."""
    return drifts(files, _mutants(files))


def _mutants(files: Files) -> Iterator[Mutant]:
    for file in sorted(files):
        if not file.startswith(f"{PACKAGE}/") or not file.endswith(".py"):
            continue
        if SUFFIX.encode() not in files[file]:
            continue
        source = parsed(files, file)
        for function in source.functions:
            for argument in function.params.params:
                fields = _fields(files, source, argument)
                yield from _of_reads(files, source, function, argument.name.value, fields)


def _fields(files: Files, source: Source, argument: cst.Param) -> Node:
    """Return the fields that the models of an argument share, by name; none if it is no model of parameters."""
    if argument.annotation is None:
        return {}
    components = wire(files).contract.components
    names = source.code(argument.annotation.annotation).split(" | ")
    models = [components.get(name.replace(SUFFIX, "Request")) for name in names]
    if not all(name.endswith(SUFFIX) for name in names) or None in models:
        return {}
    first, *rest = [model["properties"] for model in models if model is not None]
    return {name: schema for name, schema in first.items() if all(name in one for one in rest)}


def _of_reads(
    files: Files, source: Source, function: cst.FunctionDef, argument: str, fields: Node
) -> Iterator[Mutant]:
    contract = wire(files).contract
    reads = [
        read
        for read in inside(function.body, cst.Attribute)
        if source.code(read.value) == argument and read.attr.value in fields
    ]
    for number, read in enumerate(reads):
        name = read.attr.value
        # two reads in one function have two names
        twice = sum(other.attr.value == name for other in reads[:number])
        where = (source.name, f"{function.name.value}-{twice}" if twice else function.name.value)
        for other, schema in fields.items():
            default = fields[name]["default"]
            for value in members(contract, schema) or ():
                is_plain = value == schema.get("default")
                if other == name or is_plain or _is_declared(fields, name, other):
                    continue
                code = f"({default!r} if {argument}.{other} == {value!r} else {source.code(read)})"
                yield (
                    kebab("ignored", *where, name, "under", other, f"{value}"),
                    f"{'.'.join(where)} reads the default of {name} where {other} is {value}.",
                    source.instead(read, code),
                )


def _is_declared(fields: Node, name: str, other: str) -> bool:
    """Whether the contract says that one of two fields has its default then."""
    return other in fields[name].get(ONLY_WHEN, {}) or name in fields[other].get(ONLY_WHEN, {})
