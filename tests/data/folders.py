"""Folders of price files to read."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from quant_engine.domain.work import Workspace

SESSIONS = pd.DatetimeIndex(
    ["2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07", "2020-01-08", "2020-01-09"]
)


def text_of(
    closes: Sequence[float], days: pd.DatetimeIndex = SESSIONS, header: str = "date,close"
) -> str:
    """A CSV of daily closes."""
    rows = [f"{day.date()},{close}" for day, close in zip(days, closes, strict=False)]
    return "\n".join([header, *rows]) + "\n"


def workspace_of(tmp_path: Path, files: dict[str, str | bytes]) -> Workspace:
    """A workspace whose data folder holds these files."""
    folder = tmp_path / "prices"
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return Workspace(tmp_path / "home", "files", folder)
