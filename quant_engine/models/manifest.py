"""A stored model version: its manifest, and its files with the hashes that detect damage.

It loads no models, so that the API process can read manifests.
"""

import hashlib
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from quant_engine.data.universe import years_before
from quant_engine.disk import read_whole, write_whole
from quant_engine.domain.errors import NoModel, Unavailable
from quant_engine.domain.models import ModelFile, ModelManifest

MANIFEST = "manifest.json"


class VersionManifest(ModelManifest):
    """The manifest as stored; a field that clients do not see is declared here."""


def read_manifest(folder: Path) -> VersionManifest | None:
    """Return the manifest in a version's folder, which has the version's name; None: there is none.

    Raises:
        Unavailable: it cannot be read or parsed, or it is the manifest of another version.
    """
    content = read_whole(folder / MANIFEST, "the manifest of a model")
    if content is None:
        return None
    try:
        manifest = VersionManifest.model_validate_json(content)
    except ValidationError as error:
        raise _damaged(folder.name) from error
    if manifest.version != folder.name:
        raise _damaged(folder.name)
    return manifest


def write_checked(folder: Path, name: str, content: bytes) -> ModelFile:
    """Write a file of a version; returns its name and hash."""
    write_whole(folder / name, content)
    return ModelFile(name=name, sha256=hashlib.sha256(content).hexdigest())


def read_checked(folder: Path, file: ModelFile) -> bytes:
    """Read a file of a version and check its hash.

    Raises:
        Unavailable: it is missing, cannot be read, or has another hash.
    """
    path = folder / file.name
    if path.parent.resolve() != folder.resolve():
        raise Unavailable(f"{file.name} is not a file of its version. Train again.")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unavailable(f"{file.name} cannot be read ({error.strerror}). Train again.") from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Unavailable(f"{file.name} is damaged: its hash is not the manifest's. Train again.")
    return content


def first_day(manifest: VersionManifest, last_bar: date, years: int) -> date:
    """Return the day on which the `years` before the last bar begin.

    Raises:
        NoModel: the version's out-of-sample predictions begin later.
    """
    begin = years_before(last_bar, years)
    # the first session on or after a day may be a few days later
    if (manifest.first_date - begin).days > 7:  # noqa: PLR2004 - days of a week
        raise NoModel(
            f"The out-of-sample predictions of {manifest.version} begin {manifest.first_date}, and "
            f"{years} years need {begin}. Choose fewer years, or train with at least {years}.",
            fields=(("years", f"predictions begin {manifest.first_date}"),),
        )
    return begin


def _damaged(version: str) -> Unavailable:
    return Unavailable(
        f"The manifest of model {version} is damaged. Restore it, or remove its folder."
    )
