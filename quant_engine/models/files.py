"""Model files: skops with its default trusted types, and a hash that is checked before the file is parsed.

skops creates only objects of the numpy and scikit-learn types that it trusts by default; it refuses a
file that needs any other type, so no file runs code. Boosted trees are packed: scikit-learn's as arrays,
LightGBM's as its own text. The hash detects damage; it does not stop an attacker who can write to the
folder and change the manifest too.
"""

import io
import zipfile
from pathlib import Path
from typing import Any

import skops.io
from sklearn.ensemble import HistGradientBoostingRegressor
from skops.io.exceptions import UnsupportedTypeException, UntrustedTypesFoundException

from quant_engine.disk import MAX_FILE_BYTES
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.models import ModelFile
from quant_engine.models.ensemble import Ensemble
from quant_engine.models.leafwise import LeafwiseTrees
from quant_engine.models.manifest import read_checked, write_checked
from quant_engine.models.packing import pack, unpack


def save_ensemble(folder: Path, name: str, ensemble: Ensemble) -> ModelFile:
    """Write an ensemble; returns the file's name and hash."""
    members = {member: _to_store(fitted) for member, fitted in ensemble.members.items()}
    content: bytes = skops.io.dumps(members)
    return write_checked(folder, name, content)


def load_ensemble(folder: Path, file: ModelFile) -> Ensemble:
    """Read an ensemble; `Unavailable` also where the file needs an untrusted type."""
    content = read_checked(folder, file)
    try:
        _check_size(content)
        return Ensemble(_members(skops.io.loads(content), file.name))
    except (UntrustedTypesFoundException, UnsupportedTypeException) as error:
        raise Unavailable(
            f"{file.name} needs types that are not trusted, so it is not loaded. Train again."
        ) from error
    except (
        *(zipfile.BadZipFile, ValueError, KeyError, TypeError, AttributeError),
        *(RecursionError, MemoryError),
    ) as error:
        raise Unavailable(f"{file.name} is damaged. Train again.") from error


def _check_size(content: bytes) -> None:
    """Check what the file unpacks to, because a small one may unpack to more than there is memory for."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        size = sum(entry.file_size for entry in packed.infolist())
    if size > MAX_FILE_BYTES:
        raise ValueError("unpacks to more than any model has")


def _to_store(fitted: Any) -> Any:
    if isinstance(fitted, LeafwiseTrees):
        return fitted.text
    return pack(fitted) if isinstance(fitted, HistGradientBoostingRegressor) else fitted


def _from_store(stored: Any) -> Any:
    if isinstance(stored, str):
        return LeafwiseTrees.from_text(stored)
    if isinstance(stored, HistGradientBoostingRegressor):
        unpack(stored)
    return stored


def _members(read: Any, name: str) -> dict[str, Any]:
    stored = read if isinstance(read, dict) else {}
    members = {member: _from_store(fitted) for member, fitted in stored.items()}
    # the members may be those of an older version of the code
    if not members or not all(hasattr(fitted, "predict") for fitted in members.values()):
        raise Unavailable(f"{name} is not an ensemble. Train again.")
    return members
