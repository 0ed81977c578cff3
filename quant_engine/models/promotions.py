"""The list of promoted versions: `registry.json` in the folder of models."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from quant_engine.disk import read_whole, write_whole
from quant_engine.domain.errors import Unavailable

FILE = "registry.json"


class _Stored(BaseModel):
    model_config = ConfigDict(extra="forbid")

    promoted: list[str]  #: oldest first


def read_promotions(root: Path) -> list[str]:
    """Return the promoted versions, the latest last."""
    content = read_whole(root / FILE, "the model registry")
    if content is None:
        return []
    try:
        return _Stored.model_validate_json(content).promoted
    except ValidationError as error:
        raise Unavailable(
            "The model registry is damaged. Restore models/registry.json in the home directory, "
            "or remove it and train again."
        ) from error


def remove_promotion(root: Path, version: str) -> None:
    """Remove `version` from the list; the caller holds the lock of the registry."""
    promoted = read_promotions(root)
    if version in promoted:
        promoted.remove(version)
        write_whole(root / FILE, _Stored(promoted=promoted).model_dump_json().encode())


def add_promotion(root: Path, version: str) -> None:
    """Move `version` to the end of the list; the caller holds the lock of the registry."""
    others = [name for name in read_promotions(root) if name != version]
    write_whole(root / FILE, _Stored(promoted=[*others, version]).model_dump_json().encode())
