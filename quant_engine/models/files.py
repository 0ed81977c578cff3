"""Model files: skops with a fixed list of types, and a hash that is checked before anything is read.

A member that LightGBM made is its text, which LightGBM parses; all others are objects.

The list stops code execution: a file that needs any other type is refused. The hash finds damage; it
does not stop someone who can write to the folder and change the manifest too.
"""

import hashlib
import zipfile
from pathlib import Path
from typing import Any

import skops.io
from skops.io.exceptions import UnsupportedTypeException, UntrustedTypesFoundException

from quant_engine.artifacts import write_whole
from quant_engine.domain.errors import Unavailable
from quant_engine.models.ensemble import Ensemble
from quant_engine.models.leafwise import LeafwiseTrees
from quant_engine.models.registry import ModelFile, read_checked

TRUSTED = ["sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"]
"""Types beyond those of numpy and scikit-learn that skops trusts by itself: the nodes of a tree."""


def save_ensemble(folder: Path, name: str, ensemble: Ensemble) -> ModelFile:
    """Write an ensemble; returns the file's name and hash."""
    members = {
        member: fitted.text if isinstance(fitted, LeafwiseTrees) else fitted
        for member, fitted in ensemble.members.items()
    }
    content: bytes = skops.io.dumps(members)
    write_whole(folder / name, content)
    return ModelFile(name=name, sha256=hashlib.sha256(content).hexdigest())


def load_ensemble(folder: Path, file: ModelFile) -> Ensemble:
    """Read an ensemble.

    Raises:
        Unavailable: the file is missing, damaged, or needs a type that is not on the list; or the
            library of a member cannot be loaded.
    """
    content = read_checked(folder, file)
    try:
        return Ensemble(_members(skops.io.loads(content, trusted=TRUSTED), file.name))
    except (UntrustedTypesFoundException, UnsupportedTypeException) as error:
        raise Unavailable(
            f"{file.name} needs types that are not trusted, so it is not loaded. Train anew."
        ) from error
    except (zipfile.BadZipFile, ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"{file.name} is damaged. Train anew.") from error


def _members(read: Any, name: str) -> dict[str, Any]:
    members = {
        member: LeafwiseTrees.from_text(fitted) if isinstance(fitted, str) else fitted
        for member, fitted in (read.items() if isinstance(read, dict) else ())
    }
    # which members there are is the version's business: an older release had fewer
    if not members or not all(hasattr(fitted, "predict") for fitted in members.values()):
        raise Unavailable(f"{name} is not an ensemble. Train anew.")
    return members
