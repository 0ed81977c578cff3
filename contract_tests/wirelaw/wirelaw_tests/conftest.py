"""What the tests share: sources in a folder, and one TypeScript for all of them."""

import os
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from wirelaw import page

#: of the checkout; an installed wirelaw has one of its own
TYPESCRIPT = Path(__file__).parents[3] / "frontend/node_modules/typescript/lib/typescript.js"
if TYPESCRIPT.is_file():
    os.environ.setdefault("WIRELAW_TYPESCRIPT", str(TYPESCRIPT))

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes files by their paths below a folder, and returns the folder."""

    def write_files(files: dict[str, str | bytes]) -> Path:
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tmp_path

    return write_files


@pytest.fixture
def empty_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read nothing of the page: Node takes half a second to start, and most tests are not about it."""
    monkeypatch.setattr(page, "read", lambda *_: (defaultdict(list), []))
