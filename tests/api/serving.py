"""Runs the real service with jobs of the tests' own: `python -m tests.api.serving backtest=hold …`."""

import asyncio
import logging
import sys

from quant_engine.api.schemas.jobs import JobType
from quant_engine.cli.server import configure_logging, serve
from quant_engine.config import Settings


def jobs_for_tests(*pairs: str) -> dict[JobType, str]:
    """Name the test job of each type; each has one, so that nothing heavy is imported.

    A name with a colon is a function of the product itself.
    """
    named = dict.fromkeys(JobType, "hold")
    for pair in pairs:
        kind, _, name = pair.partition("=")
        named[JobType(kind)] = name
    return {
        kind: name if ":" in name else f"tests.api.held_jobs:{name}" for kind, name in named.items()
    }


def ready(url: str) -> None:
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()


def main() -> None:
    configure_logging(logging.INFO)
    asyncio.run(serve(Settings(), on_ready=ready, jobs=jobs_for_tests(*sys.argv[1:])))


if __name__ == "__main__":
    main()
