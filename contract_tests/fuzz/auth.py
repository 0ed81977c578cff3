"""With a token set, every operation of the contract refuses a request without it."""

from collections.abc import Iterator

import requests

from contract_tests.document import Operation
from contract_tests.finding import Finding
from contract_tests.fuzz.checks import PART
from contract_tests.fuzz.scenario import Scenario

#: values of the header Authorization that must be refused
REFUSED: dict[str, str | None] = {
    "no token": None,
    "another token": "Bearer wrong",
    "another scheme": "Basic s3cret",
    "no scheme": "s3cret",
}
FIX = "see PROTECTED in quant_engine/api/access.py, then run `quant-engine contract check`"


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
            operation.method, service.fill(operation.path), headers=headers, timeout=1
        )
        scheme = answer.headers.get("WWW-Authenticate")
        if answer.status_code != 401 or scheme is None:
            expected = f"401 with WWW-Authenticate, for {name}"
            found = f"{answer.status_code} with WWW-Authenticate: {scheme}"
            place = f"{operation} Authorization"
            yield Finding(PART, place, "auth-required", expected, found, FIX)
