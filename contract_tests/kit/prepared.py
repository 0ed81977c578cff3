"""The migrated database with which every service of a process starts; it is made once."""

import secrets
from contextlib import closing
from functools import cache
from pathlib import Path
from sqlite3 import connect
from tempfile import TemporaryDirectory

from quant_engine.database.blocking import BlockingDatabase


def prepare_database(path: Path) -> None:
    """Write a migrated database with a log of its own, unless there is a file."""
    if not path.exists():
        content, log_id = _migrated()
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.replace(log_id, secrets.token_hex(len(log_id) // 2).encode()))


@cache
def _migrated() -> tuple[bytes, bytes]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "migrated.db"
        with BlockingDatabase(f"sqlite:///{path}"):
            pass
        with closing(connect(path)) as connection:
            (log_id,) = connection.execute("SELECT log_id FROM event_log").fetchone()
            return connection.serialize(), log_id.encode()
