"""The plugin fails a test that got an answer which breaks the contract."""

from pathlib import Path

import pytest

TEST = """
from contract_tests.kit.service import idle_app, running
from quant_engine.api.schemas.jobs import JobType

async def ended_twice(home):
    async with running(idle_app(home)) as service:
        record = await service.store.submit(JobType.TRAIN, "{}")
        path = f"/api/jobs/{record.job_id}"
        await service.client.get(path)
        service.connect().execute("UPDATE jobs SET status = 'failed'")
        await service.client.get(path)

async def test_plain(tmp_path):
    await ended_twice(tmp_path / "home")
"""

pytest_plugins = ("pytester",)


def test_each_answer_of_a_test_is_checked(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    # other plugins take longer to load than the test
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(TEST)
    root = Path(__file__).parents[1]
    pytester.makeini(f"[pytest]\nasyncio_mode = auto\npythonpath = {root}\n")
    plugins = ("contract_tests.exchanges", "pytest_asyncio.plugin", "no:cacheprovider")
    result = pytester.runpytest_subprocess(*(f"-p{plugin}" for plugin in plugins))
    # the test itself passes; what it received does not
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*two-representations*", '*"status": "queued"*', "*test_plain*"])
