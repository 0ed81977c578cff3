"""Code of the service that reads the machine's time zone or drops the zone of a time; stored and sent times are in UTC.

`conftest.py` of the root runs the tests in two zones, which shows what depends on one at run time.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

from wirelaw.finding import Finding

PART = "zones"
FIX = "take UTC: `datetime.now(UTC)`, `.astimezone(UTC)`"

#: functions that return a time in the machine's zone, or the zone itself
LOCAL = {
    *("asctime", "ctime", "get_localzone", "localtime", "mktime", "today", "tzlocal", "tzname"),
    *("tzset", "utcnow", "utcfromtimestamp"),
}
#: functions that need a zone, and how many arguments come before it
ZONED = {"astimezone": 0, "fromtimestamp": 1, "now": 0, "tz_localize": 0, "tz_convert": 0}
#: `tz_localize(None)` of pandas drops a zone and reads none; `tz_convert(None)` moves the day of what it drops it from
MAY_BE_NONE = {"tz_localize"}


def local_times(package: Path) -> Iterator[Finding]:
    """Return the places of a package that depend on the machine's time zone."""
    for file in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            found = _local(node)
            if found:
                place = f"{package.name}/{file.relative_to(package)}:{getattr(node, 'lineno', 1)}"
                yield Finding(PART, place, "local-time", "a time in UTC", found, FIX)


def _local(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and node.attr in LOCAL:
        return ast.unparse(node)
    if isinstance(node, ast.ImportFrom) and node.module in {"time", "dateutil.tz", "tzlocal"}:
        return ", ".join(alias.name for alias in node.names if alias.name in LOCAL)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        # `datetime('now', 'localtime')` of SQLite; `%(asctime)s` of a log is read on the machine
        return node.value if "localtime" in node.value else ""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        name = node.func.attr
        is_naive = name == "replace" and "tzinfo=None" in map(ast.unparse, node.keywords)
        is_clock = name == "strftime" and ast.unparse(node.func.value) == "time"
        is_local = name in ZONED and not _has_zone(node, ZONED[name], name in MAY_BE_NONE)
        if is_naive or (is_clock and len(node.args) < 2) or is_local:
            return ast.unparse(node)
    return ""


def _has_zone(call: ast.Call, before: int, may_be_none: bool) -> bool:
    named = [one.value for one in call.keywords if one.arg in {"tz", "tzinfo", None}]
    zones = [*call.args[before:], *named]
    is_none = [isinstance(one, ast.Constant) and one.value is None for one in zones]
    return bool(zones) and (may_be_none or not all(is_none))
