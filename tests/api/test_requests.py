"""Every request gets an envelope with the right code, and a refused one queues no job."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import BaseModel

from contract_tests.kit.answers import envelope, queued, refusal
from contract_tests.kit.service import idle_app, running
from contract_tests.repository import committed
from quant_engine.api.schemas.compute import (
    AutopilotRequest,
    BacktestRequest,
    PredictRequest,
    TrainRequest,
)
from quant_engine.domain.errors import ErrorCode

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUESTS: dict[str, type[BaseModel]] = {
    "backtest": BacktestRequest,
    "train": TrainRequest,
    "predict": PredictRequest,
    "autopilot": AutopilotRequest,
}
JSON = {"Content-Type": "application/json"}
TOO_LARGE = b'{"version":"' + b"x" * 5_000_000 + b'"}'
# refusals of valid requests, which depend on the present data and models
PRESENT = {ErrorCode.UNKNOWN_TICKER, ErrorCode.HISTORY_TOO_SHORT, ErrorCode.UNKNOWN_VERSION}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[httpx.AsyncClient]:
    app = idle_app(tmp_path_factory.mktemp("requests") / "home", max_queued=10_000)
    async with running(app) as service:
        yield service.client


async def refused(
    client: httpx.AsyncClient,
    code: ErrorCode,
    kind: str,
    sent: bytes | dict[str, Any],
    **headers: str,
) -> dict[str, Any]:
    before = await queued(client)
    body = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    answer = await client.post(f"/api/compute/{kind}", content=body, headers={**JSON, **headers})
    error = refusal(answer, code)
    assert await queued(client) == before
    return error


# the body as text


@pytest.mark.parametrize("kind", REQUESTS)
async def test_an_empty_object_is_all_defaults(client: httpx.AsyncClient, kind: str) -> None:
    answer = await client.post(f"/api/compute/{kind}", json={})
    record = envelope(answer)["data"]
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/api/jobs/{record['job_id']}"
    fields = committed().components[REQUESTS[kind].__name__]["properties"]
    assert record["params"] == {name: field["default"] for name, field in fields.items()}
    assert record["params"] == REQUESTS[kind]().model_dump()
    assert (record["status"], record["job_type"]) == ("queued", kind)
    assert (record["attempt"], record["revision"], record["progress"]) == (0, 0, 0.0)
    for name in ("started_at", "completed_at", "progress_message", "result", "error"):
        assert record[name] is None


@pytest.mark.parametrize("kind", REQUESTS)
async def test_no_body_at_all_is_a_bad_request(client: httpx.AsyncClient, kind: str) -> None:
    refusal(await client.post(f"/api/compute/{kind}"), ErrorCode.BAD_REQUEST)
    await refused(client, ErrorCode.BAD_REQUEST, kind, b"")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b" \n", id="blank"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"{}{}", id="two"),
        pytest.param(b'{"years": 1,}', id="trailing comma"),
        pytest.param(b"\xff\xfe{\x00}\x00", id="UTF-16"),
        pytest.param(b'{"version": "\xe9"}', id="Latin-1"),
        pytest.param(b'{"version": "\xed\xa0\x80"}', id="surrogate as UTF-8"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param(b'{"entry_threshold": NaN}', id="NaN"),
        pytest.param(b'{"entry_threshold": Infinity}', id="Infinity"),
        pytest.param(b'{"entry_threshold": -Infinity}', id="minus Infinity"),
        pytest.param(b'{"unknown": NaN}', id="NaN in an unknown field"),
        pytest.param(b'{"years": ' + b"9" * 5000 + b"}", id="5000 digits"),
        pytest.param(b'{"years": ' + b"[" * 5000 + b"]" * 5000 + b"}", id="too deep"),
        pytest.param(b'{"years": ' + b"[" * 400_000, id="much too deep"),
        pytest.param(b'{"a":' * 5000 + b"1" + b"}" * 5000, id="too deep in objects"),
        pytest.param(b'{"version": "\\ud800"}', id="lone surrogate"),
        pytest.param(b'{"tickers": ["\\udfff"]}', id="lone surrogate in a list"),
        pytest.param(b'{"\\ud800": 1}', id="lone surrogate in a name"),
        pytest.param(b'{"version": "a\x00b"}', id="control character"),
        pytest.param(b'{"years": 7, "years": 8}', id="a name twice"),
        pytest.param(b'{"unknown": {"a": 1, "a": 2}}', id="a name twice within"),
    ],
)
async def test_a_body_is_strict_json(client: httpx.AsyncClient, body: bytes) -> None:
    await refused(client, ErrorCode.BAD_REQUEST, "backtest", body)


@pytest.mark.parametrize("body", [b"null", b"[]", b"[{}]", b"1", b'"x"', b"true", b"1e400"])
async def test_a_body_is_an_object(client: httpx.AsyncClient, body: bytes) -> None:
    for kind in REQUESTS:
        await refused(client, ErrorCode.INVALID, kind, body)


@pytest.mark.parametrize("kind", REQUESTS)
async def test_a_body_that_is_too_large_is_refused(client: httpx.AsyncClient, kind: str) -> None:
    await refused(client, ErrorCode.BODY_TOO_LARGE, kind, TOO_LARGE)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(TOO_LARGE), 65_536):
            yield TOO_LARGE[start : start + 65_536]

    answer = await client.post(f"/api/compute/{kind}", content=chunks(), headers=JSON)
    assert "content-length" not in answer.request.headers
    refusal(answer, ErrorCode.BODY_TOO_LARGE)


@pytest.mark.parametrize("length", ["1000001", "9" * 5000, "-1", "x", "\u00b2"])
async def test_an_impossible_length_is_too_large(client: httpx.AsyncClient, length: str) -> None:
    headers = {b"Content-Length": length.encode("latin-1"), b"Content-Type": b"application/json"}
    answer = await client.post("/api/compute/train", content=b"{}", headers=headers)
    refusal(answer, ErrorCode.BODY_TOO_LARGE)


async def test_a_body_of_the_largest_size_is_read(client: httpx.AsyncClient) -> None:
    body = b"{}" + b" " * 999_998
    answer = await client.post("/api/compute/train", content=body, headers=JSON)
    assert answer.status_code == 202
    await refused(client, ErrorCode.BODY_TOO_LARGE, "train", body + b" ")


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "application/merge-patch+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json, text/plain",
        "application/json; charset=latin-1",
        "",
    ],
)
async def test_a_body_is_sent_as_json(client: httpx.AsyncClient, media_type: str) -> None:
    code = ErrorCode.UNSUPPORTED_MEDIA_TYPE
    await refused(client, code, "train", b"{}", **{"Content-Type": media_type})


async def test_a_form_and_an_untyped_body_are_not_json(client: httpx.AsyncClient) -> None:
    before = await queued(client)
    form = await client.post("/api/compute/train", data={"years": "7"})
    refusal(form, ErrorCode.UNSUPPORTED_MEDIA_TYPE)
    untyped = await client.post("/api/compute/train", content=b"{}")
    refusal(untyped, ErrorCode.UNSUPPORTED_MEDIA_TYPE)
    assert await queued(client) == before


@pytest.mark.parametrize("media_type", ["application/json; charset=utf-8", "Application/JSON"])
async def test_json_with_a_charset_is_accepted(client: httpx.AsyncClient, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    answer = await client.post("/api/compute/train", content=b"{}", headers=headers)
    assert answer.status_code == 202


# the body as values


def properties(kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    schema = REQUESTS[kind].model_json_schema()
    for name, field in schema["properties"].items():
        either = [option for option in field.get("anyOf", []) if option.get("type") != "null"]
        yield name, {**field, **(either[0] if either else {})}


def bounds() -> Iterator[tuple[str, str, list[Any], list[Any]]]:
    """Yield of every field the values just inside and just outside its bounds."""
    for kind in REQUESTS:
        for name, field in properties(kind):
            match field["type"]:
                case "integer" | "number":
                    low: float = field["minimum" if "minimum" in field else "exclusiveMinimum"]
                    high: float = field["maximum"]
                    step = 1 if field["type"] == "integer" else 1e-9
                    first = low if "minimum" in field else low + step
                    yield kind, name, [first, high], [first - step, high + step, 1e300, -1e300]
                case "array":
                    most = field["maxItems"]
                    names = [f"T{n}" for n in range(most + 1)]
                    numbers = field["items"].get("type") == "integer"
                    items = list(range(1, most + 2)) if numbers else names
                    beyond = [[], items, [items[0], items[0]]]
                    yield kind, name, [items[:1], items[:most]], beyond
                case "string" if "enum" in field:
                    yield kind, name, field["enum"], ["", "FULL", "core ", "core\n"]
                case "string":
                    inside = ["latest", "v1", "a" * 64]
                    outside = ["", "a" * 65, "../../x", "a/b", "V1", "-a", "v1\n", "a b", "\u0131"]
                    yield kind, name, inside, outside


@pytest.mark.parametrize(
    ("kind", "name", "inside", "outside"),
    [pytest.param(*bound, id=f"{bound[0]} {bound[1]}") for bound in bounds()],
)
async def test_the_bounds_of_a_field_are_checked(
    client: httpx.AsyncClient, kind: str, name: str, inside: list[Any], outside: list[Any]
) -> None:
    for value in inside:
        answer = await client.post(f"/api/compute/{kind}", json={name: value})
        body = envelope(answer)
        if body["ok"]:
            assert body["data"]["params"][name] == value
        else:
            assert body["error"]["code"] in PRESENT, (name, value)
    for value in outside:
        error = await refused(client, ErrorCode.INVALID, kind, {name: value})
        assert error["fields"][0]["path"].partition(".")[0] in {name, ""}


WRONG: dict[str, list[Any]] = {
    "integer": ["7", "", True, False, None, 7.5, 1e-320, [], [7], {}],
    "number": ["0.1", "", True, False, None, [], {}],
    "boolean": [0, 1, 0.0, "true", "false", "", None, [], {}],
    "string": [0, 7, True, None, [], {}, ["core"]],
    "array": ["AAPL", "", 0, True, {}, [None], [True], [["AAPL"]], [{}], {"0": "AAPL"}, ["7.0"]],
}


@pytest.mark.parametrize("kind", REQUESTS)
async def test_the_type_of_a_field_is_checked(client: httpx.AsyncClient, kind: str) -> None:
    seen = set()
    for name, field in properties(kind):
        seen.add(field["type"])
        for value in WRONG[field["type"]]:
            if value == ["7.0"] and name == "tickers":
                continue
            error = await refused(client, ErrorCode.INVALID, kind, {name: value})
            assert error["fields"][0]["path"].partition(".")[0] == name
    assert seen >= {"integer", "boolean"}


@pytest.mark.parametrize("text", [b"7.0", b"7", b"7e0", b"70e-1"])
async def test_a_whole_number_is_an_integer(client: httpx.AsyncClient, text: bytes) -> None:
    body = b'{"horizon": %s, "entry_threshold": 0, "position_size": 1}' % text
    answer = await client.post("/api/compute/backtest", content=body, headers=JSON)
    params = envelope(answer)["data"]["params"]
    assert (params["horizon"], type(params["horizon"])) == (7, int)


@pytest.mark.parametrize("field", ["entry_threshold", "years", "unknown"])
async def test_a_number_that_is_not_finite_is_invalid(
    client: httpx.AsyncClient, field: str
) -> None:
    body = b'{"%s": 1e400}' % field.encode()
    error = await refused(client, ErrorCode.INVALID, "backtest", body)
    assert error["fields"][0]["path"] == field


@pytest.mark.parametrize("kind", REQUESTS)
@pytest.mark.parametrize(
    "name", ["unknown", "survivorship_filter", "job_id", "Years", "", "a.b", "é"]
)
async def test_an_unknown_field_is_refused(client: httpx.AsyncClient, kind: str, name: str) -> None:
    error = await refused(client, ErrorCode.INVALID, kind, {name: 1})
    assert [field["path"] for field in error["fields"]] == [name]


async def test_fifty_fields_are_listed_and_the_others_counted(client: httpx.AsyncClient) -> None:
    for count, more in ((50, ""), (80, " and 30 more")):
        names = [f"k{number}" for number in range(count)]
        error = await refused(client, ErrorCode.INVALID, "train", dict.fromkeys(names, 1))
        assert [field["path"] for field in error["fields"]] == names[:50]
        assert error["message"].endswith(f"k49{more}.")


@pytest.mark.parametrize(
    "body",
    [
        json.dumps({f"{number}": 1 for number in range(80_000)}, separators=(",", ":")),
        "[" * 150 + "]" * 150 + "," + '{"a":' * 201 + "1" + "}" * 201,
    ],
    ids=["names", "arrays"],
)
async def test_a_body_of_more_parts_than_any_request_is_not_parsed(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr("quant_engine.api.routing.from_json", forbidden)
    error = await refused(client, ErrorCode.BAD_REQUEST, "train", body.encode())
    assert "more lists, objects or names" in error["message"]


async def test_a_field_name_in_an_error_is_shortened(client: httpx.AsyncClient) -> None:
    error = await refused(client, ErrorCode.INVALID, "train", {"x" * 500_000: 1})
    assert len(json.dumps(error)) < 1000


@pytest.mark.parametrize(
    "ticker",
    [
        "../../x",
        "aapl",
        "",
        "A" * 13,
        "A B",
        "A/B",
        "AAPL\n",
        "\u0391",
        "A\\B",
        "%2e",
        "$X",
        "-A1",
        "..",
    ],
)
async def test_a_malformed_ticker_is_invalid(client: httpx.AsyncClient, ticker: str) -> None:
    for kind in ("backtest", "train", "predict"):
        error = await refused(client, ErrorCode.INVALID, kind, {"tickers": ["AAPL", ticker]})
        assert error["fields"][0]["path"] == "tickers.1"


@pytest.mark.parametrize("ticker", ["ZZZZ", "A.B-C", "000000000000"])
async def test_an_unknown_ticker_is_refused(client: httpx.AsyncClient, ticker: str) -> None:
    for kind in ("backtest", "train", "predict"):
        sent = {"tickers": ["AAPL", ticker]}
        error = await refused(client, ErrorCode.UNKNOWN_TICKER, kind, sent)
        assert error["fields"][0]["path"].startswith("tickers")


async def test_tickers_and_the_full_universe_exclude_each_other(client: httpx.AsyncClient) -> None:
    body = b'{"tickers": ["AAPL"], "full_universe": true}'
    for kind in ("backtest", "train", "predict"):
        await refused(client, ErrorCode.INVALID, kind, body)
    await refused(client, ErrorCode.INVALID, "autopilot", b'{"tickers": null}')


async def test_an_untrained_version_is_unknown(client: httpx.AsyncClient) -> None:
    for kind in ("backtest", "predict"):
        await refused(client, ErrorCode.UNKNOWN_VERSION, kind, b'{"version": "no-such-version"}')
    refusal(await client.get("/api/models/no-such-version"), ErrorCode.UNKNOWN_VERSION)
