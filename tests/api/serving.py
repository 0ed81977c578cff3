"""Runs the real service with jobs of the tests' own: `python -m tests.api.serving backtest=hold …`."""

import asyncio
import logging
import sys
from dataclasses import replace

from quant_engine.api.jobs.worker import JobTypeSpec
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import JobType
from quant_engine.cli.server import configure_logging, serve
from quant_engine.config import Settings


def job_types(*pairs: str) -> dict[JobType, JobTypeSpec]:
    """Give each job type a function of the tests, so that nothing heavy is imported.

    A name with a colon is a function of the product itself.
    """
    named = dict.fromkeys(JobType, "hold")
    for pair in pairs:
        kind, _, name = pair.partition("=")
        named[JobType(kind)] = name
    functions = {
        kind: name if ":" in name else f"tests.api.held_jobs:{name}" for kind, name in named.items()
    }
    return {kind: replace(spec, function=functions[kind]) for kind, spec in JOB_TYPES.items()}


def ready(url: str) -> None:
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()


def main() -> None:
    configure_logging(logging.INFO)
    asyncio.run(serve(Settings(), on_ready=ready, job_types=job_types(*sys.argv[1:])))


if __name__ == "__main__":
    main()
