"""A field that is accepted and changes nothing is found by asking twice; one that has an effect is not."""

import asyncio
import itertools
from dataclasses import dataclass
from typing import Any

import pytest

from wirelaw.contract.document import Contract
from wirelaw.running.asking import Request, find_ignored, ignored
from wirelaw_tests.running.apps import right

CONTRACT = Contract(right().openapi())
ORDER = "POST /orders"
TIMES = itertools.count()


@dataclass
class Response:
    value: Any
    status_code: int = 200

    def json(self) -> Any:
        return self.value


def order(request: Request) -> Response:
    """Use each field but `dry_run` and the note of the filter, and answer with a time."""
    body = request.body
    if body["rows"] > 10:
        return Response({"detail": []}, 422)
    kind = body.get("filter", {}).get("kind", "a")
    rows = body["rows"] * (2 if kind == "b" else 1)
    return Response({"rows": rows, "mode": body.get("mode"), "at": next(TIMES), "request": body})


def found(**options: Any) -> dict[str, tuple[str, str, str]]:
    body = {"rows": 2, "mode": "fast"}
    findings = ignored(CONTRACT, ORDER, order, body=body, echoes=["request"], **options)
    return {one.pointer: (one.code, one.expected, one.found) for one in findings}


def test_a_field_without_an_effect_is_found() -> None:
    assert found() == {
        "POST /orders body/dry_run": (
            *("field-ignored", "each value has another result"),
            "True has the same result as False",
        ),
        "POST /orders body/filter/note": (
            *("field-ignored", "a value with another result than None"),
            "'x' is the same",
        ),
    }


def test_examples_go_before_what_the_schema_suggests() -> None:
    assert found(examples={"filter/note": ["only this"]})["POST /orders body/filter/note"][2] == (
        "'only this' is the same"
    )


def test_a_request_that_is_repeated_in_the_answer_hides_everything() -> None:
    assert ignored(CONTRACT, ORDER, order, body={"rows": 2, "mode": "fast"}) == []


def test_parameters_are_asked_with_an_asynchronous_client_too() -> None:
    async def ask(request: Request) -> Response:
        return Response(["a"] * request.query.get("limit", 1))

    async def careless(_: Request) -> Response:
        return Response(["a"])

    async def both() -> list[Any]:
        return [await find_ignored(CONTRACT, "GET /items", one) for one in (ask, careless)]

    silent, (finding,) = asyncio.run(both())
    assert silent == []
    assert (finding.pointer, finding.code) == ("GET /items query/limit", "field-ignored")


@pytest.mark.parametrize(
    ("response", "refused"),
    [
        (lambda: Response({"detail": "no"}, 401), "401"),
        (lambda: Response(next(TIMES)), "different each time"),
    ],
)
def test_a_base_request_without_a_result_is_one_finding(response: Any, refused: str) -> None:
    findings = ignored(CONTRACT, ORDER, lambda _: response(), body={"rows": 1})
    assert [(one.code, one.found) for one in findings] == [("base-request-refused", refused)]


def test_an_operation_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(LookupError, match="no operation GET /nowhere"):
        ignored(CONTRACT, "GET /nowhere", order)
