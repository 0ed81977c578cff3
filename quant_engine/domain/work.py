"""What a piece of work is handed: where things lie, and whom to tell how far it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

DataSourceName = Literal["demo", "files"]
DataMode = Literal["demo", "live"]

Progress = Callable[[float, str], None]
"""Report the fraction done (0 to 1) and the stage in words; may raise when the work was cancelled."""


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
        return self.database_url or f"sqlite:///{self.home / 'quant_engine.db'}"

    @property
    def data_mode(self) -> DataMode:
        """Prices that ship with the package are demo data; a user's own are live."""
        return "demo" if self.data_source == "demo" else "live"


@dataclass(frozen=True)
class Work:
    """One run of one job."""

    job_id: str
    workspace: Workspace
    progress: Progress
