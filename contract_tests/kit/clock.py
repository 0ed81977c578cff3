"""An event loop with virtual time: it never waits, counts each step, and replays a schedule exactly."""

import asyncio
import selectors
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")

LIMIT_SECONDS = 600.0  #: of virtual time; a test that needs more hangs


class Hang(AssertionError):
    """Nothing is ready to run, and the awaited result has not come."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs the tasks that are ready; when none is, the time jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__(_NoWaiting(self._idle))
        self._now = 1_000.0
        self._until = self._now
        self.steps = 0
        self.before_step: Callable[[int], None] | None = None
        # asyncio takes each step from this queue, with `popleft`
        vars(self)["_ready"] = _Steps(self._step)

    def time(self) -> float:
        """Return the virtual time."""
        return self._now

    def _step(self) -> None:
        number = self.steps
        self.steps += 1
        if self.before_step is not None:
            self.before_step(number)

    def _idle(self, timeout: float | None) -> None:
        if timeout is not None and self._now + timeout <= self._until:
            self._now += timeout
        else:
            self.stop()

    def settle(self) -> None:
        """Run until nothing is ready; no time passes."""
        self.advance(0.0)

    def advance(self, seconds: float) -> None:
        """Let time pass, and run what is due."""
        self._until = self._now + seconds
        self.run_forever()
        self._now = max(self._now, self._until)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run to the end of `work`; only as much time passes as it waits for."""
        task = self.create_task(work)
        task.add_done_callback(lambda _: self.stop())
        self._until = self._now + LIMIT_SECONDS
        self.run_forever()
        if not task.done():
            task.cancel()
            self.settle()
            raise Hang(f"{work} waits for something that never happens")
        return task.result()

    def end(self) -> None:
        """Cancel the remaining tasks, and close."""
        self.before_step = None
        self.settle()
        for task in asyncio.all_tasks(self):
            task.cancel()
        self.settle()
        self.run(self.shutdown_asyncgens())
        self.close()


@contextmanager
def virtual_loop() -> Iterator[VirtualLoop]:
    """Yield a loop, and end it."""
    loop = VirtualLoop()
    try:
        yield loop
    finally:
        loop.end()


def begin(work: Coroutine[Any, Any, T], after: Callable[[T], None]) -> None:
    """Run a coroutine up to its first wait at once, in the middle of a loop's step; the rest follows.

    SQLite runs inline, so a transaction is complete when this returns.
    """

    def go_on(_: object = None) -> None:
        try:
            future = work.send(None)
        except StopIteration as end:
            after(end.value)
        else:
            if future is None:
                asyncio.get_running_loop().call_soon(go_on)
            else:
                # as a task does with a future that it awaits
                future._asyncio_future_blocking = False  # noqa: SLF001 - no public way
                future.add_done_callback(go_on)

    go_on()


class _NoWaiting(selectors.DefaultSelector):
    def __init__(self, idle: Callable[[float | None], None]) -> None:
        super().__init__()
        self._on_idle = idle

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout != 0:
            self._on_idle(timeout)
        return ready


class _Steps(deque[Any]):
    def __init__(self, step: Callable[[], None]) -> None:
        super().__init__()
        self._on_step = step

    def popleft(self) -> Any:
        self._on_step()
        return super().popleft()
