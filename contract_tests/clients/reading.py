"""Reads recorded answers with a generated Python client: `python reading.py MODULE METHOD CASES`, in its environment."""

import importlib
import json
import sys
from pathlib import Path


def main(module: str, method: str, file: str) -> None:
    """Read each answer with the class of its name, and check that what it says of `ok` arrives."""
    models = importlib.import_module(module)
    cases = json.loads(Path(file).read_text(encoding="utf-8"))
    for name, body in cases:
        answer = getattr(getattr(models, name), method)(body)
        if answer.ok is not body["ok"] or (answer.error is None) is not (body["error"] is None):
            raise SystemExit(f"{name} reads {answer} from {body}")
    if not cases:
        raise SystemExit("No answer was recorded.")


if __name__ == "__main__":
    main(*sys.argv[1:])
