"""Research cycles in the database: their decisions, and the strategies that they put in force."""

from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    RowMapping,
    String,
    Table,
    Text,
    UniqueConstraint,
    delete,
    insert,
    select,
    update,
)

from quant_engine.database.dialect import insert as upsert
from quant_engine.database.errors import damaged
from quant_engine.database.metadata import metadata
from quant_engine.domain.autopilot import AnyDecision, AutopilotCycle, Decision
from quant_engine.domain.parameters import AutopilotParameters, BacktestParameters

KEPT = 1_000  #: cycles; one a day is four years

autopilot_cycles = Table(
    "autopilot_cycles",
    metadata,
    Column("position", Integer, primary_key=True),  #: order of their starts
    Column("cycle_id", String(64), nullable=False, unique=True),  #: id of the job
    Column("data_source", String(16), nullable=False),
    Column("started_at", String(32), nullable=False),
    Column("completed_at", String(32)),
    Column("params", Text, nullable=False),  #: JSON
    sqlite_autoincrement=True,
)

autopilot_decisions = Table(
    "autopilot_decisions",
    metadata,
    Column("position", Integer, primary_key=True),
    Column("cycle_id", String(64), nullable=False),
    Column("step", String(16), nullable=False),
    Column("decision", Text, nullable=False),  #: JSON
    UniqueConstraint("cycle_id", "step"),
    sqlite_autoincrement=True,
)

autopilot_strategies = Table(
    "autopilot_strategies",
    metadata,
    Column("position", Integer, primary_key=True),  #: order of promotion
    Column("cycle_id", String(64), nullable=False, unique=True),
    Column("data_source", String(16), nullable=False),
    Column("promoted_at", String(32), nullable=False),
    Column("params", Text, nullable=False),  #: JSON
    Column("reason", Text, nullable=False),
    sqlite_autoincrement=True,
)

_DECISION: TypeAdapter[AnyDecision] = TypeAdapter(Decision)


def begin_cycle(
    connection: Connection, cycle_id: str, data_source: str, params: AutopilotParameters
) -> list[AnyDecision]:
    """Record the start of a cycle; returns its earlier decisions, if it was interrupted before."""
    connection.execute(
        upsert(connection, autopilot_cycles)
        .values(
            cycle_id=cycle_id,
            data_source=data_source,
            started_at=_now(),
            params=params.model_dump_json(),
        )
        .on_conflict_do_nothing(index_elements=["cycle_id"])
    )
    _keep_newest(connection)
    return _decisions(connection, cycle_id)


def start_over(connection: Connection, cycle_id: str) -> None:
    """Delete the decisions of a cycle; the strategy in force and the account stay."""
    decisions = autopilot_decisions
    connection.execute(delete(decisions).where(decisions.c.cycle_id == cycle_id))


def save_decision(connection: Connection, cycle_id: str, decision: AnyDecision) -> None:
    """Store a decision; each step of a cycle has one."""
    connection.execute(
        insert(autopilot_decisions).values(
            cycle_id=cycle_id, step=decision.step, decision=decision.model_dump_json()
        )
    )


def end_cycle(connection: Connection, cycle_id: str) -> None:
    """Record the end of a cycle."""
    cycles = autopilot_cycles
    connection.execute(
        update(cycles)
        .where(cycles.c.cycle_id == cycle_id, cycles.c.completed_at.is_(None))
        .values(completed_at=_now())
    )


def promote_strategy(
    connection: Connection, cycle_id: str, data_source: str, params: BacktestParameters, reason: str
) -> None:
    """Put a strategy in force; it replaces one that the same cycle promoted before it started over."""
    strategies = autopilot_strategies
    connection.execute(delete(strategies).where(strategies.c.cycle_id == cycle_id))
    connection.execute(
        insert(strategies).values(
            cycle_id=cycle_id,
            data_source=data_source,
            promoted_at=_now(),
            params=params.model_dump_json(),
            reason=reason,
        )
    )


def strategy_in_force(
    connection: Connection, data_source: str, *, before: str
) -> BacktestParameters | None:
    """Return the latest strategy on this data source by another cycle than `before`, or None."""
    strategies = autopilot_strategies
    newest = (
        select(strategies.c.params)
        .where(strategies.c.data_source == data_source, strategies.c.cycle_id != before)
        .order_by(strategies.c.position.desc())
    )
    params = connection.execute(newest.limit(1)).scalar()
    try:
        return None if params is None else BacktestParameters.model_validate_json(params)
    except ValidationError as error:
        raise damaged(strategies) from error


def latest_cycle(connection: Connection, data_source: str) -> AutopilotCycle | None:
    """Return the cycle that started last on this data source, or None."""
    newest = _cycles_of(connection, data_source, limit=1)
    return newest[0] if newest else None


def earlier_cycles(connection: Connection, data_source: str, cycle_id: str) -> list[AutopilotCycle]:
    """Return all finished cycles on this data source except `cycle_id`, newest first."""
    return [
        cycle
        for cycle in _cycles_of(connection, data_source, limit=KEPT)
        if cycle.completed_at is not None and cycle.cycle_id != cycle_id
    ]


def _cycles_of(connection: Connection, data_source: str, limit: int) -> list[AutopilotCycle]:
    cycles = autopilot_cycles
    query = select(cycles).where(cycles.c.data_source == data_source)
    rows = connection.execute(query.order_by(cycles.c.position.desc()).limit(limit)).mappings()
    return [_cycle(connection, row) for row in rows.all()]


def _cycle(connection: Connection, row: RowMapping) -> AutopilotCycle:
    decisions = _decisions(connection, row["cycle_id"])
    try:
        return AutopilotCycle(
            cycle_id=row["cycle_id"],
            started_at=row["started_at"],
            completed_at=row["completed_at"],
            params=AutopilotParameters.model_validate_json(row["params"]),
            decisions=decisions,
        )
    except ValidationError as error:
        raise damaged(autopilot_cycles) from error


def _decisions(connection: Connection, cycle_id: str) -> list[AnyDecision]:
    decisions = autopilot_decisions
    query = select(decisions.c.decision).where(decisions.c.cycle_id == cycle_id)
    try:
        return [
            _DECISION.validate_json(text)
            for text in connection.execute(query.order_by(decisions.c.position)).scalars()
        ]
    except ValidationError as error:
        raise damaged(decisions) from error


def _keep_newest(connection: Connection) -> None:
    cycles, decisions = autopilot_cycles, autopilot_decisions
    newest = select(cycles.c.position).order_by(cycles.c.position.desc())
    too_old = newest.offset(KEPT).limit(1).scalar_subquery()
    connection.execute(delete(cycles).where(cycles.c.position <= too_old))
    kept = select(cycles.c.cycle_id)
    connection.execute(delete(decisions).where(decisions.c.cycle_id.not_in(kept)))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
