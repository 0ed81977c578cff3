"""Loads the data once and writes their manifest, so that the API needs to load no prices."""

import sys
import traceback
from pathlib import Path
from typing import get_args

from quant_engine.data.manifest import (
    DataManifest,
    TickerManifest,
    demo_release,
    signature,
    write_manifest,
)
from quant_engine.data.source import Source, open_source
from quant_engine.domain.errors import QuantEngineError
from quant_engine.domain.work import DataSourceName, Workspace


def describe(workspace: Workspace) -> DataManifest:
    """Load and check the data, cache their manifest under the home, and return it."""
    before = signature(
        workspace
    )  # taken first: if a file changes while it is read, the next call sees it
    manifest = manifest_of(workspace, open_source(workspace))
    write_manifest(workspace, before, manifest)
    return manifest


def manifest_of(workspace: Workspace, source: Source) -> DataManifest:
    """Return the manifest of an open source."""
    closes = source.bars()
    tickers = []
    for name in closes.columns:
        days = closes[name].dropna().index
        tickers.append(
            TickerManifest(
                ticker=str(name),
                first_date=days[0].date(),
                last_date=days[-1].date(),
                n_bars=len(days),
            )
        )
    demo = workspace.data_source == "demo"
    return DataManifest(
        source=workspace.data_source,
        data_mode=workspace.data_mode,
        fingerprint=source.fingerprint,
        tickers=tickers,
        core_list=source.core_list,
        first_date=closes.index[0].date(),
        last_date=closes.index[-1].date(),
        has_membership=source.membership is not None,
        survivorship_biased=source.membership is None,
        fallbacks=[f"Prices that ship with skfolio {demo_release()}, in place of live ones."]
        if demo
        else [],
        problems=list(source.problems),
    )


def main() -> None:
    """Describe the data; arguments are `home source folder`, and an error is one line on stderr."""
    home, name, folder = sys.argv[1:]
    source = next(source for source in get_args(DataSourceName) if source == name)
    try:
        describe(Workspace(Path(home), source, Path(folder) if folder else None))
    except QuantEngineError as error:
        sys.exit(error.message)
    except Exception as error:  # noqa: BLE001 - the last line is what clients see
        traceback.print_exc()
        sys.exit(
            f"The data cannot be read ({type(error).__name__}). Remove the files that were added last."
        )


if __name__ == "__main__":
    main()
