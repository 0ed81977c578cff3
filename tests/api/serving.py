"""Runs the real service with jobs of the tests' own: `python -m tests.api.serving backtest=hold …`."""

import asyncio
import functools
import logging
import sys

import quant_engine.cli.server as server
from quant_engine.api.main import create_app
from quant_engine.api.schemas.jobs import JobType
from quant_engine.config import Settings


def main() -> None:
    server.configure_logging(logging.INFO)
    pairs = (argument.split("=") for argument in sys.argv[1:])
    # each type has a job, so that nothing heavy is imported
    named = {**dict.fromkeys(JobType, "hold"), **{JobType(kind): name for kind, name in pairs}}
    jobs = {kind: f"tests.api.held_jobs:{name}" for kind, name in named.items()}
    server.create_app = functools.partial(create_app, jobs=jobs)
    serving = server.serve(Settings(), on_ready=lambda url: print(f"ready {url}", flush=True))
    asyncio.run(serving)


if __name__ == "__main__":
    main()
