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
    """Start the process that job processes are forked from, with the heavy imports done.

    To be called from a thread that lives as long as the service: the kernel ties the fork server's
    life to the thread that started it.
    """
    _context.set_forkserver_preload(["quant_engine.api.jobs.fork_server", *preload])
    forkserver.ensure_running()


def kill_fork_server() -> None:
    """End the fork server at once, where nobody can wait for its imports."""
    # there is no public way to do so
    pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class ProcessDiedError(Exception):
    """The job process ended without an answer."""


class JobProcess:
    """Runs one call at a time; after a kill it is thrown away."""

    def __init__(self, process: ForkServerProcess, pipe: Connection) -> None:
        self._process = process
        self._pipe = pipe
        self._ending: asyncio.Future[None] | None = None

    @classmethod
    async def start(cls) -> "JobProcess":
        """Fork a process; waits for the fork server's imports when it is cold."""
        return await asyncio.to_thread(cls._start)

    @classmethod
    def _start(cls) -> "JobProcess":
        ours, theirs = _context.Pipe()
        process = _context.Process(target=serve, args=(theirs,), daemon=False)
        process.start()
        # only the child holds the other end now, so its death closes the pipe
        theirs.close()
        return cls(process, ours)

    async def run(self, call: Call) -> AsyncGenerator[Message]:
        """Run a call: some `Progress`, then `Finished` or `Raised`.

        A job that reports faster than its reports are logged waits, so nothing piles up.

        Raises:
            ProcessDiedError: the process is gone.
        """
        try:
            self._pipe.send(call)
            while True:
                await self._readable()
                # what was sent before a death is read before the death is noticed
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
        # a grandchild may hold the pipe open, so the process itself is watched as well
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
        """Whether it was killed, and takes no more calls."""
        return self._ending is not None

    async def kill(self, grace: float = TERM_SECONDS) -> None:
        """End the process: politely, then after `grace` seconds by force; returns when it is gone.

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
        """Let go of a process that is gone."""
        self._pipe.close()
        self._process.close()
