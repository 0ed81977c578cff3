"""One killable job process and the pipe to it, on the event loop; see `docs/decisions/0005-job-processes.md`."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

from quant_engine.api.jobs.capture import last_lines, make_pipes
from quant_engine.api.jobs.lines import Printed, messages
from quant_engine.api.jobs.worker import Call, Finished, Message, Raised, serve
from quant_engine.api.schemas.job_log import LogSource

TERM_SECONDS = 3.0  #: how long a process may take to leave before it is killed
YOUNG_SECONDS = 1.0
KILL_SECONDS = 2.0  #: likewise, to be gone after that

#: apart from the threads that start processes, which may wait for a fork server that is stuck
_killers = ThreadPoolExecutor(max_workers=64, thread_name_prefix="kill")
_context = multiprocessing.get_context("forkserver")
Outputs = Mapping[LogSource, Connection]  #: where the service reads what a process prints


class ForkServer:
    """The process that forks job processes, with the heavy imports done; there is one for each service process."""

    def prepare(self, modules: Sequence[str]) -> None:
        """Start it; it imports these modules.

        Call it from a thread that lives as long as the service: the kernel kills the fork server when the
        thread that started it ends.
        """
        _context.set_forkserver_preload(["quant_engine.api.jobs.fork_server", *modules])
        forkserver.ensure_running()

    async def start(self) -> "JobProcess":
        """Fork a process, once the imports are done; a fork server that died is started again."""
        return JobProcess(*await asyncio.to_thread(_fork))

    def kill(self) -> None:
        """Kill it, and with it its job processes, without waiting for its imports."""
        # there is no public way to do so
        pid = forkserver._forkserver._forkserver_pid  # type: ignore[attr-defined]  # noqa: SLF001
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def _fork() -> tuple[ForkServerProcess, Connection, Outputs]:
    ours, theirs = _context.Pipe()
    outputs = make_pipes(lambda: _context.Pipe(duplex=False))
    process = _context.Process(target=serve, args=(theirs, outputs), daemon=False)
    try:
        process.start()
    finally:
        # now only the child holds the other end, so its death closes the pipe
        theirs.close()
        for _, writer in outputs.values():
            writer.close()
    return process, ours, {source: reader for source, (reader, _) in outputs.items()}


class ProcessDiedError(Exception):
    """The job process ended without an answer."""


class JobProcess:
    """Runs one call at a time, and none after a kill."""

    def __init__(self, process: ForkServerProcess, pipe: Connection, outputs: Outputs) -> None:
        self._process = process
        self._pipe = pipe
        self._outputs = outputs
        self._ending: asyncio.Future[None] | None = None
        self._when_gone: list[Callable[[], None]] = []
        self._has_ended = False
        self._is_lost = False
        self.is_busy = False  #: it runs a call
        loop = asyncio.get_running_loop()
        self._started_at = loop.time()
        self.heard_at = loop.time()  #: when it last said anything
        loop.add_reader(process.sentinel, self._end)

    @property
    def is_gone(self) -> bool:
        """Whether it has ended, by itself or by a kill."""
        # its pipe closes a moment before the fork server tells that it has ended
        return self._is_lost or not self._process.is_alive()

    @property
    def is_young(self) -> bool:
        """Whether it was started only just now."""
        return asyncio.get_running_loop().time() - self._started_at < YOUNG_SECONDS

    def when_gone(self, act: Callable[[], None]) -> None:
        """Call `act` when it has ended."""
        self._when_gone.append(act)

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        self._has_ended = True
        for act in list(self._when_gone):
            act()

    async def run(self, call: Call) -> AsyncGenerator[Message]:
        """Run a call: some `Progress` and `Printed`, then `Finished` or `Raised`.

        A job that reports faster than the service logs waits, so no messages pile up. Of a process that dies, what
        it printed last comes too.

        Raises:
            ProcessDiedError: the process ended without an answer.
        """
        self.is_busy, self.heard_at = True, asyncio.get_running_loop().time()
        printed = 0
        try:
            self._pipe.send(call)
            while True:
                await self._readable()
                message = self._receive()
                self.heard_at = asyncio.get_running_loop().time()
                if isinstance(message, Printed):
                    printed = message.lines[-1].number
                yield message
                if isinstance(message, Finished | Raised):
                    return
        except (EOFError, OSError) as error:
            self._is_lost = True
            for message in messages(last_lines(self._outputs, printed)):
                yield message
            raise ProcessDiedError from error
        finally:
            self.is_busy = False

    def _receive(self) -> Message:
        # messages that a process sent before it died are read first
        if not self._pipe.poll():
            raise EOFError
        message: Message = self._pipe.recv()
        return message

    async def _readable(self) -> None:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        # a grandchild may hold the pipe open, so watch the process as well
        self.when_gone(ready.set)
        loop.add_reader(self._pipe.fileno(), ready.set)
        try:
            if not self._has_ended:
                await ready.wait()
        finally:
            loop.remove_reader(self._pipe.fileno())
            self._when_gone.remove(ready.set)

    @property
    def is_ending(self) -> bool:
        """Whether it is killed and accepts no more calls."""
        return self._ending is not None

    async def kill(self, grace: float = TERM_SECONDS) -> None:
        """Terminate the process, and kill it after `grace` seconds; returns when it has ended.

        A second call waits for the first.
        """
        ending = self._ending
        if ending is None or (ending.done() and ending.exception() is not None):
            loop = asyncio.get_running_loop()
            ending = self._ending = loop.run_in_executor(_killers, self._kill, grace)
        await asyncio.shield(ending)

    def _kill(self, grace: float) -> None:
        if grace > 0:
            self._process.terminate()
            self._process.join(grace)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(KILL_SECONDS)
        if self._process.is_alive():
            # only the fork server can tell that it has ended, and that does not respond
            ForkServer().kill()
            self._process.join()

    def close(self) -> None:
        """Release the resources of a process that has ended."""
        asyncio.get_running_loop().remove_reader(self._process.sentinel)
        for pipe in (self._pipe, *self._outputs.values()):
            pipe.close()
        self._process.close()
