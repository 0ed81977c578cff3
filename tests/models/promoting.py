"""The code of a second process; a module of its own, because it must not import model libraries."""

from multiprocessing.synchronize import Barrier
from pathlib import Path

from contract_tests.hang import HANG_SECONDS
from quant_engine.models.registry import ModelRegistry


def promote(home: Path, names: list[str], begin: Barrier) -> None:
    """Promote one version after the other, once all processes are ready."""
    begin.wait(HANG_SECONDS)
    for name in names:
        ModelRegistry(home).promote(name)
