"""Reads the latest cycle of the autopilot and its paper account."""

from typing import get_args

from quant_engine.api.schemas.autopilot import AutopilotCycle, PaperAccount
from quant_engine.autopilot.cycles import latest_cycle
from quant_engine.autopilot.ledger import read_paper
from quant_engine.database.engine import Database
from quant_engine.domain.work import DataSourceName


class AutopilotService:
    """Reads the cycles and the account of the installation's data source."""

    def __init__(self, database: Database, data_source: DataSourceName) -> None:
        self._database = database
        self._data_source = data_source

    async def latest_cycle(self) -> AutopilotCycle | None:
        """Return the cycle that began last, finished or not; None: there is none yet."""
        async with self._database.reading() as connection:
            return await connection.run_sync(latest_cycle, self._data_source)

    async def versions_in_force(self) -> set[str]:
        """Return the model versions that the cycles and accounts of any data source trade."""
        versions = set[str | None]()
        for source in get_args(DataSourceName):
            async with self._database.reading() as connection:
                cycle = await connection.run_sync(latest_cycle, source)
                account = await connection.run_sync(read_paper, source)
            decisions = [] if cycle is None else cycle.decisions
            versions |= {getattr(each, "model_version", None) for each in (account, *decisions)}
        return {version for version in versions if version is not None}

    async def paper_account(self) -> PaperAccount | None:
        """Return the paper account as of its last session; None: it was never opened."""
        async with self._database.reading() as connection:
            # an account has the name of its data source
            return await connection.run_sync(read_paper, self._data_source)
