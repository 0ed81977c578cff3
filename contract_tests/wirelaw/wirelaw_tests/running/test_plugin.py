"""`pytest --wirelaw` finds each planted drift with the test that shows it, and changes no outcome."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from wirelaw.finding import Finding
from wirelaw.running.plugin import NAME
from wirelaw.running.run import Run
from wirelaw_tests.running.apps import WRONG

pytest_plugins = ["pytester"]

SUITE = """
import asyncio
import warnings

import httpx
import pytest

from wirelaw_tests.running.apps import WRONG, right, wrong

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.mark.parametrize("path", WRONG)
def test_wrong(path):
    assert TestClient(wrong()).get(path).status_code in (200, 409)


def test_right():
    client = TestClient(right())
    for _ in range(2):
        assert client.get("/items", params={"limit": 2}).status_code == 200
        assert client.get("/items/gone").status_code == 404
        assert client.get("/items?limit=9").status_code == 422
        assert client.post("/orders", json={"rows": 1}).json() == {"rows": 1, "inner": "a"}
    assert client.app.openapi_schema is None


def test_async():
    async def get():
        transport = httpx.ASGITransport(right())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return (await client.get("/events")).text

    assert asyncio.run(get()).startswith("event: progress")
"""
OPTIONS = ("-q", "-p", "wirelaw.running.plugin", "-p", "no:cacheprovider", "-W", "ignore")
RIGHT = ("-k", "test_right or test_async")


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    # all plugins of this environment take longer to load than the suite runs
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(test_suite=SUITE)
    return pytester


def report_of(folder: Path) -> dict[str, list[tuple[str, str, str, str]]]:
    rows = json.loads((folder / "report.json").read_text())
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for row in rows:
        path = row["key"][0].partition(" ")[2]
        found.setdefault(path, []).append(
            (row["code"], f"{row['pointer']} {row['found']}", row["expected"], row["fix"])
        )
    return found


def test_each_drift_is_found_with_its_test(suite: pytest.Pytester) -> None:
    result = suite.runpytest(*OPTIONS, "--wirelaw", "--wirelaw-report", "report.json")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.assert_outcomes(passed=len(WRONG) + 2)
    report = report_of(suite.path)
    assert report.keys() == WRONG.keys()
    for path, expected in WRONG.items():
        for row, (code, found, declared) in zip(
            sorted(report[path]), sorted(expected), strict=True
        ):
            assert row[0] == code
            assert found in row[1]
            assert declared in row[2]
            assert row[3].endswith(f"shown by `pytest test_suite.py::test_wrong[{path}]`")
    result.stdout.fnmatch_lines(
        ['*GET /word 200 /inner/kind sends "c"; the contract declares enum*[[]invalid-value[]]*']
    )
    result.stdout.fnmatch_lines(["13 of 14 operations were exercised; 11 drifts"])


def test_a_suite_without_drifts_passes(suite: pytest.Pytester) -> None:
    result = suite.runpytest(*OPTIONS, "--wirelaw", *RIGHT)
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["4 of 5 operations were exercised; 0 drifts"])


def test_errors_are_held_to_what_the_page_reads(suite: pytest.Pytester) -> None:
    result = suite.runpytest(*OPTIONS, "--wirelaw", "--wirelaw-error-fields", "message", *RIGHT)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*answers with only detail; the page reads message*"])


def test_without_the_option_nothing_happens(suite: pytest.Pytester) -> None:
    result = suite.runpytest(*OPTIONS, "-k", "test_wrong")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.no_fnmatch_line("*wirelaw =*")


def test_another_contract_may_be_named(suite: pytest.Pytester) -> None:
    Path(suite.path / "api.json").write_text(
        json.dumps({"paths": {"/items": {"get": {"responses": {"201": {"description": "."}}}}}})
    )
    options = ("--wirelaw", "--wirelaw-contract", "api.json", *RIGHT)
    result = suite.runpytest(*OPTIONS, *options)
    result.stdout.fnmatch_lines(
        ["*GET /items 200 answers 200; api.json declares one of 201 *undeclared-status*"]
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--wirelaw-contract", "no.json"], "--wirelaw-contract no.json: "),
        (["--wirelaw-url", "http://h"], "--wirelaw-url needs --wirelaw-contract FILE"),
    ],
)
def test_a_wrong_option_is_one_line(
    suite: pytest.Pytester, options: list[str], message: str
) -> None:
    result = suite.runpytest(*OPTIONS, "--wirelaw", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{message}*"])


def test_an_app_without_a_contract_fails_the_run(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_suite="""
        import asyncio
        import httpx
        from fastapi import FastAPI

        def test_it():
            app = FastAPI(title="odd")
            app.openapi = lambda: 1 / 0
            async def get():
                async with httpx.AsyncClient(
                    transport=httpx.ASGITransport(app), base_url="http://test"
                ) as client:
                    return await client.get("/nowhere")
            assert asyncio.run(get()).status_code == 404
        """
    )
    result = suite.runpytest(*OPTIONS, "--wirelaw")
    result.assert_outcomes(passed=1)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        ["could not look at the contract of odd: ZeroDivisionError: division by zero"]
    )


def test_a_warning_of_the_contract_is_not_the_suite_s(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_suite="""
        import asyncio
        import httpx
        from fastapi import FastAPI

        def test_it():
            app = FastAPI()
            for path in ("/a", "/b"):
                app.get(path, operation_id="same")(lambda: 1)
            async def get():
                async with httpx.AsyncClient(
                    transport=httpx.ASGITransport(app), base_url="http://test"
                ) as client:
                    return await client.get("/a")
            assert asyncio.run(get()).json() == 1
        """
    )
    result = suite.runpytest(*OPTIONS[:-2], "-W", "error::UserWarning:fastapi", "--wirelaw")
    assert result.ret == pytest.ExitCode.OK
    result.stdout.fnmatch_lines(["1 of 2 operations were exercised; 0 drifts"])


def test_workers_hand_over_what_they_found(pytester: pytest.Pytester) -> None:
    options = ("-p", "wirelaw.running.plugin", "--wirelaw")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        config = pytester.parseconfigure(*options)
    run = config.pluginmanager.get_plugin(NAME)
    worker = Run(config, config.known_args_namespace)
    worker.suite.found = {"1": Finding("running", "GET /a", "not-json", "JSON", "text")}
    worker.suite.operations = {"GET /a": True, "GET /b": False}
    worker.suite.unseen = {"the contract of odd"}
    output: dict[str, str] = {}
    session = SimpleNamespace(config=SimpleNamespace(workeroutput=output), exitstatus=0)
    worker.pytest_sessionfinish(cast("pytest.Session", session))
    assert run is not None
    run.pytest_testnodedown(SimpleNamespace(workeroutput=output))
    # one that crashed has nothing to hand over
    run.pytest_testnodedown(SimpleNamespace(gateway=SimpleNamespace(id="gw1")))
    assert [*run.suite.lines()] == [
        "GET /a text; JSON [not-json] wirelaw explain " + run.suite.in_order()[0].id,
        "could not look at the contract of odd",
        "could not look at what gw1 exchanged: it ended early",
        "1 of 2 operations were exercised; 1 drift",
    ]
