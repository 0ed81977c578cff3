"""Load and check the data once, and write down what there is, for readers that load none."""

import sys
from pathlib import Path
from typing import cast

from quant_engine.data.manifest import (
    DataManifest,
    TickerManifest,
    read_manifest,
    signature,
    write_manifest,
)
from quant_engine.data.source import Source, fingerprint, open_source
from quant_engine.domain.errors import QuantEngineError
from quant_engine.domain.work import DataSourceName, Workspace


def load(workspace: Workspace) -> tuple[Source, DataManifest]:
    """Open the source, and its manifest, made anew if the files changed.

    Raises:
        Unavailable: the prices are missing or cannot be used.
    """
    known = read_manifest(workspace)
    source = open_source(workspace)
    return source, known or describe(workspace, source)


def describe(workspace: Workspace, source: Source) -> DataManifest:
    """Write down what a source holds."""
    # taken before the prices are read again, so that a change in between is noticed
    current = signature(workspace)
    closes, membership = source.bars(), source.membership()
    tickers = []
    for name in closes.columns:
        bars = closes[name].dropna()
        tickers.append(
            TickerManifest(
                ticker=str(name),
                first_date=bars.index[0].date(),
                last_date=bars.index[-1].date(),
                n_bars=len(bars),
            )
        )
    manifest = DataManifest(
        fingerprint=fingerprint(closes, membership),
        source=workspace.data_source,
        data_mode=workspace.data_mode,
        tickers=tickers,
        core_list=source.core_list,
        first_date=closes.index[0].date(),
        last_date=closes.index[-1].date(),
        has_membership=membership is not None,
        survivorship_biased=membership is None,
        fallbacks=[],
        problems=source.problems,
    )
    write_manifest(workspace, current, manifest)
    return manifest


def main() -> int:
    """Describe the source that the arguments name: home, source, folder."""
    home, source, folder = sys.argv[1:]
    workspace = Workspace(
        Path(home), cast("DataSourceName", source), Path(folder) if folder else None
    )
    try:
        load(workspace)
    except QuantEngineError as error:
        sys.stderr.write(error.message + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
