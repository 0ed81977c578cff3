"""Captures what a job prints, warns and logs, in its process; it never fails the job, and keeps a bounded part.

The file descriptors 1 and 2 of a job process are pipes, so that the output of C libraries and of programs that a job
starts is captured too. The service has the reading ends as well, and reads what a process wrote last before it died.
"""

import ctypes
import faulthandler
import fcntl
import logging
import os
import selectors
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from multiprocessing.connection import Connection
from threading import Event, Lock, Thread
from time import sleep, time
from traceback import format_exception

from quant_engine.api.jobs.lines import (
    FIRST_LINES,
    KEPT_BYTES,
    NEWEST_LINES,
    Line,
    LineBuffer,
    Printed,
    RawLine,
    Splitter,
    clean,
    messages,
)
from quant_engine.api.schemas.job_log import LogLevel, LogSource

SEND_SECONDS = 0.25  #: between two times that lines are sent
#: output stays in the pipe for so long: what a process wrote just before it died can be read there
READ_SECONDS = 0.02
PIPE_BYTES = 262_144
LAST_READS = 16  #: of what a program prints that runs on after its job
DESCRIPTORS = {LogSource.STDOUT: 1, LogSource.STDERR: 2}
PRINTED = {LogSource.STDOUT: LogLevel.INFO, LogSource.STDERR: LogLevel.WARNING}
#: by the lowest number of `logging`
LEVELS = (
    (logging.CRITICAL, LogLevel.CRITICAL),
    (logging.ERROR, LogLevel.ERROR),
    (logging.WARNING, LogLevel.WARNING),
    (logging.INFO, LogLevel.INFO),
)

Send = Callable[[Printed], None]
Pipe = tuple[Connection, Connection]  #: where it is read and where it is written
Pipes = Mapping[LogSource, Pipe]


class Capture:
    """Takes the standard output and error of this process, its log and its warnings, for as long as it lives."""

    def __init__(self, pipes: Pipes) -> None:
        self._lock = Lock()  #: of everything below
        self._lines: LineBuffer[RawLine] = LineBuffer()
        self._added = Event()  #: there are lines to send
        self._number = 0
        self._is_running = False  #: a job, which gets the lines; others go where the service writes
        self._splitters = {source: Splitter() for source in pipes}
        self._readers = {source: reader for source, (reader, _) in pipes.items()}
        self._console = os.dup(DESCRIPTORS[LogSource.STDERR])
        for source, (reader, writer) in pipes.items():
            os.set_blocking(reader.fileno(), False)
            os.dup2(writer.fileno(), DESCRIPTORS[source])
            writer.close()
        # those of the program may be missing, or refuse a character
        sys.stdout, sys.stderr = (
            open(one, "w", buffering=1, encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
            for one in DESCRIPTORS.values()
        )
        faulthandler.enable(DESCRIPTORS[LogSource.STDERR], all_threads=False)
        logging.captureWarnings(capture=True)
        logging.getLogger().addHandler(_Handler(self.add))
        logging.getLogger().setLevel(logging.INFO)
        Thread(target=self._read, daemon=True).start()

    def add(self, source: LogSource, level: LogLevel, contents: Sequence[bytes]) -> None:
        """Add lines, after those that were printed before."""
        with self._lock:
            for printed in self._splitters:
                self._read_once(printed)
            self._add(source, level, contents, len(contents[0]) if contents else 0)

    def _add(
        self, source: LogSource, level: LogLevel, contents: Sequence[bytes], size: int
    ) -> None:
        if not self._is_running:
            for content in contents:
                with suppress(OSError):
                    os.write(self._console, content + b"\n")
            return
        at, first, count = time(), self._number + 1, len(contents)
        self._number += count
        # most of a flood would be dropped at once
        begin = min(FIRST_LINES, count)
        kept = chain(range(begin), range(max(begin, count - NEWEST_LINES), count))
        self._lines.add(
            [
                RawLine(first + n, at, level, source, one[:KEPT_BYTES], len(one) if n else size)
                for n, one in ((n, contents[n]) for n in kept)
            ]
        )
        if count:
            self._added.set()

    @contextmanager
    def job(self, send: Send) -> Iterator[None]:
        """Send the lines of one job, for as long as the block runs; all of them are sent at its end."""
        with self._lock:
            self._number, self._is_running = 0, True
        done = Event()
        thread = Thread(target=self._repeat, args=(send, done), daemon=True)
        thread.start()
        try:
            # each job warns again
            with warnings.catch_warnings():
                yield
        finally:
            done.set()
            self._added.set()
            thread.join()
            self._end()
            self._send(send)

    def _repeat(self, send: Send, done: Event) -> None:
        # the service that it tells may be gone
        with suppress(OSError):
            while not done.is_set():
                self._added.wait()
                self._added.clear()
                self._send(send)
                done.wait(SEND_SECONDS)

    def _send(self, send: Send) -> None:
        with self._lock:
            lines, self._lines = self._lines, LineBuffer()
        for message in messages(clean(line) for line in lines.peek(len(lines))):
            send(message)

    def _end(self) -> None:
        """Read everything that the job wrote; what its programs write from now on is not of the job."""
        for stream in (sys.stdout, sys.stderr):
            # the job may have replaced or closed it
            with suppress(Exception):
                stream.flush()
        # printf keeps its output until there is much of it
        ctypes.CDLL(None).fflush(None)
        with self._lock:
            for source, splitter in self._splitters.items():
                for _ in range(LAST_READS):
                    if not self._read_once(source):
                        break
                self._add(source, PRINTED[source], *splitter.end())
            self._is_running = False

    def _read(self) -> None:
        with selectors.DefaultSelector() as selector:
            for source, reader in self._readers.items():
                selector.register(reader, selectors.EVENT_READ, source)
            while selector.get_map():
                for key, _ in selector.select():
                    sleep(READ_SECONDS)
                    with self._lock:
                        self._read_once(key.data)

    def _read_once(self, source: LogSource) -> bool:
        chunk = read_now(self._readers[source])
        self._add(source, PRINTED[source], *self._splitters[source].split(chunk))
        return bool(chunk)


class _Handler(logging.Handler):
    """Adds the records of `logging`, and warnings, which are records of a logger of their own."""

    def __init__(self, add: Callable[[LogSource, LogLevel, Sequence[bytes]], None]) -> None:
        super().__init__()
        self._add = add
        self._process = os.getpid()

    def emit(self, record: logging.LogRecord) -> None:
        """Add a record; its traceback follows it."""
        try:
            level = next(
                (name for least, name in LEVELS if record.levelno >= least), LogLevel.DEBUG
            )
            is_warning = record.name == "py.warnings"
            message = record.getMessage()
            text = message if is_warning else f"{record.name}: {message}"
            source = LogSource.WARNINGS if is_warning else LogSource.LOGGING
            error = record.exc_info[1] if record.exc_info else None
            trace = "" if error is None else "".join(format_exception(error))
            if os.getpid() == self._process:
                self._add(source, level, _lines_of(text))
                self._add(LogSource.TRACEBACK, level, _lines_of(trace))
            else:
                # a process that the job forked has no thread that sends lines
                sys.stderr.write(f"{text}\n{trace}")
        except Exception:  # noqa: BLE001 - as every handler of the standard library
            self.handleError(record)


def _lines_of(text: str) -> list[bytes]:
    return text.encode("utf-8", "backslashreplace").splitlines()


def make_pipes(pipe: Callable[[], Pipe]) -> Pipes:
    """Make the pipes of a process."""
    pipes = {source: pipe() for source in DESCRIPTORS}
    for reader, _ in pipes.values():
        # a larger one costs a job that prints much less
        with suppress(OSError):
            fcntl.fcntl(reader.fileno(), fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        os.set_blocking(reader.fileno(), False)
    return pipes


def read_now(reader: Connection) -> bytes:
    """Read what is in a pipe; nothing if it is empty or closed."""
    with suppress(OSError):
        return os.read(reader.fileno(), PIPE_BYTES)
    return b""


def last_lines(readers: Mapping[LogSource, Connection], after: int) -> list[Line]:
    """Return what a process that died had written, and not yet read and sent."""
    lines: list[Line] = []
    for source, reader in readers.items():
        splitter = Splitter()
        ended, _ = splitter.split(read_now(reader))
        for one in [*ended, *splitter.end()[0]][-NEWEST_LINES:]:
            number = after + len(lines) + 1
            raw = RawLine(number, time(), PRINTED[source], source, one[:KEPT_BYTES], len(one))
            lines.append(clean(raw))
    return lines
