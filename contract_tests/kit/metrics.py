"""The metrics of a service as they are exposed, and the expressions of docs/ that read them."""

import json
import re
from dataclasses import dataclass
from typing import Any

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from contract_tests.kit.process import ServiceProcess
from contract_tests.repository import ROOT

PAGE = ROOT / "docs" / "metrics.md"
DASHBOARD = ROOT / "docs" / "grafana.json"
PREFIX = "quant_engine_"
#: the jobs of `run_each_outcome`: one succeeds, one fails, one is held, and one loses its process
JOBS = ("train=train", "predict=predict", "backtest=hold", "autopilot=die")
#: what Grafana puts in place of its variables
VARIABLES = {"$__rate_interval": "1m", "$instance": ".*"}

_FENCED = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ALERT = re.compile(r"^ +expr: (.+)$", re.MULTILINE)
_TEXT, _RANGE, _GROUPING = (
    r'"(?:[^"\\]|\\.)*"',
    r"\[[^\]]*\]",
    r"\b(?:by|without|on|ignoring)\s*\(([^)]*)\)",
)
_SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\s*(?:\{([^}]*)\})?(?!\s*\(|[\w:])")
_WORDS = {"and", "or", "unless", "bool", "offset"}


@dataclass(frozen=True)
class Selector:
    """What an expression reads: a series by its name, and labels of it."""

    name: str
    labels: frozenset[str]


def parse(text: str) -> dict[str, Metric]:
    """Parse what a service exposes; by the name of each metric as documents have it."""
    return {
        f"{metric.name}_total" if metric.type == "counter" else metric.name: metric
        for metric in text_string_to_metric_families(text)
    }


def samples(text: str) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """Parse the samples by their name and their labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for metric in parse(text).values()
        for sample in metric.samples
    }


def value(text: str, name: str, **labels: str) -> float | None:
    """Return the value of one sample of the service; None if it is not there."""
    return samples(text).get((PREFIX + name, frozenset(labels.items())))


def panels() -> list[dict[str, Any]]:
    """Return the panels of the dashboard."""
    return [*json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]]


def dashboard_expressions() -> list[str]:
    """Return the expressions of the dashboard, with values in place of variables."""
    found = [target["expr"] for panel in panels() for target in panel.get("targets", [])]
    for variable, replacement in VARIABLES.items():
        found = [expression.replace(variable, replacement) for expression in found]
    return found


def fenced() -> tuple[str, str]:
    """Return the configuration and the rules of docs/metrics.md."""
    configuration, rules = _FENCED.findall(PAGE.read_text(encoding="utf-8"))
    return configuration, rules


def alert_expressions() -> list[str]:
    """Return the expressions of the alerts of docs/metrics.md."""
    return _ALERT.findall(fenced()[1])


def selectors(expression: str) -> list[Selector]:
    """Return the series that an expression reads, and the labels by which it selects or groups."""
    plain = re.sub(_RANGE, "", re.sub(_TEXT, "0", expression))
    grouped = {label.strip() for one in re.findall(_GROUPING, plain) for label in one.split(",")}
    found = []
    for name, matchers in _SELECTOR.findall(re.sub(_GROUPING, "", plain)):
        if name not in _WORDS:
            labels = {match.strip() for match in re.findall(r"(\w+)\s*[=!]", matchers)}
            found.append(Selector(name, frozenset(labels | grouped)))
    return found


def selected_values(expression: str) -> list[tuple[str, str, str]]:
    """Return the series, the label and the value of each equality in an expression."""
    return [
        (name, label, selected)
        for name, matchers in re.findall(r"([\w:]+)\{([^}]*)\}", expression)
        for label, selected in re.findall(r'(\w+)="([^"]*)"', matchers)
    ]


def run_each_outcome(service: ServiceProcess) -> list[str]:
    """Run a job of each type, to each outcome, and read their streams; returns their statuses."""
    held = service.submit("backtest")["job_id"]
    service.reach(held, 0.25)
    service.cancel(held)
    ended = [held, *(service.submit(kind)["job_id"] for kind in ("train", "predict", "autopilot"))]
    return [service.finish(job)["status"] for job in ended]
