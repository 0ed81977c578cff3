"""A machine with systemd, set up by the commands of docs/systemd.md and docs/proxy.md in their order."""

import re
from pathlib import Path

import pytest

from deploy.machine import Outcome, Step, is_possible, run
from deploy.pages import Block, blocks
from deploy.proxies import certificate

needs_namespaces = pytest.mark.skipif(
    not is_possible(), reason="only root may start a machine in namespaces of its own"
)

FIRST_LOOK = next(one.line for one in blocks("systemd") if "journalctl" in one.text)
IS_PRIVATE = """
test "$(stat -c '%U %a' /var/lib/quant-engine)" = "quant-engine 700"
test "$(stat -c '%a' /var/lib/quant-engine/quant_engine.db)" = 600
test "$(stat -c '%U %a' /etc/quant-engine/environment)" = "root 600"
"""
#: the token of the file is required
IS_GUARDED = """
test "$(curl -s -o /dev/null -w '%{http_code}' http://127.0.0.1:8000/api/jobs)" = 401
curl -sSf http://127.0.0.1:8000/api/jobs -H "Authorization: Bearer $QUANT_ENGINE_API_TOKEN"
"""
#: a job, from its submission until it runs
SUBMIT = """
api=http://127.0.0.1:8000/api
auth="Authorization: Bearer $QUANT_ENGINE_API_TOKEN"
curl -sSf $api/compute/train -H "$auth" -H 'Content-Type: application/json' -d '{}' > /run/job.json
job=$(sed 's/.*"job_id":"\\([^"]*\\)".*/\\1/' /run/job.json)
echo "$api/jobs/$job" > /run/job
curl -sSN $api/jobs/$job/events -H "$auth"
"""
#: an orderly stop is no crash: no process is left, and the job runs again without a lost attempt
STOPPED = """
systemctl stop quant-engine
test "$(systemctl show -P Result quant-engine)" = success
if pgrep -u quant-engine; then exit 1; fi
systemctl start quant-engine
curl -sSf "$(cat /run/job)" -H "Authorization: Bearer $QUANT_ENGINE_API_TOKEN"
if journalctl --unit quant-engine | grep -i "lost\\|Traceback"; then exit 1; fi
"""
KILLED = """
systemctl kill --signal KILL quant-engine
while [ "$(systemctl show -P NRestarts quant-engine)" != 1 ] || ! systemctl is-active --quiet quant-engine; do
    sleep 0.1
done
curl -sSf http://127.0.0.1:8000/readyz
"""
MISSPELT = """
cp /etc/quant-engine/environment /run/environment
echo QUANT_ENGINE_WORKER=4 >> /etc/quant-engine/environment
if systemctl restart quant-engine; then exit 1; fi
journalctl --no-pager --unit quant-engine | grep "QUANT_ENGINE_WORKER: there is no such setting; write QUANT_ENGINE_WORKERS"
cp /run/environment /etc/quant-engine/environment
systemctl restart quant-engine
"""
#: both listen on port 443
OTHER_PROXY = "systemctl stop nginx"


def step(block: Block) -> Step:
    """Return what a block of a page is on the machine."""
    if block.kind == "file":
        return Step("file", block.text, path=block.target)
    if block.target == "proxied":
        # the stream through the proxy begins at once
        return Step("stream", block.text, until="event: position")
    assert block.target == "machine", f"{block} is run by no test"
    return Step("run", block.text)


def take(steps: list[Step], folder: Path) -> list[Outcome]:
    """Take steps on a machine; each has to end as it should."""
    outcomes = run(steps, folder)
    for one, outcome in zip(steps, outcomes, strict=False):
        expected = -2 if one.kind == "stream" else 0
        assert outcome.code == expected, f"{one.path}{one.text}\n{outcome.code}: {outcome.output}"
    assert len(outcomes) == len(steps)
    return outcomes


@needs_namespaces
def test_the_unit_runs_the_service(tmp_path: Path) -> None:
    page = [step(block) for block in blocks("systemd")]
    more = [
        *(Step("run", IS_PRIVATE), Step("run", IS_GUARDED)),
        *(Step("stream", SUBMIT, until="event: progress"), Step("run", STOPPED)),
        *(Step("run", KILLED), Step("run", MISSPELT)),
    ]
    outcomes = take([*page, *more], tmp_path / "machine")
    (doctor,) = [o.output for s, o in zip(page, outcomes, strict=False) if "doctor" in s.text]
    assert re.search(r"QUANT_ENGINE_API_TOKEN +│ hidden +│ environment", doctor)
    assert "/var/lib/quant-engine" in doctor
    assert "failing" not in doctor


@needs_namespaces
def test_the_proxies_run_in_front_of_the_unit(tmp_path: Path) -> None:
    authority = certificate(tmp_path)
    folder = "/etc/ssl/quant.example"
    files = [
        Step("file", (tmp_path / name).read_text(), path=f"{folder}/{name}")
        for name in (authority.name, "privkey.pem")
    ]
    # user, token and unit first
    unit = [step(one) for one in blocks("systemd") if one.kind == "file" or one.line < FIRST_LOOK]
    page = blocks("proxy")
    (proxied,) = (step(one) for one in page if one.target == "proxied")
    settings, *proxies = [step(one) for one in page if one.target != "proxied"]
    nginx, caddy = proxies[:2], proxies[2:]
    steps = [*files, *unit, settings, *nginx, proxied, Step("run", OTHER_PROXY), *caddy, proxied]
    for outcome in take(steps, tmp_path / "machine"):
        if outcome.code == -2:
            assert outcome.output.startswith("ready\n")
