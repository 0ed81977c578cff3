"""The machine on which simulated job processes run: it starts them, and kills or stops them when the schedule says so."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence

from quant_engine.api.jobs.process import YOUNG_SECONDS, ProcessDiedError
from quant_engine.api.jobs.worker import ALIVE_SECONDS, Alive, Began, Call, Message

#: what the code of a job does, by the years of its parameters: seconds before each message
Script = Sequence[tuple[float, Message]]
START_SECONDS = 0.2  #: a fork, with the imports done
RECEIVE_SECONDS = 0.01
LATE_SECONDS = 3.0  #: by then a slot has noticed that its process is gone


class SimulatedProcess:
    """A job process that runs scripts; it has the interface of `JobProcess`."""

    def __init__(self, machine: "Machine") -> None:
        self._machine = machine
        self._changed = asyncio.Event()
        self._when_gone: list[Callable[[], None]] = []
        self.is_gone = False
        self._gone_at = 0.0
        self.is_stopped = False  #: by SIGSTOP
        self.is_ending = False
        self.is_busy = False
        self.job_id = ""  #: of its last call
        self._has_begun = False
        self.heard_at = asyncio.get_running_loop().time()
        self._started_at = self.heard_at

    @property
    def is_young(self) -> bool:
        """Whether it was started only just now."""
        return asyncio.get_running_loop().time() - self._started_at < YOUNG_SECONDS

    def when_gone(self, act: Callable[[], None]) -> None:
        """Call `act` when the process has ended."""
        self._when_gone.append(act)

    def die(self) -> None:
        """End as by SIGKILL."""
        if not self.is_gone:
            if self.is_busy and self._has_begun and not self.is_ending:
                now = asyncio.get_running_loop().time()
                self._machine.lost.setdefault(self.job_id, []).append(now)
            self.is_gone = True
            self._gone_at = asyncio.get_running_loop().time()
            self._changed.set()
            for act in self._when_gone:
                asyncio.get_running_loop().call_soon(act)

    def stop(self, *, stopped: bool = True) -> None:
        """Stop or go on, as by SIGSTOP and SIGCONT."""
        self.is_stopped = stopped
        self._changed.set()

    async def run(self, call: Call) -> AsyncGenerator[Message]:
        """Run the script of a call."""
        if self.is_gone:
            if asyncio.get_running_loop().time() - self._gone_at > LATE_SECONDS:
                self._machine.late_calls += 1
            raise ProcessDiedError
        self.is_busy, self.job_id, self._has_begun = True, call.job_id, False
        try:
            await self._pass(RECEIVE_SECONDS)
            if self._machine.deaf_calls:
                self._machine.deaf_calls -= 1
                self.die()
                raise ProcessDiedError
            self._has_begun = True
            yield self._sent(Began())
            for seconds, message in self._machine.script(call):
                left = seconds
                while left > ALIVE_SECONDS:
                    await self._pass(ALIVE_SECONDS)
                    left -= ALIVE_SECONDS
                    yield self._sent(Alive())
                await self._pass(left)
                yield self._sent(message)
        finally:
            self.is_busy = False

    def _sent(self, message: Message) -> Message:
        self.heard_at = asyncio.get_running_loop().time()
        return message

    async def _pass(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while not self.is_gone and (self.is_stopped or loop.time() < until):
            self._changed.clear()
            alarm = None if self.is_stopped else loop.call_at(until, self._changed.set)
            try:
                await self._changed.wait()
            finally:
                if alarm is not None:
                    alarm.cancel()
        if self.is_gone:
            raise ProcessDiedError

    async def kill(self, grace: float = 0) -> None:
        """End it; a stopped process does so at the end of the grace alone."""
        self.is_ending = True
        if self.is_stopped and not self.is_gone:
            await asyncio.sleep(grace)
        self.die()

    def close(self) -> None:
        """Nothing is to be released."""


class Machine:
    """Starts processes; `script` is what a call does."""

    def __init__(self, script: Callable[[Call], Script]) -> None:
        self.script = script
        self.processes: list[SimulatedProcess] = []
        self.lost: dict[str, list[float]] = {}  #: by job: when its process died while its code ran
        self.failing_starts = 0  #: how many of the next starts fail
        self.deaf_calls = (
            0  #: how many of the next calls go to a process that dies before it receives them
        )
        self.late_calls = 0  #: to processes that were dead for long
        self.is_stuck = False  #: the fork server does not respond

    async def start(self) -> SimulatedProcess:
        """Start a process."""
        await asyncio.sleep(START_SECONDS)
        while self.is_stuck:  # noqa: ASYNC110 - time is virtual
            await asyncio.sleep(START_SECONDS)
        if self.failing_starts:
            self.failing_starts -= 1
            raise OSError("fork failed")
        self.processes.append(SimulatedProcess(self))
        return self.processes[-1]

    def prepare(self, modules: Sequence[str]) -> None:
        """Nothing is to be imported."""

    def kill(self) -> None:
        """Kill the fork server, and with it all processes; the next start starts another one."""
        self.is_stuck = False
        for process in self.alive:
            process.die()

    @property
    def alive(self) -> list[SimulatedProcess]:
        """The processes that are not gone."""
        return [process for process in self.processes if not process.is_gone]
