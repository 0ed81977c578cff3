"""Reports an input whose other values do not change the outcome of its request."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wirelaw.contract.document import Contract
from wirelaw.finding import Finding
from wirelaw.running.inputs import Input, candidates, members

#: a schema's own refusals, by code or by status; the contract allows the value
NO_PROOF = {"invalid", "bad_request", "400", "422"}
UNSTEADY = "different each time"
FIX = (
    "use it where the work is done, or remove it from the model; if no value that was tried can matter, "
    "add one that does to the examples"
)
NO_VALUE = "add a value to the examples"
NOT_DECLARED = "change `x-only-when` of the field in the contract, or the code"
NO_BASE = "change the base request, or leave out the fields of its answer that differ each time"


@dataclass(frozen=True)
class Outcome:
    """The outcome of a request: a result, or a refusal."""

    digest: str = ""
    refused: str = ""  #: the error's code


def digest(value: Any) -> str:
    """Return a hash of a JSON value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


Send = Callable[[Any], Awaitable[Outcome]]
"""Sends the base request with this value of the one input."""


async def steady(send: Callable[[], Awaitable[Outcome]]) -> Outcome:
    """Return the outcome of a request, if it is the same each time."""
    first = await send()
    return first if first == await send() else Outcome(refused=UNSTEADY)


@dataclass(frozen=True)
class Comparison:
    """One input, and the request that others are compared with."""

    contract: Contract
    input: Input
    send: Send
    base: Any  #: its value in that request
    outcome: Outcome  #: of that request
    part: str = "running"

    async def drift(self, examples: Mapping[str, list[Any]]) -> Finding | None:
        """Report the input, unless it changes the outcome of a request.

        Each value of a boolean or an enum has to differ from all others, or to be refused; of any other
        input one value has to differ. `examples` are values by name, where the schema suggests none.
        """
        values = examples.get(self.input.name)
        if values is None:
            values = candidates(self.contract, self.input.schema, self.base)
        if not values:
            return self._finding("no-example", "another value to try", "none", NO_VALUE)
        if self.outcome.refused:
            expected, found = "a base request with a steady result", self.outcome.refused
            return self._finding("base-request-refused", expected, found, NO_BASE)
        is_counted = members(self.contract, self.input.schema) is not None
        return await (self._all_differ if is_counted else self._one_differs)(values)

    async def effect(self, values: list[Any]) -> Finding | None:
        """Report the input if one of the values has an effect, where the contract says that it has none."""
        for value in values:
            outcome = await self.send(value)
            if outcome != self.outcome and outcome.refused not in NO_PROOF:
                expected = f"{value!r} is refused or has the same result as {self.base!r}"
                found = (
                    f"it is refused as {outcome.refused}" if outcome.refused else "another result"
                )
                return self._finding("effect-not-declared", expected, found, NOT_DECLARED)
        return None

    async def _all_differ(self, values: list[Any]) -> Finding | None:
        seen = {self.outcome.digest: self.base}
        for value in values:
            outcome = await self.send(value)
            if outcome.refused in NO_PROOF:
                expected = f"{value!r} is accepted, as the contract says"
                return self._finding("value-refused", expected, f"refused as {outcome.refused}")
            if outcome.digest in seen:
                found = f"{value!r} has the same result as {seen[outcome.digest]!r}"
                return self._finding("field-ignored", "each value has another result", found)
            if not outcome.refused:
                seen[outcome.digest] = value
        return None

    async def _one_differs(self, values: list[Any]) -> Finding | None:
        tried = []
        for value in values:
            outcome = await self.send(value)
            if not outcome.refused and outcome.digest != self.outcome.digest:
                return None
            tried.append(f"{value!r} is {outcome.refused or 'the same'}")
        expected = f"a value with another result than {self.base!r}"
        return self._finding("field-ignored", expected, ", ".join(tried))

    def _finding(self, code: str, expected: str, found: str, fix: str = FIX) -> Finding:
        return Finding(self.part, str(self.input), code, expected, found, fix)
