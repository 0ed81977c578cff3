"""The rule of the command line: each command posts the fields of its options and nothing else."""

from collections.abc import Callable, Iterator
from typing import Any

from contract_tests.edges.values import at_maximum, smallest, text
from wirelaw.contract.document import Contract, Operation
from wirelaw.finding import Finding
from wirelaw.running.inputs import candidates, without_null

PART = "edges"
FIX = "see quant_engine/cli/options.py; found with: quant-engine {}"
#: what a command posts: method, path and body; None: it posts nothing
Post = Callable[[list[str]], tuple[str, str, Any] | None]
#: numbers that a conversion would change
EXACT = (0.123456789012345, 1e-7, -0.5)


def submissions(contract: Contract) -> dict[str, Operation]:
    """Return the operations with a body by the name of their command."""
    return {
        operation.path.rpartition("/")[2]: operation
        for operation in contract.operations()
        if operation.request_schema is not None
    }


def option_drifts(
    contract: Contract, options: dict[str, set[str]], post: Post
) -> Iterator[Finding]:
    """Report each command whose options are not the fields of its request, or do not reach it unchanged.

    `options` has those of each command, as its parser names them, without those for its output.
    """
    for name, operation in submissions(contract).items():
        fields = set(operation.request_fields)
        for field in sorted(fields ^ options.get(name, set())):
            place = f"quant-engine {name} --{field}"
            what = ("an option", "none") if field in fields else ("no option", "one")
            yield Finding(PART, place, "option-without-field", *what, FIX.format(f"{name} --help"))
        cases = [([], smallest(contract, operation.request_schema or {})), *_cases(operation)]
        for arguments, body in cases:
            shown = " ".join([name, *(argument[:40] for argument in arguments)])
            expected, found = ("POST", operation.path, body), post([name, *arguments])
            if found != expected or (body and not _same_types(found[2], body)):
                yield Finding(
                    PART,
                    f"quant-engine {shown}",
                    "posts-another-body",
                    f"{expected}",
                    f"{found}",
                    FIX.format(shown),
                )


def _same_types(one: Any, other: Any) -> bool:
    return all(
        isinstance(value, bool) is isinstance(one[name], bool) for name, value in other.items()
    )


def _cases(operation: Operation) -> Iterator[tuple[list[str], dict[str, Any]]]:
    contract = operation.contract
    for name, schema in operation.request_fields.items():
        default = schema.get("default")
        own = without_null(contract, schema)
        values = [*candidates(contract, schema, default), default]
        values += [value for _, value in at_maximum(contract, schema)]
        if own.get("type") == "number":
            values += EXACT
        if own.get("type") == "string" and "enum" not in own:
            values.append(text(own, 1))
        for value in values:
            if value is not None:
                yield _arguments(name, value), {name: value}


def _arguments(name: str, value: Any) -> list[str]:
    option = name.replace("_", "-")
    if isinstance(value, bool):
        return [f"--{option}" if value else f"--no-{option}"]
    if isinstance(value, list):
        return [f"--{option}", ",".join(map(str, value))]
    return [f"--{option}", repr(value) if isinstance(value, float) else str(value)]
