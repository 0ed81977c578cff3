"""Every field of every form, changed: what is typed is what is sent, and what is sent is what is stored."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from contract_tests.repository import committed
from e2e.screens import go
from e2e.steering import SteeredService
from e2e.watch import Watch


@dataclass(frozen=True)
class Form:
    """The form of one request, with a value other than the default for each field."""

    kind: str
    path: str
    heading: str
    button: str
    values: dict[str, Any]

    @property
    def fields(self) -> dict[str, dict[str, Any]]:
        return dict(committed().components[f"{self.kind.capitalize()}Request"]["properties"])

    @property
    def defaults(self) -> dict[str, Any]:
        return {name: field["default"] for name, field in self.fields.items()}


VERSION = "the one of full features"

FORMS = (
    Form(
        "backtest",
        "/backtests",
        "New backtest",
        "Run backtest",
        {
            "horizon": 5,
            "tickers": ["AAPL", "GE"],
            "years": 2,
            "feature_mode": "full",
            "risk_management": True,
            "version": VERSION,
            "full_universe": True,
            "holding_period": 21,
            "max_positions": 7,
            "entry_threshold": -0.025,
            "position_size": 0.35,
        },
    ),
    Form(
        "train",
        "/models?tab=training",
        "Model lab",
        "Train",
        {
            "horizons": [10, 21],
            "tickers": ["AAPL", "GE"],
            "years": 2,
            "feature_mode": "full",
            "survivorship": True,
            "full_universe": True,
        },
    ),
    Form(
        "predict",
        "/signals",
        "Signals",
        "Predict",
        {
            "horizon": 5,
            "tickers": ["AAPL", "GE"],
            "years": 3,
            "feature_mode": "full",
            "version": VERSION,
            "full_universe": True,
        },
    ),
    Form(
        "autopilot",
        "/autopilot",
        "Autopilot",
        "Run a cycle",
        {"years": 3, "full_universe": True, "dry_run": True},
    ),
)

#: fields that the service does not take together, or not on demo data: the rest goes without them first
APART = {"full_universe", "survivorship"}

every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.kind)


def label(name: str) -> str:
    return name.replace("_", " ").capitalize()


def enter(page: Page, name: str, value: Any, field: dict[str, Any]) -> None:
    """Change one field as a person does."""
    named = page.get_by_label(label(name), exact=True)
    if isinstance(value, bool):
        page.get_by_role("switch", name=label(name)).click()
    elif isinstance(value, list):
        # the list of suggestions has the same label
        named = page.get_by_role("combobox", name=label(name), exact=True)
        for item in value:
            if item not in (field["default"] or []):
                named.fill(str(item))
                named.press("Enter")
    elif "enum" in field:
        page.get_by_role("combobox", name=label(name), exact=True).click()
        page.get_by_role("option", name=value, exact=True).click()
    else:
        named.fill(str(value))


@pytest.fixture
def send(
    page: Page, service: SteeredService, watch: Watch
) -> Callable[[Form, dict[str, Any]], dict[str, Any]]:
    """Fill a form and send it; give what went over the wire."""

    def act(form: Form, values: dict[str, Any]) -> dict[str, Any]:
        go(page, form.path, form.heading)
        for name, value in values.items():
            enter(page, name, value, form.fields[name])
        button = page.get_by_role("button", name=form.button, exact=True)
        if form.kind == "autopilot" and values.get("dry_run"):
            button = page.get_by_role("button", name="Try a cycle")
        path = f"/api/compute/{form.kind}"
        with page.expect_response(lambda response: response.url.endswith(path)):
            button.click()
        sent = [one.sent for one in watch.traffic.exchanges if one.path == path]
        return dict(json.loads(sent[-1] or ""))

    service.steering.hold(0)
    return act


Send = Callable[[Form, dict[str, Any]], dict[str, Any]]


@every_form
def test_every_field_is_tried(form: Form) -> None:
    assert form.values.keys() == form.fields.keys(), (
        "give the new field another value than its default"
    )
    assert not [name for name, value in form.defaults.items() if form.values[name] == value]


@every_form
def test_the_entered_values_are_sent_and_stored(
    page: Page, service: SteeredService, send: Send, form: Form
) -> None:
    modes = {item["feature_mode"]: item["version"] for item in service.read("/api/models")["items"]}
    values = {
        name: modes["full"] if value == VERSION else value
        for name, value in form.values.items()
        if name not in APART
    }
    expected = {**form.defaults, **values}
    assert send(form, values) == expected
    stored = service.read("/api/jobs?limit=1")["items"][0]
    assert stored["params"] == expected
    # and the job's page says so
    go(page, f"/jobs/{stored['job_id']}", page_heading(form))
    table = page.get_by_role("region", name="Parameters of the job")
    changed = table.get_by_role("row").filter(has_text="not the default")
    expect(changed).to_have_count(len(values))


def page_heading(form: Form) -> str:
    names = {"train": "Training", "predict": "Prediction"}
    return names.get(form.kind, form.kind.capitalize())


@every_form
def test_a_universe_of_all_names(service: SteeredService, send: Send, form: Form) -> None:
    values = {"full_universe": True, "years": form.values["years"]}
    expected = {**form.defaults, **values}
    assert send(form, values) == expected
    assert service.read("/api/jobs?limit=1")["items"][0]["params"] == expected


def test_a_value_beyond_the_data_is_refused_at_its_field(
    page: Page, watch: Watch, send: Send
) -> None:
    watch.expect(422)
    train = FORMS[1]
    assert send(train, {"years": 2, "survivorship": True}) == {
        **train.defaults,
        "years": 2,
        "survivorship": True,
    }
    expect(page.get_by_role("alert")).to_contain_text("survivorship_unavailable")


def test_a_value_outside_the_contract_is_not_sent(page: Page, watch: Watch) -> None:
    go(page, "/backtests", "New backtest")
    page.get_by_label("Horizon").fill("253")
    page.get_by_role("button", name="Run backtest").click()
    expect(page.get_by_text("At most 252.")).to_be_visible()
    assert not [one for one in watch.traffic.exchanges if one.method == "POST"]


def test_a_form_starts_with_the_values_of_an_earlier_run(
    page: Page, service: SteeredService
) -> None:
    service.steering.hold(0)
    asked = service.submit("backtest", years=2, tickers=["GE", "KO"], risk_management=True)
    go(page, f"/jobs/{asked['job_id']}", "Backtest")
    page.get_by_role("link", name="Run with changes").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New backtest")
    expect(page.get_by_label("Years", exact=True)).to_have_value("2")
    page.get_by_label("Years", exact=True).fill("3")
    page.get_by_role("button", name="Run backtest").click()
    page.wait_for_url("**/backtests/*")
    newest = service.read("/api/jobs?limit=1")["items"][0]
    assert newest["params"] == {**asked["params"], "years": 3}
