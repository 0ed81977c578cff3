"""The source `demo`: 20 large US names, 1990 to 2022, that ship inside the skfolio wheel.

For testing and examples, not for investment: the names are those that survived.
"""

from datetime import date

import pandas as pd

from quant_engine.data.manifest import data_files
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import Workspace

CORE_LIST = ["AAPL", "BAC", "CVX", "GE", "HD", "JNJ", "JPM", "KO", "MSFT", "XOM"]


class DemoSource:
    """Adjusted closes; no membership."""

    def __init__(self, workspace: Workspace) -> None:
        try:
            closes = pd.read_csv(data_files(workspace)[0], index_col="Date", parse_dates=True)
        except (OSError, ValueError, EOFError) as error:
            raise Unavailable(
                "The demo prices cannot be read. Run: pip install --force-reinstall skfolio"
            ) from error
        # the wheel is checked by a test, so jobs do not pay for it
        self._closes = closes.astype(float).sort_index(axis=1)
        self.core_list = CORE_LIST
        self.problems: list[str] = []

    def bars(self, as_of: date | None = None) -> pd.DataFrame:
        """Closes up to a date."""
        return self._closes if as_of is None else self._closes.loc[: pd.Timestamp(as_of)]

    def universe(self, as_of: date | None = None) -> list[str]:
        """Every name with a price on the last session up to a date."""
        return list(self.bars(as_of).iloc[-1].dropna().index)

    def membership(self) -> None:
        """Nothing is known of who was a member when."""
