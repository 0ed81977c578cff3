"""Reports a value that breaks a schema of the contract: the place in the value, what the schema wants, what is there."""

from jsonschema import ValidationError

from contract_tests.document import pointer
from contract_tests.finding import DEFAULT_FIX, Finding, as_value


def violation(part: str, place: str, error: ValidationError, fix: str = DEFAULT_FIX) -> Finding:
    """Report the error that `Contract.nearest_error` names; `place` says what holds the value."""
    steps = [*error.absolute_path]
    code, expected, found = (
        "invalid-value",
        f"{error.validator}: {as_value(error.validator_value)}",
        as_value(error.instance),
    )
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        steps += missing[:1]
        code, expected = "missing-field", f"the field {missing[0]}"
        found = f"only {', '.join(error.instance) or 'an empty object'}"
    elif error.validator == "additionalProperties" and error.validator_value is False:
        declared = error.schema.get("properties", {})
        extra = [name for name in error.instance if name not in declared]
        steps += extra[:1]
        code, expected = "undeclared-field", f"only {', '.join(declared)}"
        found = f"{extra[0]}: {as_value(error.instance[extra[0]])}"
    return Finding(part, f"{place} {pointer(*steps)}".strip(), code, expected, found, fix)
