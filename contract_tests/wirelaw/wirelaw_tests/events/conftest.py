"""Both sides of all cases, read once."""

import pytest

from wirelaw_tests.events import cases


@pytest.fixture(scope="session")
def read(tmp_path_factory: pytest.TempPathFactory) -> cases.Read:
    """Everything that was read."""
    return cases.read(tmp_path_factory.mktemp("cases"))
