"""`openapi-3.1.json` equals the contract in meaning, and has nothing that generators refuse."""

import pytest

from contract_tests.clients.meaning import differences
from contract_tests.clients.values import compare
from contract_tests.conftest import Summarise
from contract_tests.repository import CLIENTS_FILE, committed
from contract_tests.traces.trace import read
from wirelaw.contract.document import Contract, walk
from wirelaw.finding import check


@pytest.fixture(scope="module")
def clients() -> Contract:
    return Contract.read(CLIENTS_FILE)


def test_it_declares_what_the_contract_declares(clients: Contract) -> None:
    check(differences(committed(), clients))


def test_both_accept_the_same_values(clients: Contract, summarise: Summarise) -> None:
    verdicts = compare(committed(), clients, read())
    check(verdicts.findings)
    assert verdicts.accepted > 1000
    assert verdicts.refused > 1000
    summarise(
        "clients",
        f"{verdicts.accepted + verdicts.refused} values, {verdicts.refused} of them refused by both documents",
    )


def test_nothing_is_left_that_generators_refuse(clients: Contract) -> None:
    assert clients.document["openapi"] == "3.1.1"
    for place, node in walk(clients.document, ""):
        assert "itemSchema" not in node, place
        if node.get("type") == "null":
            assert place.split("/")[-2] in {"anyOf", "oneOf"}, place
    assert all(name.isalnum() for name in clients.components)
    for operation in clients.operations():
        # a name that differs in its spelling only is one name in generated code
        names = [one["name"].replace("-", "_").lower() for one in operation.parameters]
        assert len({name.replace("_", "") for name in names}) == len(names), str(operation)
