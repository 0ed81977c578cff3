"""nginx and Caddy as processes of a test: on loopback, on free ports, with all their files in one folder."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.jobs import wait_for

PACKAGES = "nginx caddy curl openssl systemd"  #: of Debian
NAME = "quant.example"  #: the host of the pages
NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/proxy.log;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{site}
}}
"""
CADDY = """\
{{
    admin off
    auto_https disable_redirects
    storage file_system {folder}/storage
}}
{site}
"""


class NotInstalled(Exception):
    """A program is not installed."""


def find(program: str) -> str:
    """Return the path of a program.

    Raises:
        NotInstalled: it is not installed.
    """
    # Debian has some of them where only root looks
    path = shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if path is None:
        raise NotInstalled(f"{program} was not found. Install it: apt-get install {PACKAGES}")
    return path


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def certificate(folder: Path) -> Path:
    """Make a certificate for the host of the pages that is signed by itself; returns its file, beside its key."""
    file = folder / "fullchain.pem"
    subprocess.run(
        [
            *(find("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-keyout", str(folder / "privkey.pem"), "-out", str(file)),
            *("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"),
        ],
        check=True,
        capture_output=True,
        timeout=HANG_SECONDS,
    )
    return file


@contextmanager
def nginx(site: str, port: int, folder: Path) -> Iterator[None]:
    """Run nginx with the text of a site, which listens on the port."""
    # as root it would change to a user who cannot enter the folder
    user = "user root root;" if os.geteuid() == 0 else ""
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, user=user, site=site), encoding="utf-8")
    log = str(folder / "proxy.log")
    # the log of its start, which it writes before it reads the configuration
    yield from _running(
        [find("nginx"), "-p", str(folder), "-e", log, "-c", str(config)], port, folder
    )


@contextmanager
def caddy(site: str, port: int, folder: Path) -> Iterator[None]:
    """Run Caddy with the text of a site, which listens on the port."""
    config = folder / "Caddyfile"
    config.write_text(CADDY.format(folder=folder, site=site), encoding="utf-8")
    command = [find("caddy"), "run", "--adapter", "caddyfile", "--config", str(config)]
    yield from _running(command, port, folder)


def _running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (folder / "output.log").open("wb") as output:
        process = subprocess.Popen(
            # it ends with the test, also when that is killed
            [find("setpriv"), "--pdeathsig", "TERM", *command],
            env={**os.environ, **home},
            stdout=output,
            stderr=output,
        )
        try:
            wait_for(lambda: process.poll() is not None or _accepts(port))
            assert process.poll() is None, (folder / "output.log").read_text()
            yield
        finally:
            _end(process)


def _accepts(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        process.wait(HANG_SECONDS)
        gone, alive = psutil.wait_procs(children, timeout=HANG_SECONDS)
        assert not alive, f"The proxy left {alive} behind, and ended {gone}."
