"""Every operation refuses a request without the token, if one is set, and a query that it does not declare."""

from collections.abc import Iterator
from typing import Any

import requests

from contract_tests.fuzz.checks import PART
from contract_tests.fuzz.scenario import Scenario
from contract_tests.hang import ANSWER_SECONDS
from wirelaw.contract.document import Operation
from wirelaw.finding import Finding

#: values of the header Authorization that must be refused
REFUSED: dict[str, str | None] = {
    "no token": None,
    "another token": "Bearer wrong",
    "another scheme": "Basic s3cret",
    "no scheme": "s3cret",
}
UNDECLARED = "undeclared"  #: no operation has a parameter of this name
ACCESS_FIX = "see PROTECTED in quant_engine/api/access.py, then run `quant-engine contract check`"
QUERY_FIX = (
    "use StrictRoute of quant_engine/api/routing.py, then run `pytest tests/api/test_routing.py`"
)


def unprotected(service: Scenario) -> list[Finding]:
    """Report each operation that answers a request without the token with anything but 401."""
    with service.client() as client:
        # the service's client sends the token with each request
        client.headers.pop("Authorization")
        return [
            finding
            for operation in service.contract.operations()
            for finding in _accepted(client, service, operation)
        ]


def _accepted(
    client: requests.Session, service: Scenario, operation: Operation
) -> Iterator[Finding]:
    for name, value in REFUSED.items():
        headers = {} if value is None else {"Authorization": value}
        answer = client.request(
            operation.method,
            service.without_effect(operation),
            headers=headers,
            timeout=ANSWER_SECONDS,
        )
        scheme = answer.headers.get("WWW-Authenticate")
        if answer.status_code != 401 or scheme is None:
            expected = f"401 with WWW-Authenticate, for {name}"
            found = f"{answer.status_code} with WWW-Authenticate: {scheme}"
            place = f"{operation} Authorization"
            yield Finding(PART, place, "auth-required", expected, found, ACCESS_FIX)


def accepted_queries(service: Scenario) -> Iterator[Finding]:
    """Report each operation that answers a query parameter that it does not declare with anything but 422."""
    with service.client() as client:
        for operation in service.contract.operations():
            body: dict[str, Any] | None = {} if "requestBody" in operation.content else None
            path = f"{service.without_effect(operation)}?{UNDECLARED}=1"
            # a stream is not read
            answer = client.request(
                operation.method, path, json=body, timeout=ANSWER_SECONDS, stream=True
            )
            if answer.status_code != 422:
                place = f"{operation} query/{UNDECLARED}"
                found = str(answer.status_code)
                yield Finding(PART, place, "queries-read-strictly", "422", found, QUERY_FIX)
            answer.close()
