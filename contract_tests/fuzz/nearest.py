"""Where a value breaks a schema of unions: in the branch that it comes nearest to."""

import json
from collections import defaultdict

from jsonschema.exceptions import ValidationError

from contract_tests.document import Operation, validator


def broken_place(operation: Operation, status: int, content: bytes) -> str | None:
    """Say where an answer breaks what is declared of its status, as `pointer: what`; or None."""
    declared = operation.content["responses"].get(str(status), {}).get("content", {})
    schema = declared.get("application/json", {}).get("schema")
    if schema is None:
        return None
    try:
        body = json.loads(content)
    except ValueError:
        return None
    error = next(validator(schema).iter_errors(body), None)
    if error is None:
        return None
    found = nearest(error)
    return f"/{'/'.join(map(str, found.absolute_path))}: {found.message[:200]}"


def nearest(error: ValidationError) -> ValidationError:
    """Return the error that stands for all: of a union, in the branch with the fewest of them."""
    branches: dict[object, list[ValidationError]] = defaultdict(list)
    for inner in error.context or ():
        branches[inner.schema_path[0]].append(inner)
    if not branches:
        return error
    return nearest(min(branches.values(), key=len)[0])
