"""The commands are a client as the page is: what they post, what they print, and how they end."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

import httpx
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from contract_tests.edges.command_line import Post, option_drifts, submissions
from contract_tests.edges.history import result_of
from contract_tests.kit.engine import Plan, ScriptedEngine
from contract_tests.kit.examples import DEMO_DATA, manifest, promote
from contract_tests.kit.service import describe_as
from contract_tests.repository import ROOT, committed
from quant_engine.api.jobs.store import Claim
from quant_engine.api.schemas.jobs import JobType
from quant_engine.cli import app, commands, figures, follow, options
from quant_engine.cli.client import Client
from quant_engine.cli.server import BackgroundService
from quant_engine.config import Settings
from quant_engine.domain.errors import ErrorCode, QuantEngineError
from wirelaw.finding import Finding, check

OF_OUTPUT = {"as_json"}


def parsed_options() -> dict[str, set[str]]:
    parser: Any = get_command(app)
    return {
        name: {str(one.name) for one in command.params} - OF_OUTPUT
        for name, command in parser.commands.items()
    }


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """Run a command up to its request."""
    sent: list[tuple[str, str, Any]] = []

    def call(_self: Client, method: str, path: str, body: Any, _headers: Any = None) -> Any:
        sent.append((method, path, body))
        raise QuantEngineError("Enough.", code=ErrorCode.INTERNAL)

    @contextmanager
    def connect(_settings: Settings) -> Iterator[Client]:
        # without connections, which take longer than all the rest
        yield object.__new__(Client)

    parser: Any = get_command(app)
    monkeypatch.setattr(Client, "_call", call)
    monkeypatch.setattr(commands, "connect", connect)

    def run(arguments: list[str]) -> tuple[str, str, Any] | None:
        sent.clear()
        with suppress(Exception):
            parser.main(arguments, standalone_mode=False)
        return sent[0] if sent else None

    return run


def test_each_option_is_a_field_and_reaches_the_request(post: Post) -> None:
    check(option_drifts(committed(), parsed_options(), post))


@pytest.mark.parametrize(
    "careless",
    [
        lambda _field, value: float(f"{value:.4f}") if isinstance(value, float) else value,
        lambda _field, value: value[:2] if isinstance(value, list) else value,
        lambda _field, value: str(value),
    ],
)
def test_an_option_that_is_converted_is_found(
    post: Post, monkeypatch: pytest.MonkeyPatch, careless: Any
) -> None:
    value_of = options._value  # noqa: SLF001 - the fault is planted there
    monkeypatch.setattr(
        options, "_value", lambda field, value: careless(field, value_of(field, value))
    )
    finding = next(option_drifts(committed(), parsed_options(), post))
    assert finding.code == "posts-another-body"


def test_a_default_of_its_own_and_an_option_of_none_are_found(post: Post) -> None:
    def with_default(arguments: list[str]) -> Any:
        found = post(arguments)
        return found and (found[0], found[1], {"years": 10, **found[2]})

    more = {name: {*fields, "seed"} for name, fields in parsed_options().items()}
    found = list(option_drifts(committed(), more, with_default))
    assert "quant-engine train --seed" in {finding.pointer for finding in found}
    assert ("quant-engine train", "posts-another-body") in {(f.pointer, f.code) for f in found}


# what they print


class _Smallest:
    """Jobs that report once, where they can be held, and leave the smallest result of their type."""

    def progress(self, _job_type: JobType) -> Sequence[tuple[float, str]]:
        return [(0.5, "")]

    def finish(self, claim: Claim) -> str:
        return json.dumps(result_of(committed(), claim.job_type))


Running = tuple[ScriptedEngine, httpx.Client]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home = tmp_path_factory.mktemp("commands") / "home"
    engine = ScriptedEngine(_Smallest(), workers=1)
    settings = Settings(home=home, port=0)
    promote(home, manifest("v1", data_source="demo", last_date=DEMO_DATA.last_date))
    describe_as(settings.workspace, DEMO_DATA)
    with (
        pytest.MonkeyPatch.context() as patch,
        BackgroundService(settings, engine=engine) as service,
        httpx.Client(base_url=service.url, trust_env=False) as client,
    ):
        patch.setenv("QUANT_ENGINE_HOME", str(home))
        yield engine, client


def data(client: httpx.Client, path: str) -> Any:
    return client.get(path).json()["data"]


@pytest.mark.parametrize("succeeds", [True, False])
@pytest.mark.parametrize("name", submissions(committed()))
def test_json_is_the_api_s_data(served: Running, name: str, succeeds: bool) -> None:
    engine, client = served
    engine.plan = Plan() if succeeds else Plan(fails=(ErrorCode.NO_MODEL, "No model fits."))
    shown = CliRunner().invoke(app, [name, "--json"])
    (line,) = shown.stdout.splitlines()
    printed = json.loads(line)
    job = data(client, f"/api/jobs/{printed['job']['job_id']}")
    expected = {
        "job": job,
        "status": job["status"],
        "metrics": (job["result"] or {}).get("metrics"),
        "data_mode": data(client, "/api/system/data-mode")["mode"],
    }
    end = {"succeeded": 0, "cancelled": 130}.get(job["status"], 1)
    check(
        Finding("edges", f"quant-engine {name} --json {field}", "prints-another-value", one, other)
        for field, one, other in (
            *((field, f"{value}", f"{printed.get(field)}") for field, value in expected.items()),
            ("exit code", f"{end}", f"{shown.exit_code}"),
        )
        if one != other
    )
    assert printed.keys() == expected.keys()
    assert job["status"] == ("succeeded" if succeeds else "failed")


@pytest.mark.parametrize("name", submissions(committed()))
def test_a_table_ends_as_json_does(served: Running, name: str) -> None:
    engine, _ = served
    engine.plan = Plan()
    shown = CliRunner().invoke(app, [name])
    assert (shown.exit_code, shown.exception and str(shown.exception)) in {(0, None), (0, "0")}
    assert shown.stdout.strip()


def test_doctor_prints_the_checks_of_the_api(served: Running) -> None:
    _, client = served
    shown = CliRunner().invoke(app, ["doctor", "--json"])
    checks = data(client, "/api/system/health")["checks"]
    printed = json.loads(shown.stdout)
    keys = ("name", "status", "threshold", "action")
    assert [[one[key] for key in keys] for one in printed[-len(checks) :]] == [
        [one[key] for key in keys] for one in checks
    ]
    assert shown.exit_code == int(any(one["status"] == "failing" for one in printed))


# how they end


class _Interrupted:
    """Ctrl-C at one step of the connection: before a request is sent, or when a part of its answer arrives."""

    def __init__(self, patch: pytest.MonkeyPatch, step: int) -> None:
        self.is_over = False
        self._left = step
        handle = httpx.HTTPTransport.handle_request

        def handle_in_steps(
            transport: httpx.HTTPTransport, request: httpx.Request
        ) -> httpx.Response:
            self.pass_step()
            response = handle(transport, request)
            self.pass_step()
            assert isinstance(response.stream, httpx.SyncByteStream)
            response.stream = _Parts(response.stream, self.pass_step)
            return response

        patch.setattr(httpx.HTTPTransport, "handle_request", handle_in_steps)

    def pass_step(self) -> None:
        self._left -= 1
        if self._left == -1:
            self.is_over = True
            raise KeyboardInterrupt


class _Parts(httpx.SyncByteStream):
    """The parts of an answer, each with a step before it."""

    def __init__(self, stream: httpx.SyncByteStream, step: Callable[[], None]) -> None:
        self._stream, self._step = stream, step

    def __iter__(self) -> Iterator[bytes]:
        for part in self._stream:
            self._step()
            yield part

    def close(self) -> None:
        self._stream.close()


#: a submission and a stream of one event: three steps each
STEPS = 6


def left_running(served: Running, patch: pytest.MonkeyPatch, step: int) -> list[Finding]:
    """Report what is not cancelled after a command was interrupted at this step."""
    engine, client = served
    engine.plan = Plan(holds=True)
    with patch.context() as during:
        ctrl_c = _Interrupted(during, step)
        command = Client(str(client.base_url), None)
        shown = "nothing"
        with suppress(KeyboardInterrupt):
            shown = follow.run(command, "train", {}).status
        assert ctrl_c.is_over, "the command has fewer steps"
        command.close()
    found = [("returned", shown)] if shown != "cancelled" else []
    for status in ("running", "queued"):
        for job in data(client, f"/api/jobs?status={status}")["items"]:
            client.post(f"/api/jobs/{job['job_id']}/cancel", json={})
            found.append(("left-behind", status))
    place = f"quant-engine train, Ctrl-C at step {step} of its connection"
    fix = "see quant_engine/cli/follow.py"
    return [Finding("edges", place, code, "cancelled", one, fix) for code, one in found]


@pytest.mark.parametrize("step", range(STEPS))
def test_ctrl_c_at_each_step_cancels_the_job(
    served: Running, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    check(left_running(served, monkeypatch, step))


def test_a_job_that_goes_on_after_ctrl_c_is_found(
    served: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit = Client.submit
    monkeypatch.setattr(
        *(Client, "submit"),
        lambda client, job_type, body, _key: submit(client, job_type, body, str(uuid4())),
    )
    found = [(one.code, one.found) for one in left_running(served, monkeypatch, 1)]
    assert found == [("left-behind", "running")]


# as the page prints it

PAGE = ROOT / "frontend" / "src"
NUMBER = re.compile(r"const (\w+) = number\((\d)(?:, \{(.*)\})?\);")
METRIC = re.compile(r"^  (\w+): \{[^}]*format: (\w+)", re.MULTILINE)
CELL = re.compile(r">\{(?:(\w+)\()?(\w+)\)?\}</Table.Td>")


def source(name: str) -> str:
    return (PAGE / name).read_text(encoding="utf-8")


def page_formats() -> dict[str, str]:
    """Return the page's formats by name, written as Python writes them."""
    found = {}
    text = source("format/figures.ts")
    for constant, digits, style in NUMBER.findall(text):
        sign = "+" if "exceptZero" in style else ""
        kind = "%" if '"percent"' in style else "f"
        for name in re.findall(rf"const (\w+) = formatted<.*>\({constant}\);", text):
            found[name] = f"{sign},.{digits}{kind}"
    return found


def page_figures() -> dict[str, str]:
    """Return the page's format of each metric and of each figure of a signal."""
    formats = page_formats()
    cells = CELL.findall(source("components/signals/SignalsTable.tsx"))
    shown = [(name, form or "count") for form, name in cells]
    shown += METRIC.findall(source("components/backtests/metricRows.ts"))
    return {name: formats[form] for name, form in shown}


def figure_drifts(formats: dict[str, str]) -> Iterator[Finding]:
    """Report each figure that the commands format otherwise than the page."""
    expected = page_figures()
    for name in sorted({*expected, *formats}):
        both = expected.get(name, "nothing"), formats.get(name, "nothing")
        if both[0] != both[1]:
            fix = "see quant_engine/cli/figures.py and frontend/src/format/figures.ts"
            yield Finding("edges", f"figure {name}", "figure-differs", *both, fix)


def test_figures_are_those_of_the_page() -> None:
    check(figure_drifts({**figures.METRICS, **figures.SIGNALS}))


def test_a_figure_in_another_unit_is_found() -> None:
    formats = {**figures.METRICS, **figures.SIGNALS, "exposure": figures.RATIO}
    formats.pop("sharpe")
    found = [finding.pointer for finding in figure_drifts(formats)]
    assert found == ["figure exposure", "figure sharpe"]


def test_each_metric_of_the_contract_has_a_format() -> None:
    assert figures.METRICS.keys() == committed().components["Metrics"]["properties"].keys()
