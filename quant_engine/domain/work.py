"""The arguments of a job function beside its parameters: its workspace and its progress callback."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

DATABASE_FILE = "quant_engine.db"  #: in the home, where no URL names another

DataSourceName = Literal["demo", "files"]
DataMode = Literal["demo", "live"]

Progress = Callable[[float, str], None]
"""Reports the fraction done (0 to 1) and the name of the stage; may raise when the job is cancelled."""


@dataclass(frozen=True)
class Workspace:
    """The folders and the data source of one installation."""

    home: Path
    data_source: DataSourceName = "demo"
    data_path: Path | None = None  #: folder of the source `files`
    database_url: str | None = field(default=None, repr=False)  #: None: a file in the home

    @property
    def database(self) -> str:
        """URL of the database."""
        return self.database_url or f"sqlite:///{self.home / DATABASE_FILE}"

    @property
    def data_mode(self) -> DataMode:
        """`demo` for the prices that ship with the package, `live` for the user's own."""
        return "demo" if self.data_source == "demo" else "live"


@dataclass(frozen=True)
class Work:
    """One run of one job."""

    job_id: str
    workspace: Workspace
    progress: Progress
