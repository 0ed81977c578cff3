"""The manifest of the data: what the API needs to know of them without loading prices."""

import hashlib
import importlib.metadata
import importlib.util
import re
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from quant_engine.disk import read_whole, write_whole
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import DataMode, DataSourceName, Workspace

DEMO_FILE = Path("datasets", "data", "sp500_dataset.csv.gz")
PRICE_SUFFIXES = frozenset({".csv", ".parquet"})
TICKER = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,11}")
LISTS = frozenset({"membership.csv", "core.txt"})
REVISION = "1"  #: raise it when the same files get another manifest


class TickerManifest(BaseModel):
    """The history of one name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ticker: str
    first_date: date
    last_date: date
    n_bars: int


class DataManifest(BaseModel):
    """Everything about a source except its prices."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: DataSourceName
    data_mode: DataMode
    fingerprint: str  #: sha256 of prices, names, membership and core list
    tickers: list[TickerManifest]  #: by name
    core_list: list[str]
    first_date: date
    last_date: date
    has_membership: bool
    survivorship_biased: bool
    fallbacks: list[str]
    problems: list[str]  #: that the price checks found and tolerated

    @model_validator(mode="after")
    def _core_has_prices(self) -> Self:
        if not set(self.core_list) <= {item.ticker for item in self.tickers}:
            raise ValueError("core_list has names without prices")
        return self


class _Cached(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    signature: str
    manifest: DataManifest


def signature(workspace: Workspace) -> str:
    """Return a string that changes when the files do; it costs one `stat` per file."""
    digest = hashlib.sha256(f"{REVISION} {workspace.data_source}\n".encode())
    try:
        for path in data_files(workspace):
            status = path.stat()
            line = f"{path} {status.st_size} {status.st_mtime_ns} {status.st_ino}\n"
            digest.update(line.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise Unavailable(
            f"The data folder cannot be read ({error.strerror}). Check QUANT_ENGINE_DATA_PATH."
        ) from error
    return digest.hexdigest()


def data_files(workspace: Workspace) -> list[Path]:
    """List the files that the source consists of, by name."""
    if workspace.data_source == "demo":
        return [_demo_file()]
    folder = workspace.data_path
    if folder is None:
        raise Unavailable("The source files needs a folder. Set QUANT_ENGINE_DATA_PATH to it.")
    if not folder.is_dir():
        raise Unavailable(
            "The data folder does not exist. Create it, or set QUANT_ENGINE_DATA_PATH to another."
        )
    return sorted(
        path
        for path in folder.iterdir()
        if path.name in LISTS or path.suffix.lower() in PRICE_SUFFIXES
    )


def _demo_file() -> Path:
    # find_spec imports nothing: importing skfolio takes seconds and loads all of scikit-learn
    spec = importlib.util.find_spec("skfolio")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder) / DEMO_FILE
        if path.is_file():
            return path
    raise Unavailable(
        "The demo prices are missing: they ship with the package skfolio. Install it again."
    )


def demo_release() -> str:
    """Return the release of the package that contains the demo prices."""
    return importlib.metadata.version("skfolio")


def read_manifest(workspace: Workspace) -> DataManifest | None:
    """Return the cached manifest; None if there is none, or if the files changed since."""
    now = signature(workspace)
    path = _path(workspace)
    content = read_whole(path, "the description of the data")
    if content is None:
        return None
    try:
        cached = _Cached.model_validate_json(content)
    except ValidationError as error:
        raise Unavailable(
            f"data/{path.name} in the home folder is damaged. Remove it; the service writes it again."
        ) from error
    return cached.manifest if cached.signature == now else None


def write_manifest(workspace: Workspace, files: str, manifest: DataManifest) -> None:
    """Cache `manifest` for as long as `signature` returns `files`."""
    cached = _Cached(signature=files, manifest=manifest)
    write_whole(_path(workspace), cached.model_dump_json(indent=1).encode())


def _path(workspace: Workspace) -> Path:
    return workspace.home / "data" / f"{workspace.data_source}.json"
