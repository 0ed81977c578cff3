"""The version that every file of a distribution names, and the dependencies of the lock file."""

import json
import re
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from contract_tests.packages import PART, WIRELAW
from wirelaw.finding import Finding


def versions(root: Path) -> dict[str, str]:
    """Return the version that each file names, by its place."""
    locked = tomllib.loads((root / "uv.lock").read_text())["package"]
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    page, lock = (
        json.loads((root / "frontend" / name).read_text())
        for name in ("package.json", "package-lock.json")
    )
    return {
        "pyproject.toml": project["version"],
        "uv.lock": next(one["version"] for one in locked if one["name"] == project["name"]),
        "frontend/package.json": page["version"],
        "frontend/package-lock.json": lock["version"],
        "frontend/package-lock.json packages": lock["packages"][""]["version"],
        "openapi.json": json.loads((root / "openapi.json").read_text())["info"]["version"],
        "CHANGELOG.md": _released(root / "CHANGELOG.md"),
    }


def versions_of_wirelaw(root: Path) -> dict[str, str]:
    """Return the version of wirelaw that each file names, by its place."""
    locked = tomllib.loads((root / "uv.lock").read_text())["package"]
    folder = root / WIRELAW
    module = (folder / "src/wirelaw/__init__.py").read_text()
    project = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return {
        f"{WIRELAW}/pyproject.toml": project["version"],
        "uv.lock wirelaw": next(one["version"] for one in locked if one["name"] == "wirelaw"),
        f"{WIRELAW}/src/wirelaw/__init__.py": re.findall(
            r'^VERSION = "(.*)"', module, re.MULTILINE
        )[0],
        f"{WIRELAW}/CHANGELOG.md": _released(folder / "CHANGELOG.md"),
    }


def _released(changelog: Path) -> str:
    found = re.search(r"^## \[(\d[^]]*)\]", changelog.read_text(), re.MULTILINE)
    return found[1] if found else "no release"


def other_versions(root: Path) -> Iterator[Finding]:
    """Return the files that name another version than the pyproject.toml of their distribution."""
    for found in (versions(root), versions_of_wirelaw(root)):
        expected = next(iter(found.values()))
        for place, version in found.items():
            if version != expected:
                fix = "write the version of pyproject.toml, or run `nox -s lock` and `nox -s fix`"
                yield Finding(PART, place, "other-version", expected, version, fix)


def other_dependencies(root: Path) -> Iterator[Finding]:
    """Return the dependencies that differ between pyproject.toml and the lock file; some are loaded by name alone."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    locked = tomllib.loads((root / "uv.lock").read_text())["package"]
    own = next(one for one in locked if one["name"] == project["name"])
    extras: dict[str, list[str]] = project.get("optional-dependencies", {})
    declared = {
        f"{one.name}[{','.join(sorted(one.extras))}]": str(one.specifier)
        for one in map(Requirement, [*project["dependencies"], *chain(*extras.values())])
    }
    found = {
        f"{one['name']}[{','.join(sorted(one.get('extras', ())))}]": one.get("specifier", "")
        for one in own["metadata"]["requires-dist"]
    }
    # the lock names the folder of a member of the workspace, and no versions of it
    for one in own["metadata"]["requires-dist"]:
        if "editable" in one:
            found[f"{one['name']}[]"] = declared.get(f"{one['name']}[]", "")
    for name in sorted(declared.keys() | found.keys()):
        expected, shown = (
            str(SpecifierSet(one[name])) if name in one else "absent" for one in (declared, found)
        )
        if expected != shown:
            fix = "run `nox -s lock`, if the change is meant"
            yield Finding(
                PART, f"uv.lock {name.removesuffix('[]')}", "other-dependency", expected, shown, fix
            )
