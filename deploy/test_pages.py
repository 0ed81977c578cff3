"""The commands and files of the pages for users: each is run here, on the machine of machine.py, or by `nox -s build`."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.hang import HANG_SECONDS
from contract_tests.kit.process import PRODUCT_JOBS, SOURCES, ServiceProcess
from deploy import pages
from deploy.pages import PAGES, Block, blocks, content
from deploy.proxies import find

TOKEN = "a-token-of-the-tests"  # noqa: S105
READY = "Quant Engine is ready at http://127.0.0.1:"

ALL = [block for page in PAGES for block in blocks(page)]
#: what runs the others: machine and proxied: test_machine.py; build and wheel: .ci/run with `nox -s build`; the
#: configurations of the proxies: test_proxies.py
ELSEWHERE = {
    *("machine", "proxied", "build", "wheel"),
    *("/etc/nginx/sites-available/quant-engine", "/etc/caddy/Caddyfile"),
}
UNIT = "/etc/systemd/system/quant-engine.service"
HERE = {"shell", "serve", "stream", UNIT}


def of(target: str) -> pytest.MarkDecorator:
    found = [block for block in ALL if block.target == target]
    assert found
    return pytest.mark.parametrize("block", found, ids=str)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    home = tmp_path_factory.mktemp("pages") / "home"
    running = ServiceProcess(home, *PRODUCT_JOBS, token=TOKEN, workers=1)
    yield running
    running.close()


def shell(block: Block, service: ServiceProcess | None, folder: Path) -> subprocess.Popen[str]:
    """Start the commands of a block in an empty folder, as a user of the service has them in a terminal."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("QUANT_ENGINE_")}
    text = block.text
    if service is None:
        # no other program may be on the port
        settings = {"QUANT_ENGINE_HOME": str(folder / "home"), "QUANT_ENGINE_PORT": "0"}
    else:
        settings = {"QUANT_ENGINE_HOME": str(service.home), "QUANT_ENGINE_API_TOKEN": TOKEN}
        text = text.replace("http://127.0.0.1:8000", service.url)
    # the command as it is installed, and with the code of this tree
    program = f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}"
    return subprocess.Popen(
        [find("bash"), "-euo", "pipefail", "-c", text],
        cwd=folder,
        env={**kept, **settings, "PATH": program, "PYTHONPATH": SOURCES},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_each_block_is_run() -> None:
    assert [str(block) for block in ALL if block.target not in HERE | ELSEWHERE] == []
    assert {block.target for block in ALL} == HERE | ELSEWHERE


@of("shell")
def test_commands_succeed(block: Block, service: ServiceProcess, tmp_path: Path) -> None:
    process = shell(block, service, tmp_path)
    output, _ = process.communicate(timeout=HANG_SECONDS)
    assert process.returncode == 0, output
    assert output
    # an answer of the service is no refusal
    assert '"ok":false' not in output


@of("serve")
def test_a_service_starts_and_stops(block: Block, tmp_path: Path) -> None:
    process = shell(block, None, tmp_path)
    assert process.stdout is not None
    assert process.stdout.readline().startswith(READY)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(HANG_SECONDS) == 0
    process.stdout.close()


@of("stream")
def test_a_stream_begins_at_once(block: Block, service: ServiceProcess, tmp_path: Path) -> None:
    process = shell(block, service, tmp_path)
    assert process.stdout is not None
    # nothing else happens on the service, so this line is not the consequence of a later event
    assert "event: position\n" in iter(process.stdout.readline, "")
    # Ctrl-C is ignored by what was started in the background
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(HANG_SECONDS)
    process.stdout.close()


def test_the_unit_is_valid(tmp_path: Path) -> None:
    program = tmp_path / "quant-engine"
    program.symlink_to(sys.executable)
    unit = content("systemd", UNIT).replace("/opt/quant-engine/bin/quant-engine", str(program))
    file = tmp_path / Path(UNIT).name
    file.write_text(unit)
    verify = [find("systemd-analyze"), "verify", "--man=no", str(file)]
    done = subprocess.run(verify, capture_output=True, text=True, check=False, timeout=HANG_SECONDS)
    # it checks the units that this one needs as well, and knows the machine's users
    about = [line for line in done.stderr.splitlines() if file.name in line and "User=" not in line]
    assert about == []
    file.write_text(unit.replace("KillMode=mixed", "KillMode=half"))
    broken = subprocess.run(
        verify, capture_output=True, text=True, check=False, timeout=HANG_SECONDS
    )
    assert "kill mode" in broken.stderr


@pytest.mark.parametrize(
    "text",
    [
        "```sh\nls\n```\n",
        "<!-- run: shell -->\n\n```sh\nls\n```\n",
        "<!-- run: shell -->\n```sh\nls\n```\n\n    ls\n",
    ],
)
def test_a_block_that_nothing_would_run_is_found(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text(text)
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    with pytest.raises(ValueError, match=r"docs/page\.md"):
        blocks("page")
