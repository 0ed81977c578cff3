"""One killable job process and the pipe to it, on the event loop; see `docs/decisions/0005-job-processes.md`."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from quant_engine.api.jobs.worker import Call, Message, Progress, serve

TERM_SECONDS = 3.0  #: how long a process may take to leave before it is killed

_context = multiprocessing.get_context("forkserver")


def start_fork_server(preload: Sequence[str]) -> None:
    """Start the process that forks job processes, with the heavy imports done.

    Call it from a thread that lives as long as the service: the kernel kills the fork server when the
    thread that started it ends.
    """
    _context.set_forkserver_preload(["quant_engine.api.jobs.fork_server", *preload])
    forkserver.ensure_running()


def kill_fork_server() -> None:
    """Kill the fork server, without waiting for its imports."""
    # there is no public way to do so
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class ProcessDiedError(Exception):
    """The job process ended without an answer."""


class JobProcess:
    """Runs one call at a time, and none after a kill."""

    def __init__(self, process: ForkServerProcess, pipe: Connection) -> None:
        self._process = process
        self._pipe = pipe
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    async def start(cls) -> "JobProcess":
        """Fork a process, once the fork server has done its imports."""
        return await asyncio.to_thread(cls._start)

    @classmethod
    def _start(cls) -> "JobProcess":
        ours, theirs = _context.Pipe()
        process = _context.Process(target=serve, args=(theirs,), daemon=False)
        process.start()
        # now only the child holds the other end, so its death closes the pipe
        theirs.close()
        return cls(process, ours)

    async def run(self, call: Call) -> AsyncGenerator[Message]:
        """Run a call: some `Progress`, then `Finished` or `Raised`.

        A job that reports faster than the service logs waits, so no messages pile up.

        Raises:
            ProcessDiedError: the process ended without an answer.
        """
        try:
            self._pipe.send(call)
            while True:
                await self._readable()
                # messages that a process sent before it died are read first
                if not self._pipe.poll():
                    raise ProcessDiedError
                message: Message = self._pipe.recv()
                yield message
                if not isinstance(message, Progress):
                    return
        except (EOFError, OSError) as error:
            raise ProcessDiedError from error

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = asyncio.Event()
        # a grandchild may hold the pipe open, so watch the process as well
        watched = (self._pipe.fileno(), self._process.sentinel)
        for descriptor in watched:
            loop.add_reader(descriptor, ready.set)
        try:
            await ready.wait()
        finally:
            for descriptor in watched:
                loop.remove_reader(descriptor)

    @property
    def is_ending(self) -> bool:
        """Whether it is killed and accepts no more calls."""
        return self._ending is not None

    async def kill(self, grace: float = TERM_SECONDS) -> None:
        """Terminate the process, and kill it after `grace` seconds; returns when it has ended.

        A second call waits for the first.
        """
        if self._ending is None:
            self._ending = asyncio.ensure_future(asyncio.to_thread(self._kill, grace))
        await asyncio.shield(self._ending)

    def _kill(self, grace: float) -> None:
        if grace > 0:
            self._process.terminate()
            self._process.join(grace)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def close(self) -> None:
        """Release the resources of a process that has ended."""
        self._pipe.close()
        self._process.close()
