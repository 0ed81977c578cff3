"""One form for what any part reports: the place first, twenty lines at most."""

import pytest

from wirelaw.finding import MAX_LINES, Drifted, Finding, check, dump, load, report

DEFAULT = Finding("wire", "/paths/~1api~1jobs", "changed", "a", "b", "nox -s fix")


def test_the_place_comes_first_then_both_sides_then_what_to_do() -> None:
    assert str(DEFAULT).splitlines() == [
        "/paths/~1api~1jobs  [wire: changed]",
        "  expected: a",
        "  found:    b",
        "  fix:      nox -s fix",
    ]


@pytest.mark.parametrize("count", [1, 4, 5, 6, 400])
def test_a_report_has_twenty_lines_at_most_and_counts_the_rest(count: int) -> None:
    findings = [Finding("wire", f"/{number}", "changed", "a", "b") for number in range(count)]
    lines = report(findings).splitlines()
    assert len(lines) <= MAX_LINES
    shown = sum(line.startswith("/") for line in lines)
    assert shown == count or lines[-1] == f"and {count - shown} more, the next at /{shown}"


def test_a_long_value_is_one_line() -> None:
    long = Finding("wire", "/", "changed", "x\n" * 500, "b")
    assert len(str(long).splitlines()) == 4


def test_each_finding_is_reported_once() -> None:
    with pytest.raises(Drifted) as raised:
        check([DEFAULT, DEFAULT])
    assert raised.value.findings == (DEFAULT,)
    check([])


def test_findings_are_written_and_read() -> None:
    assert load(dump([DEFAULT])) == [DEFAULT]
