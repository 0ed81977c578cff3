"""A kill that could not be made is made again."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from quant_engine.api.jobs import process as process_module
from quant_engine.api.jobs.process import ForkServer


class Exhausted(ThreadPoolExecutor):
    """A machine without another thread."""

    def submit(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("can't start new thread")


async def test_a_kill_that_failed_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ForkServer()
    server.prepare([])
    process = await server.start()
    with monkeypatch.context() as patched:
        patched.setattr(process_module, "_killers", Exhausted())
        with pytest.raises(RuntimeError, match="new thread"):
            await process.kill(grace=0)
    assert not process.is_gone
    await process.kill(grace=0)
    assert process.is_gone
    process.close()
