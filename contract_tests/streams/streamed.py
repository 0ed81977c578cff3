"""The event streams that a contract declares: their laws, headers and frames."""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from wirelaw.contract.document import Contract, Node, Operation, pointer
from wirelaw.contract.validation import nearest_error
from wirelaw.running.sse import Frame

Record = dict[str, Any]


class Stream:
    """An operation that answers with an event stream."""

    def __init__(self, operation: Operation, final_statuses: frozenset[str]) -> None:
        self.operation = operation
        self.path = operation.path
        self.laws: Node = operation.content["x-sse"]
        self._final_statuses = final_statuses
        #: where a frame breaks the schema of its event; None where it is valid
        self.frame_error = cache(self._frame_error)

    def __str__(self) -> str:
        return str(self.operation)

    def pointer(self, *steps: str) -> str:
        """Return a place of the operation in the contract."""
        return self.operation.pointer + pointer(*steps)

    @cached_property
    def headers(self) -> dict[str, Node]:
        """The schemas of the stream's headers, by their names in lower case."""
        declared = self.operation.responses["200"]["headers"]
        return {name.lower(): described["schema"] for name, described in declared.items()}

    def is_final(self, record: Record) -> bool:
        """Whether the job will not change any more."""
        return record["status"] in self._final_statuses

    def terminal_event(self, status: str) -> str:
        """Return the event that ends a job with this status."""
        statuses = self.laws["statuses"]
        (name,) = (name for name in self.laws["terminal"] if statuses[name] == [status])
        return str(name)

    def event_into(self, status: str) -> str | None:
        """Return the event that only jobs with this status have; None where there is no such event."""
        statuses = self.laws["statuses"]
        return next((name for name, allowed in statuses.items() if allowed == [status]), None)

    def _frame_error(self, frame: Frame) -> str | None:
        schema, contract = self._events[str(frame.event)], self.operation.contract
        error = nearest_error(contract, schema, frame.fields)
        if error is None:
            try:
                payload = json.loads(frame.data or "")
            except ValueError:
                return "data is not JSON"
            content = schema["properties"]["data"]["contentSchema"]
            error = nearest_error(contract, content, payload)
        if error is None:
            return None
        return f"{pointer(*error.absolute_path) or 'the frame'}: {error.message[:200]}"

    @cached_property
    def _events(self) -> dict[str, Node]:
        return self.operation.events


@dataclass(frozen=True)
class Streams:
    """The stream of one job, which ends, that of every job, which does not, and that of a job's log."""

    job: Stream
    all: Stream
    log: Stream

    @classmethod
    def of(cls, contract: Contract) -> "Streams":
        """Find them in a contract."""
        operations = [one for one in contract.operations() if one.streams]
        (job,) = (one for one in operations if one.content["x-sse"]["terminal"])
        (every,) = (one for one in operations if not one.content["x-sse"]["ends"])
        (log,) = (one for one in operations if one not in (job, every))
        laws = job.content["x-sse"]
        final = frozenset(laws["statuses"][laws["last"]])
        return cls(Stream(job, final), Stream(every, final), Stream(log, final))
