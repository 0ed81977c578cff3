"""Compares the tables of `docs/wire.md` with the committed contract, so that the page cannot drift from it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quant_engine.config import Settings

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "wire.md").read_text(encoding="utf-8")
CONTRACT: dict[str, Any] = json.loads((ROOT / "openapi.json").read_text(encoding="utf-8"))
SCHEMAS = CONTRACT["components"]["schemas"]
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in CONTRACT["paths"].items()
    for method, operation in operations.items()
}
STREAMS = ("GET /api/jobs/{job_id}/events", "GET /api/events")
REQUESTS = ("BacktestRequest", "TrainRequest", "PredictRequest", "AutopilotRequest")

Rows = list[list[str]]


def tables(page: str) -> dict[str, Rows]:
    """Read the tables of a page, each by the name of its first column or by the request above it."""
    found: dict[str, Rows] = {}
    above = ""
    for block in page.split("\n\n"):
        if block.startswith("|"):
            head, _, *rows = [
                [cell.strip() for cell in line.split("|")[1:-1]] for line in block.splitlines()
            ]
            found.setdefault(above if above in REQUESTS else head[0], []).extend(rows)
        above = block.strip("`\n")
    return found


def names(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def codes(*texts: str) -> list[str]:
    return sorted(code for text in texts for code in names(text))


def default(schema: dict[str, Any]) -> str:
    """Write a default as the page does."""
    value = schema["default"]
    return f"`{value}`" if isinstance(value, str) else json.dumps(value)


def bounds(schema: dict[str, Any]) -> str:
    """Write the bounds of a schema as the page does."""
    text = ""
    match schema:
        case {"$ref": reference}:
            text = re.sub("(?<=[a-z])(?=[A-Z])", " ", reference.rpartition("/")[2]).lower()
        case {"anyOf": [first, _]}:
            text = bounds(first)
        case {"enum": words}:
            text = ", ".join(f"`{word}`" for word in words)
        case {"minItems": low, "maxItems": high, "items": item}:
            text = f"{low} to {high}, distinct, each {bounds(item)}"
        case {"pattern": pattern}:
            text = f"`{pattern}`"
        case {"maxLength": length}:
            text = f"at most {length} characters"
        case {"exclusiveMinimum": low, "maximum": high}:
            text = f"above {low:g}, to {high:g}"
        case {"minimum": low, "maximum": high}:
            text = f"{low:g} to {high:g}"
    return text


def on_the_page(page: str) -> dict[str, Any]:
    """Collect what the page states, as `in_the_contract` does."""
    read = tables(page)
    text = re.sub(r"\s+", " ", page)
    everywhere, submission = re.findall(
        r"Every operation may answer (.*?)\. The errors of a submission are (.*?)\. ", text + " "
    )[0]
    return {
        "errors": {names(code)[0]: status for code, status, _ in read["code"]},
        "operations": {
            names(name)[0]: (
                status,
                codes(everywhere, own, submission if own.startswith("those of") else ""),
            )
            for name, status, own in read["operation"]
        },
        "operations named in the text": {
            name for name in names(page) if re.match("(GET|POST) /api", name) and "…" not in name
        }
        - {"POST /api/compute/{type}"},
        "parameters": {
            name.lower().replace("`", ""): (value, limits)
            for name, _, value, limits, _ in read["parameter"]
        },
        "statuses": [names(name)[0] for name, _ in read["status"]],
        "job types": {names(name)[0]: names(request)[0] for name, request in read["job type"]},
        "fields of a record": {names(name)[0] for name, _ in read["field"]},
        "events": {
            names(name)[0]: (sorted(names(statuses)), logged.startswith("yes"))
            for name, statuses, logged in read["event"]
        },
        "times": re.findall(r"`retry` is (\d+) ms|every (\d+) s\.|no data for (\d+) s", text),
        "reasons": re.findall(r'"reason": "(\w+)"', page),
        "metrics": [names(name)[0] for name, _ in read["metric"]],
        "settings": {names(name)[0] for name, _ in read["setting"]},
        **{
            request: {names(name)[0]: (value, limits) for name, value, limits, _ in read[request]}
            for request in REQUESTS
        },
    }


def in_the_contract() -> dict[str, Any]:
    job, everything = (OPERATIONS[name]["x-sse"] for name in STREAMS)
    seconds = (job["ping"]["seconds_at_most"], job["slow_reader_seconds"])
    records = [SCHEMAS[one["$ref"].rpartition("/")[2]] for one in SCHEMAS["JobRecord"]["oneOf"]]
    return {
        "errors": {
            code: str(status) for code, status in SCHEMAS["ErrorCode"]["x-http-status"].items()
        },
        "operations": {
            name: (
                ", ".join(status for status in operation["responses"] if status < "400"),
                codes(
                    *(
                        one["description"]
                        for status, one in operation["responses"].items()
                        if status >= "400"
                    )
                ),
            )
            for name, operation in OPERATIONS.items()
        },
        "operations named in the text": set(OPERATIONS),
        "parameters": {
            f"{one['in']} {one['name'].lower()}": (
                default(one["schema"]),
                bounds(one["schema"]),
            )
            for operation in OPERATIONS.values()
            for one in operation.get("parameters", [])
            if one["in"] != "path"
        },
        "statuses": SCHEMAS["JobStatus"]["enum"],
        "job types": {kind: f"{kind.title()}Request" for kind in SCHEMAS["JobType"]["enum"]},
        "fields of a record": {name for record in records for name in record["properties"]},
        "events": {
            name: (sorted(job["statuses"].get(name, [])), name in everything["statuses"])
            for name in (*job["events"], everything["reset"]["event"])
        },
        "times": [
            (str(job["retry_ms"]), "", ""),
            *(("", str(seconds[0]), ""), ("", "", str(seconds[1]))),
        ],
        "reasons": everything["reset"]["reasons"],
        "metrics": SCHEMAS["Metrics"]["required"],
        "settings": {f"QUANT_ENGINE_{name.upper()}" for name in Settings.model_fields},
        **{
            request: {
                name: (default(schema), bounds(schema))
                for name, schema in SCHEMAS[request]["properties"].items()
            }
            for request in REQUESTS
        },
    }


def differences(page: str) -> Iterator[str]:
    stated, declared = on_the_page(page), in_the_contract()
    for what, expected in declared.items():
        if stated[what] != expected:
            yield f"{what}: docs/wire.md states {stated[what]}, openapi.json declares {expected}"


def test_the_page_states_what_the_contract_declares() -> None:
    assert list(differences(PAGE)) == []


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("| `bad_host` | 421 |", "| `bad_host` | 400 |", "errors"),
        ("| `GET /api/jobs/{job_id}` | 200 | `job_not_found` |", "", "operations"),
        (
            "| `horizon` | 10 | 1 to 252 | trading days ahead",
            "| `horizon` | 9 | 1 to 252 | x",
            "BacktestRequest",
        ),
        ("| `years` | 2 | 1 to 40 |", "| `years` | 2 | 1 to 41 |", "PredictRequest"),
        ("| query `limit` | the lists | 50 |", "| query `limit` | the lists | 20 |", "parameters"),
        ("| `queued` | the job waits", "| `waiting` | the job waits", "statuses"),
        ("| `done` | `succeeded`, `failed`", "| `done` | `failed`", "events"),
        ("| `attempt` | 0", "| `try` | 0", "fields of a record"),
        ("at least every 15 s", "at least every 30 s", "times"),
    ],
)
def test_a_changed_statement_is_found(old: str, new: str, what: str) -> None:
    assert PAGE.count(old) >= 1
    found = list(differences(PAGE.replace(old, new, 1)))
    assert [line.partition(":")[0] for line in found][:1] == [what]


def test_each_section_names_checks_that_exist() -> None:
    pins = (ROOT / "contract_tests" / "wire.py").read_text(encoding="utf-8")
    for section in PAGE.split("\n## ")[1:]:
        checks = names(section.partition("*Checked by ")[2])
        assert checks, f"{section.splitlines()[0]} names no check"
        assert [name for name in checks if "/" in name and not (ROOT / name).exists()] == []
        assert [name for name in checks if name.isupper() and f"\n{name}" not in pins] == []
