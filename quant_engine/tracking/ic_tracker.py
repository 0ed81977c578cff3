"""How well a model's recent predictions ranked the names: one snapshot for each cycle on new data."""

from sqlalchemy import Column, Connection, Float, Integer, String, Table, UniqueConstraint

from quant_engine.database.metadata import metadata
from quant_engine.domain.tracking import IcSnapshot
from quant_engine.tracking.history import put_row, read_newest

KEPT = 2_000  #: snapshots; one a day of one model is eight years

ic_snapshots = Table(
    "ic_snapshots",
    metadata,
    Column("position", Integer, primary_key=True),  #: order of recording
    Column("version", String(64), nullable=False),
    Column("horizon", Integer, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("n_sessions", Integer, nullable=False),
    Column("rank_ic", Float, nullable=False),
    Column("rank_ic_t", Float),
    Column("recorded_at", String(32), nullable=False),
    UniqueConstraint("version", "horizon", "as_of"),
    sqlite_autoincrement=True,
)


def save_ic_snapshot(connection: Connection, snapshot: IcSnapshot) -> None:
    """Store a snapshot; it replaces one of the same version, horizon and day."""
    key = ("version", "horizon", "as_of")
    put_row(connection, ic_snapshots, snapshot, key=key, kept=KEPT)


def get_ic_history(connection: Connection, *, limit: int = KEPT) -> list[IcSnapshot]:
    """Return the newest snapshots, in the order of recording."""
    return read_newest(connection, ic_snapshots, IcSnapshot, limit)
