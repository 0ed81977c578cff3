"""Records which points of the contract the answers of the service show, and which answers the contract forbids."""

import json
from functools import cached_property
from typing import Any

from contract_tests.relations import Relations
from wirelaw.contract.document import Contract, Node, Operation
from wirelaw.running import recorder
from wirelaw.running.exchange import Answer

PART = "observed"


class Recorder(recorder.Recorder):
    """What a recorder of wirelaw records, the envelope of every error, and the relations of values."""

    part = PART
    own_error = (
        "this is an error of the gate, not of the service: fix contract_tests/observed or "
        "wirelaw/running"
    )

    def __init__(self, contract: Contract, relations: Relations | None = None) -> None:
        """Record answers.

        Args:
            contract: what the answers are checked against.
            relations: the values of the same service so far; None for values that are made up field by field.
        """
        super().__init__(contract)
        self.relations = relations
        self._values: set[str] = set()  #: values with an identity, which lists repeat

    def _unmatched(self, method: str, path: str, answer: Answer) -> None:
        if path.startswith("/api") and answer.status >= 400:
            # no operation declares it; it has at least the envelope of an error
            self._json(f"{method} {path} {answer.status}", *self._failure, answer.body)

    def _other(
        self, name: str, path: str, operation: Operation, schema: Node, answer: Answer
    ) -> None:
        if "x-rows" in schema and self.relations is not None:
            steps = zip(operation.path.split("/"), path.split("/"), strict=True)
            names = {step.strip("{}"): value for step, value in steps}
            rows = self.relations.add_rows(name, schema, names, answer.body.decode())
            self.findings += rows

    def _see(self, name: str, place: str, schema: Node, value: Any) -> None:
        place, schema = self.contract.locate(place, schema)
        if "x-identity" in schema:
            text = json.dumps([place, value])
            if text in self._values:
                return
            self._values.add(text)
        if self.relations is not None:
            self.findings += self.relations.add(name, schema, value)
        super()._see(name, place, schema, value)

    @cached_property
    def _failure(self) -> tuple[str, Node]:
        components = self.contract.components
        name = next(name for name in components if name.startswith("ApiFailure"))
        return f"/components/schemas/{name}", components[name]
