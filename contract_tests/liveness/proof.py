"""Whether what is said changes what comes of it, and the sentence when it does not."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.document import Contract
from contract_tests.liveness.inputs import Input, candidates, members

NO_PROOF = {"invalid", "bad_request"}  #: a schema's own refusals; the contract allows the value
UNSTEADY = "different each time"
MEND = (
    "use it where the work is done, or remove it and run `quant-engine contract export`; if no value "
    "tried could have mattered, give one in GIVEN, contract_tests/liveness"
)


@dataclass(frozen=True)
class Outcome:
    """What came of a request: something, or a refusal."""

    digest: str = ""
    refused: str = ""  #: the error's code


Ask = Callable[[Any], Awaitable[Outcome]]
"""Ask the operation as ever, with this value of the one input."""


async def steady(ask: Ask, base: Any) -> Outcome:
    """Return what comes of the base request, if it is the same each time."""
    known = await ask(base)
    return known if known == await ask(base) else Outcome(refused=UNSTEADY)


@dataclass(frozen=True)
class Compared:
    """One input, and the request that others are compared with."""

    contract: Contract
    told: Input
    base: Any  #: its value in that request
    known: Outcome  #: of that request

    async def fault(self, ask: Ask, given: Mapping[str, list[Any]]) -> str | None:
        """Say what is wrong with the input; None: it changes what comes of a request.

        Every one of a boolean's or an enum's values has to differ from all others, or to be refused;
        of any other input one value has to differ.

        Args:
            ask: how the operation is asked.
            given: values by name, for inputs whose schema does not tell any.
        """
        counted = members(self.contract, self.told.schema) is not None
        values = given.get(self.told.name)
        if values is None:
            values = candidates(self.contract, self.told.schema, self.base)
        if not values:
            name = self.told.name
            return self._message(
                "has no value to change to",
                f"give one in GIVEN, contract_tests/liveness, as {{{name!r}: [value]}}",
            )
        if self.known.refused:
            return self._message(
                f"cannot be tried: the base request is {self.known.refused}",
                "change BASES or ECHOES, contract_tests/liveness",
            )
        return await (self._all_differ if counted else self._one_differs)(ask, values)

    async def _all_differ(self, ask: Ask, values: list[Any]) -> str | None:
        seen = {self.known.digest: self.base}
        for value in values:
            outcome = await ask(value)
            if outcome.refused in NO_PROOF:
                return self._message(f"may be {value!r}, which is {outcome.refused}", MEND)
            if outcome.digest in seen:
                same = seen[outcome.digest]
                return self._message(
                    f"is accepted and changes nothing: {value!r} comes out as {same!r}", MEND
                )
            if not outcome.refused:
                seen[outcome.digest] = value
        return None

    async def _one_differs(self, ask: Ask, values: list[Any]) -> str | None:
        tried = []
        for value in values:
            outcome = await ask(value)
            if not outcome.refused and outcome.digest != self.known.digest:
                return None
            tried.append(f"{value!r} is {outcome.refused or 'the same'}")
        return self._message(
            f"is accepted and changes nothing: beside {self.base!r}, {', '.join(tried)}", MEND
        )

    def _message(self, what: str, mend: str) -> str:
        told = self.told
        return (
            f"{told} {what}.\n  contract: openapi.json#{told.pointer}\n"
            f"  service: {told.method.upper()} {told.path} ({told.place})\n  mend: {mend}."
        )
