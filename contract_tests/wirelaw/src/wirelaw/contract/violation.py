"""Reports a value that breaks a schema of the contract: the place, what the schema requires, and the value."""

import json
from typing import Any

from jsonschema import ValidationError

from wirelaw.contract.document import pointer
from wirelaw.finding import DEFAULT_FIX, Finding, as_value


def violation(part: str, place: str, error: ValidationError, fix: str = DEFAULT_FIX) -> Finding:
    """Report the error that `Contract.nearest_error` names; `place` says what holds the value."""
    instance: Any = error.instance
    rule: Any = error.validator_value
    steps = [*error.absolute_path]
    code, expected = "invalid-value", f"{error.validator}: {as_value(rule)}"
    found = json.dumps(instance, default=str)
    if error.validator == "required":
        name = next(name for name in rule if name not in instance)
        steps.append(name)
        code, expected = "missing-field", f"the field {name}"
        found = f"only {', '.join(instance) or 'an empty object'}"
    elif error.validator == "additionalProperties" and rule is False:
        schema: Any = error.schema
        declared = schema.get("properties", {})
        name = next(name for name in instance if name not in declared)
        steps.append(name)
        code, expected = "undeclared-field", f"only {', '.join(declared)}"
        found = f"{name}: {json.dumps(instance[name], default=str)}"
    place = f"{place} {pointer(*steps)}".strip()
    return Finding(part, place, code, expected, found, fix)
