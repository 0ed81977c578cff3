"""How far the members of an ensemble disagree: one snapshot for each cycle on new data."""

from sqlalchemy import Column, Connection, Float, Integer, String, Table, UniqueConstraint

from quant_engine.database.metadata import metadata
from quant_engine.domain.tracking import DisagreementSnapshot
from quant_engine.tracking.history import put_row, read_newest

KEPT = 2_000  #: snapshots; one a day of one model is eight years

disagreement_snapshots = Table(
    "disagreement_snapshots",
    metadata,
    Column("position", Integer, primary_key=True),  #: order of recording
    Column("version", String(64), nullable=False),
    Column("horizon", Integer, nullable=False),
    Column("as_of", String(10), nullable=False),
    Column("n_tickers", Integer, nullable=False),
    Column("disagreement", Float, nullable=False),
    Column("usual_disagreement", Float, nullable=False),
    Column("recorded_at", String(32), nullable=False),
    UniqueConstraint("version", "horizon", "as_of"),
    sqlite_autoincrement=True,
)


def save_disagreement_snapshot(connection: Connection, snapshot: DisagreementSnapshot) -> None:
    """Store a snapshot; it replaces one of the same version, horizon and day."""
    key = ("version", "horizon", "as_of")
    put_row(connection, disagreement_snapshots, snapshot, key=key, kept=KEPT)


def get_disagreement_history(
    connection: Connection, *, limit: int = KEPT
) -> list[DisagreementSnapshot]:
    """Return the newest snapshots, in the order of recording."""
    return read_newest(connection, disagreement_snapshots, DisagreementSnapshot, limit)
