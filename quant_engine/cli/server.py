"""Runs the service: in the foreground for `serve`, or in a thread for a command that needs one."""

import asyncio
import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Self

import uvicorn
from sse_starlette.sse import AppStatus

from quant_engine.api.access import is_loopback
from quant_engine.api.jobs.engine import JobEngine
from quant_engine.api.jobs.worker import JobTypeSpec
from quant_engine.api.main import create_app
from quant_engine.api.schemas.jobs import JobType
from quant_engine.cli.limits import LimitedProtocol, most_connections
from quant_engine.config import Settings
from quant_engine.domain.errors import Unavailable

#: addresses that stand for all of this machine's, with the one that a command connects to
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 - compared only
BACKLOG = 128  #: connections that wait to be accepted
GRACE_SECONDS = 1  #: for requests under way; streams are closed at once

_log = logging.getLogger(__name__)


class AddressTaken(Unavailable):
    """The address cannot be bound."""


class _Server(uvicorn.Server):
    """A uvicorn server that closes streams before it waits for connections, and reports when it is ready."""

    def __init__(
        self, config: uvicorn.Config, *, on_started: Callable[[], None], drain: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._on_started = on_started
        self._drain = drain

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT.

        uvicorn raises the signal again afterwards, which would end the process before running jobs
        are back in the queue.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        handled = (signal.SIGTERM, signal.SIGINT)
        before = {number: signal.signal(number, self.handle_exit) for number in handled}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept requests, then call `on_started`."""
        await super().startup(sockets)
        self._on_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the streams, then wait for the other requests."""
        self._drain()
        await super().shutdown(sockets)


async def serve(
    settings: Settings,
    *,
    on_ready: Callable[[str], None],
    on_server: Callable[[uvicorn.Server], None] | None = None,
    engine: JobEngine | None = None,
    job_types: Mapping[JobType, JobTypeSpec] | None = None,
) -> None:
    """Serve until a signal stops it; calls `on_ready` with the URL once it accepts requests.

    `engine` and `job_types` are those of `create_app`.

    Raises:
        Unavailable: the home, the database or the address cannot be used.
    """
    if not is_loopback(settings.host) and settings.api_token is None:
        raise Unavailable(
            f"Refusing to serve on {settings.host} without a token: set QUANT_ENGINE_API_TOKEN."
        )
    if settings.host in EVERY_ADDRESS and not settings.allowed_hosts:
        _log.warning(
            "No other machine can use the service by a name: requests whose Host is not this machine are refused. "
            "Set QUANT_ENGINE_ALLOWED_HOSTS to the names that clients use."
        )
    LimitedProtocol.most_connections = most_connections()
    # job processes parse the files of users, and inherit what this one has
    os.environ.pop("QUANT_ENGINE_API_TOKEN", None)
    listener = _listen(settings.host, settings.port)
    # it would cut streams off in the middle of a chunk; `service.drain` ends them between chunks
    AppStatus.enable_automatic_graceful_drain = False
    try:
        app = create_app(settings, engine=engine, job_types=job_types)
        service = app.state.service
        # a full collection visits every object and holds the loop meanwhile; what is loaded by now stays
        gc.freeze()
        config = uvicorn.Config(
            app,
            lifespan="off",
            ws="none",
            log_config=None,
            access_log=False,
            server_header=False,
            http=LimitedProtocol,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        url = _url(settings.host, listener.getsockname()[1])

        def started() -> None:
            service.home.announce(url)
            on_ready(url)

        server = _Server(config, on_started=started, drain=service.drain)
        if on_server is not None:
            on_server(server)
        async with service.lifespan(app):
            await server.serve(sockets=[listener])
    finally:
        listener.close()


def report_ready() -> None:
    """Tell systemd that requests are accepted, if it started this process with `Type=notify`; see sd_notify(3)."""
    # not for the job processes, which would report for the service
    address = os.environ.pop("NOTIFY_SOCKET", None)
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            # a name in place of a file begins with a NUL, which no variable can have
            manager.connect(f"\0{address[1:]}" if address.startswith("@") else address)
            manager.sendall(b"READY=1")
    except OSError as error:
        _log.warning("systemd could not be notified that the service is ready: %s", error.strerror)


def _listen(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise AddressTaken(
            f"Port {port} of {host} cannot be bound ({error.strerror}). "
            "Choose another with --port; 0 picks a free one."
        ) from error
    # asyncio sets this only on sockets with IPPROTO_TCP, which create_server does not set; without it
    # a response in two writes waits 40 ms for the client's acknowledgement of the first
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _url(host: str, port: int) -> str:
    name = EVERY_ADDRESS.get(host, host)
    return f"http://[{name}]:{port}" if ":" in name and "[" not in name else f"http://{name}:{port}"


class BackgroundService:
    """A service in a thread of this process, for as long as the block runs."""

    def __init__(self, settings: Settings, *, engine: JobEngine | None = None) -> None:
        self._serve = partial(serve, settings, engine=engine)
        self._ready = threading.Event()
        self._server: uvicorn.Server | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="service")
        self.url = ""

    def __enter__(self) -> Self:
        """Start, and wait until requests are accepted."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and wait until no job process is left."""
        if self._server is not None:
            self._server.should_exit = True
        self._thread.join()

    def wait(self) -> None:
        """Block until the service ends."""
        self._thread.join()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve(on_ready=self._announce, on_server=self._remember))
        except BaseException as error:  # noqa: BLE001 - raised in the thread that waits
            self._failure = error
        finally:
            self._ready.set()

    def _announce(self, url: str) -> None:
        self.url = url
        self._ready.set()

    def _remember(self, server: uvicorn.Server) -> None:
        self._server = server
