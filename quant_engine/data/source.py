"""Bars and universe as of a date, whatever the source; the sources stand beside this module."""

import hashlib
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd

from quant_engine.data.demo import DemoSource
from quant_engine.data.files import FilesSource
from quant_engine.domain.work import Workspace


class Source(Protocol):
    """Where prices come from."""

    @property
    def core_list(self) -> list[str]:
        """The names that a request means when it names none, sorted."""

    @property
    def problems(self) -> list[str]:
        """What was found in the prices and did not stop the loading."""

    def bars(self, as_of: date | None = None) -> pd.DataFrame:
        """Closes up to a date (sessions by names, NaN where a name has no price)."""

    def universe(self, as_of: date | None = None) -> list[str]:
        """The names that were members on a date; without membership, those with a price."""

    def membership(self) -> pd.DataFrame | None:
        """Who was a member when (sessions by names, bool); None where the source does not know."""


def open_source(workspace: Workspace) -> Source:
    """Load and check the source of an installation.

    Raises:
        Unavailable: the prices are missing or cannot be used; the sentence says which and why.
    """
    if workspace.data_source == "demo":
        return DemoSource(workspace)
    return FilesSource(workspace)


def fingerprint(closes: pd.DataFrame, membership: pd.DataFrame | None) -> str:
    """Sha256 of names, sessions, prices and membership: equal data, equal fingerprint."""
    digest = hashlib.sha256()
    for frame in (closes, membership):
        if frame is not None:
            digest.update(",".join(map(str, frame.columns)).encode())
            digest.update(frame.index.to_numpy().astype("datetime64[D]").tobytes())
            digest.update(np.ascontiguousarray(frame.to_numpy(dtype=float)).tobytes())
    return digest.hexdigest()
