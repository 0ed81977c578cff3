"""The port to prices: the interface of a source, and which one an installation uses."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from quant_engine.data.demo import load_demo
from quant_engine.data.files import load_files
from quant_engine.data.panel import Spell
from quant_engine.domain.work import Workspace


class Source(Protocol):
    """Prices and universe as of a date."""

    @property
    def core_list(self) -> list[str]:
        """The names of a request that lists none."""

    @property
    def membership(self) -> tuple[Spell, ...] | None:
        """Which names belonged to the universe when; None: the source does not say."""

    @property
    def fingerprint(self) -> str:
        """Return the sha256 of the content."""

    @property
    def problems(self) -> tuple[str, ...]:
        """The problems that the price checks found and tolerated."""

    def bars(self, as_of: date | None = None, tickers: Sequence[str] | None = None) -> pd.DataFrame:
        """Return closes: index sessions up to `as_of`, columns tickers, NaN where there is no price.

        Raises:
            KeyError: a name is unknown; `check_universe` refuses such a request before.
        """

    def universe(self, as_of: date) -> list[str]:
        """Return the names that belonged to the universe on a day, by name."""

    def belonged(self, sessions: pd.DatetimeIndex, tickers: Sequence[str]) -> NDArray[np.bool_]:
        """Return whether each name (column) belonged to the universe at each session (row)."""


def open_source(workspace: Workspace) -> Source:
    """Load and check the installation's prices."""
    if workspace.data_source == "demo":
        return load_demo(workspace)
    return load_files(workspace)
