"""Runs the real service with other job functions: `python -m contract_tests.kit [--durable] backtest=hold …`."""

import asyncio
import logging
import sys
from dataclasses import replace

from contract_tests.kit.power import skip_waits
from quant_engine.api.jobs.worker import JobTypeSpec
from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas.jobs import JobType
from quant_engine.cli.server import serve
from quant_engine.cli.service_log import configure_logging
from quant_engine.config import Settings

DURABLE = "--durable"


def job_types(*pairs: str) -> dict[JobType, JobTypeSpec]:
    """Give each job type a function of `contract_tests.kit.jobs`, so that nothing heavy is imported.

    A name with a colon is `package.module:function`; types that are not named hold.
    """
    named = dict.fromkeys(JobType, "hold")
    for pair in pairs:
        kind, _, name = pair.partition("=")
        named[JobType(kind)] = name
    functions = {
        kind: name if ":" in name else f"contract_tests.kit.jobs:{name}"
        for kind, name in named.items()
    }
    return {kind: replace(spec, function=functions[kind]) for kind, spec in JOB_TYPES.items()}


def main() -> None:
    """Serve until a signal comes; the settings are in the environment. Only `--durable` waits for the disk and before a retry."""
    settings = Settings()
    configure_logging(logging.INFO, settings.log_format, settings.secrets)
    if DURABLE not in sys.argv:
        skip_waits()
    types = job_types(*(pair for pair in sys.argv[1:] if pair != DURABLE))
    asyncio.run(serve(settings, on_ready=_print_ready, job_types=types))


def _print_ready(url: str) -> None:
    sys.stdout.write(f"ready {url}\n")
    sys.stdout.flush()
