"""Values of recorded jobs that have the same source, or the same name: which are equal, and which differ.

Of two values that are always equal, one can stand for the other, and nothing shows it. So the recorded jobs are such
that values of one name differ, and what is equal in them must be equal in every other run.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.recording import RECORD, Recordings
from wirelaw.finding import Finding

PART = "recordings"
Values = Mapping[str, str | bool]  #: by path
#: names that have one value in the recorded home, whatever the jobs
ALIKE = {"code_version", "data_mode", "data_source", "model_version", "prediction_fingerprint"}
#: parameters, which `liveness` varies, and the last session of the prices
ALIKE |= {"as_of", "dry_run", "feature_mode", "full_universe", "risk_management", "survivorship"}
#: of a version, whatever the prices are; rules compare it with the version's
ALIKE |= {"survivorship_biased"}


def values(recorded: Recordings) -> Values:
    """Collect texts and booleans of the jobs; those of lists have no fixed number, but for decisions."""
    found: dict[str, str | bool] = {}
    for name in Recordings.model_fields:
        _collect(getattr(recorded, name).model_dump(mode="json"), name, found)
    return found


def _collect(node: Any, path: str, found: dict[str, str | bool]) -> None:
    if isinstance(node, str | bool):
        found[path] = node
    elif isinstance(node, dict):
        for name, value in node.items():
            _collect(value, f"{path}/{name}", found)
    elif isinstance(node, list) and path.endswith("/decisions"):
        for value in node:
            _collect(value, f"{path}/{value['step']}", found)


def other_sources(now: Values, recorded: Values) -> Iterator[Finding]:
    """Report each text that equals other texts than the recorded one did: it has another source."""
    before, after = _equals(recorded), _equals(now)
    for path in sorted(before.keys() & after.keys()):
        if before[path] != after[path]:
            lost, gained = (
                sorted(one)[:2] for one in (before[path] - after[path], after[path] - before[path])
            )
            expected = (
                f"the value of {', '.join(lost)}"
                if lost
                else f"another value than {', '.join(gained)}"
            )
            found = f"that of {', '.join(gained)}" if gained else str(now[path])
            yield Finding(PART, path, "other-source", expected, found, RECORD)


def _equals(every: Values) -> dict[str, frozenset[str]]:
    alike: dict[str, set[str]] = defaultdict(set)
    texts = {path: value for path, value in every.items() if isinstance(value, str)}
    for path, value in texts.items():
        alike[value].add(path)
    return {path: frozenset(alike[value]) for path, value in texts.items()}


def never_differ(every: Values) -> set[str]:
    """Return the names whose values are all the same, though several results have them."""
    by_name: dict[str, dict[str, str | bool]] = defaultdict(dict)
    for path, value in every.items():
        owner, _, name = path.rpartition("/")
        by_name[name][owner] = value
    return {
        name for name, found in by_name.items() if len(found) > 1 and len(set(found.values())) == 1
    }
