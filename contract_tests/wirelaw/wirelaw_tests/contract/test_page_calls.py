"""Which call of the page is which operation, by address and method."""

from typing import Any

import pytest

from wirelaw.contract.document import Contract
from wirelaw.contract.page_calls import page_calls, prefix_of, requests_of


@pytest.mark.parametrize(
    ("address", "path", "prefix"),
    [
        ("/jobs", "/api/jobs", "api"),
        ("/jobs/*", "/api/jobs/{id}", "api"),
        ("/jobs/7", "/jobs/{id}", ""),
        # a query that is built at run time
        ("/jobs*", "/jobs", ""),
        # what is not constant fits a parameter alone
        ("/jobs/*", "/jobs/latest", None),
        ("/*", "/jobs", None),
        ("/7", "/jobs/{id}", None),
        ("/api/jobs", "/jobs", None),
    ],
)
def test_an_address_fits_the_end_of_a_path(address: str, path: str, prefix: str | None) -> None:
    assert prefix_of(address, path) == prefix


def call(path: str, method: str | None = "GET", line: int = 1) -> dict[str, Any]:
    return {
        "kind": "call",
        "place": {"path": "page.ts", "line": line},
        "sink": {"path": "client.ts", "line": 1},
        "base": "",
        "path": path,
        "method": method,
        "stream": False,
        "generated": False,
        "body": {"kind": "none", "literal": False, "open": False, "fields": []},
    }


def matched(*facts: dict[str, Any]) -> list[str]:
    paths: dict[str, Any] = {
        "/v1/jobs": {"get": {}, "post": {}},
        "/v1/jobs/{id}": {"get": {}},
        "/v1/models": {"get": {}},
        "/v1/run/models": {"get": {}},
        "/admin/jobs": {"get": {}},
    }
    operations = Contract({"paths": paths}).operations()
    typed = [{"place": one["place"], "owner": one["place"], "answers": []} for one in facts]
    return [str(one.operation) for one in requests_of(page_calls(facts, typed), operations)]


def test_the_steps_that_a_client_adds_are_those_of_its_other_calls() -> None:
    # alone, it may be one of two
    assert matched(call("/models"), call("/jobs/{}", line=2), call("/jobs", line=3)) == [
        "GET /v1/models",
        "GET /v1/jobs/{id}",
        "GET /v1/jobs",
    ]


def test_a_method_that_is_not_clear_is_clear_where_there_is_one() -> None:
    calls = (call("/v1/jobs/7", None), call("/v1/jobs", None, line=2))
    assert matched(*calls) == ["GET /v1/jobs/{id}"]
