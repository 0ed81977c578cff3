"""The service refuses ids that it never issued: made-up ids, and ids similar to issued ones."""

from collections.abc import Iterator
from urllib.parse import quote

from contract_tests.fuzz.scenario import Scenario
from contract_tests.hang import ANSWER_SECONDS
from wirelaw.contract.document import Operation
from wirelaw.finding import Finding

# no `..`: clients resolve it themselves, and request another path
MADE_UP = (
    *("00000000-0000-4000-8000-000000000000", "latest", "0", "-", "None", "null", "*", "%"),
    *(".lock", "registry.json", "a" * 300, " ", "\x00", "é", "' OR '1'='1"),
)
FIX = "answer 404 for an id that does not exist, then run `pytest tests/api`"


def guesses(service: Scenario) -> Iterator[str]:
    """Give ids that a client may try."""
    yield from MADE_UP
    for issued in sorted(set(service.issued.values())):
        yield from (issued, f"{issued} ", f"{issued}.", issued.upper(), issued[:-1], f"./{issued}")


def accepted_unknown_ids(service: Scenario) -> tuple[int, list[Finding]]:
    """Report each operation that answers an id that was never issued; return the number of tries, too."""
    findings: list[Finding] = []
    n_tries = 0
    with service.client() as client:
        for operation, name, value in _tries(service):
            n_tries += 1
            path = service.fill(operation.path.replace(f"{{{name}}}", quote(value, safe="")))
            answer = client.request(operation.method, path, timeout=ANSWER_SECONDS)
            if not 400 <= answer.status_code < 500 or answer.json()["ok"] is not False:
                found = f"{answer.status_code} for {value[:80]!r}, which was never issued"
                findings.append(unknown_id(operation, name, found))
    return n_tries, findings


def unknown_id(operation: Operation, name: str, found: str) -> Finding:
    """Report an id that was accepted."""
    place = f"{operation} path/{name}"
    return Finding("fuzz", place, "unknown-ids-refused", "a refusal", found, FIX)


def _tries(service: Scenario) -> Iterator[tuple[Operation, str, str]]:
    for operation in service.contract.operations():
        for parameter in operation.parameters:
            if parameter["in"] == "path":
                for value in guesses(service):
                    if not service.has_issued(operation, parameter["name"], value):
                        yield operation, parameter["name"], value
