"""The source `demo`: 20 US large caps that ship inside the skfolio wheel; survivorship-biased."""

import pandas as pd

from quant_engine.data.checks import check_prices
from quant_engine.data.manifest import data_files
from quant_engine.data.panel import PricePanel
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import Workspace

CORE_LIST = ["AAPL", "BAC", "CVX", "GE", "HD", "JNJ", "JPM", "KO", "MSFT", "WMT"]
"""One or two names of each sector among the twenty."""


def load_demo(workspace: Workspace) -> PricePanel:
    """Read the panel, adjusted closes from 1990 to 2022."""
    path = data_files(workspace)[0]
    try:
        closes = pd.read_csv(path, index_col="Date", parse_dates=True)
    except (OSError, ValueError, EOFError) as error:
        raise Unavailable(
            f"The demo prices in {path.name} are damaged. Install the package skfolio again."
        ) from error
    prices, problems = check_prices({str(name): closes[name] for name in closes.columns})
    return PricePanel(closes=prices, core_list=list(CORE_LIST), problems=problems)
