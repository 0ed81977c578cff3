"""With a token set, every operation of the contract is closed to whoever does not bring it."""

from collections.abc import Iterator

import requests

from contract_tests.document import Contract, Operation
from contract_tests.fuzz.checks import CHECK
from contract_tests.fuzz.subject import Subject

WITHOUT: dict[str, str | None] = {
    "no token": None,
    "another token": "Bearer wrong",
    "another scheme": "Basic s3cret",
    "no scheme": "s3cret",
}


def open_doors(service: Subject) -> list[str]:
    """Name each operation that answers without the token in any other way than 401."""
    with service.client() as client:
        # the client of the service has the token, this one's requests do not
        client.headers.pop("Authorization")
        return [
            told
            for operation in service.contract.operations()
            for told in _doors(client, service, operation)
        ]


def _doors(client: requests.Session, service: Subject, operation: Operation) -> Iterator[str]:
    for name, value in WITHOUT.items():
        headers = {} if value is None else {"Authorization": value}
        answer = client.request(
            operation.method, service.fill(operation.path), headers=headers, timeout=1
        )
        named = answer.headers.get("WWW-Authenticate")
        if answer.status_code != 401 or named is None:
            yield (
                f"fuzz: {operation}: Authorization: {name} is answered {answer.status_code} with "
                f"WWW-Authenticate {named}, not 401; see quant_engine/api/access.py "
                f"(PROTECTED), then run: {CHECK}"
            )


def tries(contract: Contract) -> int:
    """Count them."""
    return len(WITHOUT) * sum(1 for _ in contract.operations())
