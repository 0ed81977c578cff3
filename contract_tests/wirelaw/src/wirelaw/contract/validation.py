"""Validates values against the schemas of a contract; needs the extra `running`."""

import json
import re
from collections import defaultdict
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

import jsonschema_rs
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from wirelaw.contract.document import Contract, Node

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_time(value: object) -> bool:
    return not isinstance(value, str) or _TIME.fullmatch(value) is not None


def validator(contract: Contract, schema: Node) -> Draft202012Validator:
    """Return a validator for a schema of the document; references and times are checked too.

    The document must not change once something was validated against it.
    """
    return _of(contract).slow(schema)


def is_valid(contract: Contract, schema: Node, value: Any) -> bool:
    """Whether a value fits a schema of the document; many times as fast as `validator`, and without a reason."""
    return bool(_of(contract).fast(schema).is_valid(value))


def nearest_error(contract: Contract, schema: Node, value: Any) -> ValidationError | None:
    """Return the error that explains why a value is invalid; in a union, the error of the nearest member."""
    if is_valid(contract, schema, value):
        return None
    errors = validator(contract, schema).iter_errors(value)
    first = min(errors, key=lambda error: str(error.absolute_path), default=None)
    return None if first is None else _nearest(first)


class _Validators:
    """The validators of one document, each built once."""

    def __init__(self, document: Node) -> None:
        self._document = document
        # the schema is kept as well, so that no other one gets its id
        self._slow: dict[int, tuple[Node, Draft202012Validator]] = {}
        self._fast: dict[int, tuple[Node, jsonschema_rs.Draft202012Validator]] = {}

    def slow(self, schema: Node) -> Draft202012Validator:
        entry = self._slow.get(id(schema))
        if entry is None:
            absolute = json.loads(json.dumps(schema).replace('"#/', '"contract:#/'))
            built = Draft202012Validator(absolute, registry=self._registry, format_checker=_FORMATS)
            entry = self._slow[id(schema)] = (schema, built)
        return entry[1]

    def fast(self, schema: Node) -> jsonschema_rs.Draft202012Validator:
        entry = self._fast.get(id(schema))
        if entry is None:
            # references lead to the components of the document
            whole = {"components": self._document.get("components", {}), "allOf": [schema]}
            built = jsonschema_rs.Draft202012Validator(
                whole, validate_formats=True, formats={"date-time": _is_time}
            )
            entry = self._fast[id(schema)] = (schema, built)
        return entry[1]

    @cached_property
    def _registry(self) -> "Registry[Any]":
        resource = DRAFT202012.create_resource(self._document)
        registry: Registry[Any] = Registry().with_resource("contract:", resource)
        return registry


_VALIDATORS: WeakKeyDictionary[Contract, _Validators] = WeakKeyDictionary()


def _of(contract: Contract) -> _Validators:
    found = _VALIDATORS.get(contract)
    if found is None:
        found = _VALIDATORS[contract] = _Validators(contract.document)
    return found


def _nearest(error: ValidationError) -> ValidationError:
    members: dict[object, list[ValidationError]] = defaultdict(list)
    for inner in error.context or ():
        members[inner.schema_path[0]].append(inner)
    if not members:
        return error
    meant = min(members.values(), key=lambda errors: (max(map(_distance, errors)), len(errors)))
    return _nearest(min(meant, key=lambda inner: str(inner.absolute_path)))


def _distance(error: ValidationError) -> int:
    """Return how clearly an error says that another member of the union is meant: by its type or its tag."""
    if not error.path and error.validator in {"type", "const"}:
        return 2
    return int(len(error.path) == 1 and error.validator == "const")
