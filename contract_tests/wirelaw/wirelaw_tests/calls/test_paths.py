"""Which calls fit which routes."""

import pytest

from wirelaw.calls.paths import closeness, fits, segments, shares, shifts


@pytest.mark.parametrize(
    ("called", "route", "expected"),
    [
        ("/jobs", "/jobs", True),
        ("/jobs/", "/jobs", True),
        ("/jobs/{}", "/jobs/{job_id}", True),
        ("/jobs/latest", "/jobs/{job_id}", True),
        ("/jobs/{}", "/jobs/latest", True),
        ("/jobs/{}/events", "/jobs/{job_id}", False),
        ("/files/a/b", "/files/{path:path}", True),
        ("/api/v2/jobs", "/**/jobs", True),
        ("/jobs", "/**/jobs", True),
        ("/export.{}", "/export.csv", True),
        ("/export.{}", "/import.csv", False),
        ("/job", "/jobs", False),
    ],
)
def test_a_call_fits_a_route(called: str, route: str, expected: bool) -> None:
    assert fits(segments(called), segments(route)) is expected


def test_a_proxy_may_take_a_prefix_off_or_add_one() -> None:
    called, route = segments("/api/jobs/{}"), segments("/jobs/{job_id}")
    assert set(shifts(called, route)) == {(("api",), ())}
    assert set(shifts(route, called)) == {((), ("api",))}


def test_a_parameter_is_no_evidence_of_a_prefix() -> None:
    assert set(shifts(segments("/indexes"), segments("/jobs/{job_id}"))) == set()
    assert not shares(segments("/v1/start"), segments("/{project}/{step}"))
    assert shares(segments("/v1/jobs/{}"), segments("/{version}/jobs/{job_id}"))


def test_a_route_under_an_unknown_prefix_is_compared_from_its_end() -> None:
    called = segments("/api/cases/{}/sla")
    right = closeness(called, segments("/**/cases/{case_id}/sla"))
    assert right > closeness(called, segments("/**/analysts/{analyst_id}"))
