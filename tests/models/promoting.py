"""What a second process runs; apart, because it must not wait for model libraries to be imported."""

from multiprocessing.synchronize import Barrier
from pathlib import Path

from quant_engine.models.registry import ModelRegistry


def promote(home: Path, names: list[str], begin: Barrier) -> None:
    """Promote one name after the other, once all the others are ready as well."""
    begin.wait(60)
    for name in names:
        ModelRegistry(home).promote(name)
