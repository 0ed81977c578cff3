"""The dashboard, the alerts and the page of metrics name what a service exposes, all of it and nothing else."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from contract_tests.kit.metrics import (
    JOBS,
    PAGE,
    PREFIX,
    Selector,
    alert_expressions,
    dashboard_expressions,
    panels,
    parse,
    run_each_outcome,
    samples,
    selected_values,
    selectors,
)
from contract_tests.kit.process import ServiceProcess
from contract_tests.wire_page import names, tables
from quant_engine.api.services.health_checks import QUEUE_SHARE

EXPRESSIONS = [*dashboard_expressions(), *alert_expressions()]
OF_PROMETHEUS = frozenset({"instance", "job"})  #: labels that Prometheus adds to each series
UP = "up"  #: of Prometheus itself


@dataclass(frozen=True)
class Observed:
    """What a service exposes that has run jobs of each outcome, and what was seen from outside."""

    text: str
    seconds: float  #: since the service was started
    sizes: dict[str, int]  #: bytes of the files, by metric


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Observed]:
    """A service that has run jobs of each outcome."""
    began = monotonic()
    home = tmp_path_factory.mktemp("metrics") / "home"
    service = ServiceProcess(home, *JOBS, workers=2)
    try:
        # a stream that is open before the first event: on a busy machine those of the jobs may open after the last
        with service.stream("/api/events") as events:
            assert next(events).name == "position"
            outcomes = run_each_outcome(service)
            next(events)
        assert outcomes == ["cancelled", "succeeded", "failed", "failed"]
        text = service.http.get("/metrics").text
        while f"{PREFIX}home_bytes" not in parse(text):  # measured in the background
            text = service.http.get("/metrics").text
        sizes = {
            "database_bytes": folder_size(home, "quant_engine.db*"),
            "home_bytes": folder_size(home, "**/*"),
        }
        yield Observed(text, monotonic() - began, sizes)
    finally:
        service.close()


def folder_size(folder: Path, pattern: str) -> int:
    return sum(file.stat().st_size for file in folder.glob(pattern) if file.is_file())


@pytest.fixture(scope="module")
def exposed(observed: Observed) -> str:
    return observed.text


def series(text: str) -> dict[str, frozenset[str]]:
    """Return the names of the samples, each with its labels."""
    found: dict[str, frozenset[str]] = {}
    for metric in parse(text).values():
        for sample in metric.samples:
            found[sample.name] = found.get(sample.name, frozenset()) | set(sample.labels)
    return found


@pytest.mark.parametrize("expression", dict.fromkeys(EXPRESSIONS))
def test_an_expression_reads_what_is_exposed(expression: str, exposed: str) -> None:
    labels_of = {**series(exposed), UP: frozenset[str]()}
    read = selectors(expression)
    assert read
    for selector in read:
        assert selector.name in labels_of
        assert selector.labels <= labels_of[selector.name] | OF_PROMETHEUS
    values = {
        (sample.name, *pair)
        for metric in parse(exposed).values()
        for sample in metric.samples
        for pair in sample.labels.items()
    }
    selected = {one for one in selected_values(expression) if one[1] not in OF_PROMETHEUS}
    assert selected <= values


def test_the_dashboard_shows_every_metric(exposed: str) -> None:
    shown = {selector.name for one in dashboard_expressions() for selector in selectors(one)}
    hidden = {
        name
        for name, metric in parse(exposed).items()
        if name.startswith(PREFIX) and shown.isdisjoint(each.name for each in metric.samples)
    }
    assert hidden == set()


def test_the_page_lists_every_metric(exposed: str) -> None:
    rows = tables(PAGE.read_text(encoding="utf-8"))["metric"]
    listed = {names(row[0])[0]: (row[1], set(names(row[2])), row[3]) for row in rows}
    labels_of = series(exposed)
    found = {
        name: (
            metric.type,
            set().union(*(labels_of[each.name] for each in metric.samples)) - {"le"},
            metric.documentation,
        )
        for name, metric in parse(exposed).items()
        if name.startswith(PREFIX)
    }
    assert listed == found


def total(text: str, name: str) -> float:
    """Return the sum of a histogram over all its series."""
    return sum(one for (sample, _), one in samples(text).items() if sample == f"{PREFIX}{name}_sum")


def test_no_more_seconds_are_counted_than_passed(observed: Observed) -> None:
    text, passed = observed.text, observed.seconds
    n_jobs = len(JOBS)
    for name in ("job_wait_seconds", "job_duration_seconds"):
        assert 0 < total(text, name) < n_jobs * passed
    # one client, which has a stream of one job and one of all open at most beside its request
    assert 0 < total(text, "request_duration_seconds") < 2 * passed
    assert 0 < total(text, "event_lag_seconds") < 2 * passed


@pytest.mark.file
def test_bytes_are_those_on_the_disk(observed: Observed) -> None:
    for name, size in observed.sizes.items():
        assert size / 2 < samples(observed.text)[PREFIX + name, frozenset()] < size * 2


UNITS = {"_seconds": "s", "_bytes": "bytes"}


def test_each_panel_has_the_unit_of_its_metrics() -> None:
    for panel in panels():
        for target in panel.get("targets", []):
            unit = panel["fieldConfig"]["defaults"]["unit"]
            expression = target["expr"]
            for selector in selectors(expression):
                base = re.sub("_(bucket|sum)$", "", selector.name)
                # a rate of seconds has no unit: it is a share of the time
                if "rate(" in expression and "quantile" not in expression and base == selector.name:
                    continue
                expected = next((one for end, one in UNITS.items() if base.endswith(end)), None)
                assert expected in (None, unit), panel["title"]


def test_names_follow_the_rules_of_prometheus(exposed: str) -> None:
    units = ("_seconds", "_bytes", "_info")
    for name, metric in parse(exposed).items():
        assert name.startswith((PREFIX, "process_"))
        assert name.endswith("_total") == (metric.type == "counter")
        assert metric.documentation.endswith(".")
        assert "_created" not in name
        if metric.type == "histogram":
            assert name.endswith(units)


def test_the_alert_on_the_queue_has_the_threshold_of_health() -> None:
    (alert,) = (one for one in alert_expressions() if "queued_limit" in one)
    assert f"{QUEUE_SHARE:g} *" in alert


def cells(panel: dict[str, Any]) -> list[tuple[int, int]]:
    at = panel["gridPos"]
    return [(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])]


def test_the_dashboard_is_laid_out() -> None:
    every = panels()
    assert {panel["type"] for panel in every} == {"row", "stat", "timeseries"}
    assert max(Counter(panel["id"] for panel in every).values()) == 1
    assert max(Counter(cell for panel in every for cell in cells(panel)).values()) == 1
    assert max(x for panel in every for x, _ in cells(panel)) == 23
    sources = {
        part["datasource"]["uid"]
        for panel in every
        if panel["type"] != "row"
        for part in (panel, *panel["targets"])
    }
    assert sources == {"${datasource}"}


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ('a{b="1", c!~"d{2}"}', {"a": {"b", "c"}}),
        ("sum by (x) (rate(a_total[5m])) / b", {"a_total": {"x"}, "b": {"x"}}),
        ("time() - a > 0 and b == 0", {"a": set(), "b": set()}),
    ],
)
def test_what_an_expression_reads_is_found(expression: str, found: dict[str, set[str]]) -> None:
    expected = {Selector(name, frozenset(labels)) for name, labels in found.items()}
    assert set(selectors(expression)) == expected
