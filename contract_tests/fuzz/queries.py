"""Every operation refuses a query parameter that the contract does not declare."""

from collections.abc import Iterator
from typing import Any

from contract_tests.finding import Finding
from contract_tests.fuzz.checks import PART
from contract_tests.fuzz.scenario import Scenario

UNDECLARED = "undeclared"  #: no operation has a parameter of this name
FIX = "use StrictRoute of quant_engine/api/routing.py, then run `pytest tests/api/test_routing.py`"


def accepted_queries(service: Scenario) -> Iterator[Finding]:
    """Report each operation that answers such a request with anything but 422."""
    with service.client() as client:
        for operation in service.contract.operations():
            body: dict[str, Any] | None = {} if "requestBody" in operation.content else None
            path = f"{service.fill(operation.path)}?{UNDECLARED}=1"
            # a stream is not read
            answer = client.request(operation.method, path, json=body, timeout=5, stream=True)
            if answer.status_code != 422:
                place = f"{operation} query/{UNDECLARED}"
                found = str(answer.status_code)
                yield Finding(PART, place, "queries-read-strictly", "422", found, FIX)
            answer.close()
