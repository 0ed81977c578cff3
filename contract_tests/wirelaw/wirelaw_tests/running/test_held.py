"""Exchanges are held to the contract: silent where they keep it, and each drift has both sides."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from wirelaw.contract.document import Contract
from wirelaw.finding import Finding
from wirelaw.running.exchange import Answer, Exchange
from wirelaw.running.held import Held, PageReads, hold_all
from wirelaw_tests.running.apps import right

CONTRACT = Contract(right().openapi())
JSON = {"content-type": "application/json"}
STREAM = {"content-type": "text/event-stream"}


def answer(status: int, value: Any = None, headers: Mapping[str, str] = JSON) -> Answer:
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return Answer(status, dict(headers), body, ended=True)


def sent(method: str, path: str, status: int, body: Any = None, **options: Any) -> Exchange:
    content = b"" if body is None else json.dumps(body).encode()
    headers = {**JSON, **options.pop("headers", {})}
    value = options.pop("value", {"detail": "no"} if status >= 400 else {})
    return Exchange(method, path, answer(status, value), body=content, headers=headers, **options)


def held(*exchanges: Exchange, **reads: Any) -> list[Finding]:
    one = Held(CONTRACT, PageReads(**reads), "openapi.json")
    hold_all(one, exchanges)
    return [*one.found.values()]


def line_of(*exchanges: Exchange, **reads: Any) -> str:
    (finding,) = held(*exchanges, **reads)
    return finding.line.partition(" wirelaw explain")[0]


def test_what_keeps_the_contract_is_silent() -> None:
    order = {"rows": 1, "filter": {"kind": "b"}}
    assert not held(
        sent("GET", "/items", 200, value=[{"name": "a", "count": 1}], query=[("limit", "2")]),
        sent("GET", "/items", 200, value=[], query=[("_", "17")]),
        sent("GET", "/items/gone", 404),
        sent("POST", "/orders", 200, order, value={"anything": 1}),
        sent("POST", "/orders", 422, order, value={"detail": []}),
        Exchange("GET", "/events", answer(200, b'event: done\ndata: {"type": "done"}\n\n', STREAM)),
        # what is no operation may be a page, a picture, or another service
        sent("GET", "/", 200),
        Exchange("GET", "/logo.png", answer(404, b"", {"content-type": "text/html"})),
        Exchange("HEAD", "/items", answer(405, b"", {})),
        error_fields=["message", "detail"],
        events=["done"],
    )


ORDERED = {"rows": 1, "top_n": 50}
NESTED = {"rows": 1, "filter": {"colour": "red"}}


@pytest.mark.parametrize(
    ("exchange", "place", "page", "contract", "code"),
    [
        (
            sent("POST", "/orders", 422, value={"detail": []}),
            *("POST /orders body", "is sent without a body and answers 422", "requires one"),
            "request-body-missing",
        ),
        (
            sent("POST", "/orders", 200, ORDERED),
            *("POST /orders body/top_n", "is 50 from the page"),
            *("has only dry_run, filter, mode, rows", "request-field-ignored"),
        ),
        (
            sent("POST", "/orders", 200, NESTED),
            *("POST /orders body/filter/colour", 'is "red" from the page'),
            *("has only kind, note", "request-field-ignored"),
        ),
        (
            sent("POST", "/orders", 422, {"rows": "many"}, value={"detail": []}),
            *("POST /orders body/rows", 'is "many" from the page'),
            *('allows type: "integer"', "request-invalid"),
        ),
        (
            sent("GET", "/items", 200, value=[], query=[("size", "2")]),
            *("GET /items query/size", "is sent by the page", "has only limit", "query-ignored"),
        ),
        (
            sent("GET", "/orders", 405),
            *("GET /orders", "is called by the page and answers 405"),
            *("has no such operation", "undeclared-operation"),
        ),
    ],
)
def test_what_the_page_sends_is_compared(
    exchange: Exchange, place: str, page: str, contract: str, code: str
) -> None:
    assert line_of(exchange) == f"{place} {page}; openapi.json {contract} [{code}]"


def test_requests_that_are_all_refused_lack_credentials() -> None:
    assert line_of(sent("POST", "/strict", 401, {"name": "a"})) == (
        "POST /strict answers 401 to every request; the page sends no credentials [request-refused]"
    )


def test_a_refusal_counts_only_where_nothing_was_ever_accepted() -> None:
    refused = sent("POST", "/strict", 401, {"name": "a"})
    accepted = sent("POST", "/strict", 200, {"name": "a"}, value={"name": "a"})
    assert not held(refused, accepted)
    assert not held(sent("POST", "/strict", 401, {"name": "a"}, headers={"authorization": "x"}))


def test_an_error_that_the_page_cannot_read_is_one_drift() -> None:
    errors = [sent("GET", "/items/gone", 404), sent("GET", "/items/other", 404)]
    assert line_of(*errors, error_fields=["error.message", "message"]) == (
        "GET /items/{name} 404 answers with only detail; "
        "the page reads error.message or message [error-not-as-read]"
    )


def test_an_event_that_the_page_does_not_handle_is_found() -> None:
    # by the field, and by the word of its data
    body = b'event: done\ndata: {"type": "done"}\n\ndata: {"type": "late"}\n\n'
    stream = Exchange("GET", "/events", answer(200, body, STREAM))
    found = [one for one in held(stream, events=["progress"]) if one.code == "unhandled-event"]
    assert [one.found for one in found] == [
        'sends the event "done"',
        'sends the event "late"',
    ]
    assert found[0].expected == "the page handles progress"


@pytest.mark.parametrize(("status", "is_drift"), [(202, True), (500, False), (409, True)])
def test_a_status_counts_where_errors_are_declared(status: int, is_drift: bool) -> None:
    found = held(sent("GET", "/items/a", status, value={"name": "a"}))
    assert [one.code for one in found] == ["undeclared-status"] * is_drift


def test_an_operation_that_declares_no_errors_may_have_any() -> None:
    assert not held(sent("GET", "/items", 409))


def test_a_body_that_was_not_recorded_says_nothing() -> None:
    cut = Answer(200, dict(JSON), b'[{"na', ended=False)
    assert not held(Exchange("GET", "/items", cut))


def test_a_row_is_named_without_its_number() -> None:
    rows = [{"name": "a"}, {"name": "b", "more": 1}, {"name": "c", "more": 2}]
    (finding,) = held(sent("GET", "/items", 200, value=rows))
    assert finding.pointer == "GET /items 200 /*/more"
    assert finding.key == ("GET /items", "200 /*/more")
    (again,) = held(sent("GET", "/items", 200, value=rows[:2]))
    assert again.id == finding.id


def test_several_fields_of_an_object_are_one_drift() -> None:
    found = held(sent("GET", "/items", 200, value=[{"name": "a", "more": 1, "most": 2}]))
    assert [(one.pointer, one.found) for one in found] == [
        ("GET /items 200 /*", "sends more, most")
    ]


def test_an_error_of_the_recorder_is_loud(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Held(CONTRACT)

    def broken(*_: object) -> None:
        raise KeyError("const")

    monkeypatch.setattr(one, "_value", broken)
    one.hold(sent("GET", "/items", 200, value=[]))
    (finding,) = one.found.values()
    assert finding.code == "recorder-error"
    assert finding.found.startswith("was not looked at: KeyError: 'const'")
