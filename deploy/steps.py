"""Takes the steps on the machine of machine.py, until one fails; it runs with the standard library alone."""

import json
import os
import signal
import subprocess
from pathlib import Path

SHARED = Path("/shared")
#: as a user's shell: with the variables of the service's own file
SHELL = """set -euo pipefail
if [ -e /etc/quant-engine/environment ]; then set -a; . /etc/quant-engine/environment; set +a; fi
"""


def main() -> None:
    """Take the steps, and write how each ended."""
    # not those of the interpreter that runs this
    environment = {k: v for k, v in os.environ.items() if k != "LD_LIBRARY_PATH"}
    environment["COLUMNS"] = "200"  # of a terminal in which no cell is broken
    environment["CURL_CA_BUNDLE"] = "/etc/ssl/quant.example/fullchain.pem"
    outcomes = []
    for step in json.loads((SHARED / "steps.json").read_text()):
        code, output = take(step, environment)
        outcomes.append({"code": code, "output": output})
        if code not in {0, -signal.SIGINT}:
            break
    (SHARED / "outcomes.new").write_text(json.dumps(outcomes))
    (SHARED / "outcomes.new").rename(SHARED / "outcomes.json")


def take(step: dict[str, str], environment: dict[str, str]) -> tuple[int, str]:
    """Take one step; returns the exit code and the output."""
    if step["kind"] == "file":
        path = Path(step["path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step["text"])
        return 0, ""
    script = SHELL + step["text"]
    process = subprocess.Popen(
        ["/bin/bash", "-c", script],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    output = ""
    for line in process.stdout:
        output += line
        if step["kind"] == "stream" and step["until"] in line:
            os.killpg(process.pid, signal.SIGINT)
            break
    output += process.stdout.read()
    return process.wait(), output


if __name__ == "__main__":
    main()
