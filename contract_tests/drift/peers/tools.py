"""The peers by name: stock tools, their versions and options, and why these options."""

import json
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from contract_tests.drift.gate import PAGE, Gate
from contract_tests.drift.gates import GATES
from contract_tests.drift.programs import Done
from contract_tests.drift.reading import Reading, tsc
from contract_tests.drift.regeneration import CONTRACT
from contract_tests.drift.results import FOLDER
from contract_tests.repository import ROOT

HERE = Path(__file__).parent
REPORTS = FOLDER / "peers"
COMMITTED = REPORTS / "committed-openapi.json"  #: the contract as it was when the lab began
SEAMS = REPORTS / "seamcheck.json"  #: what seamcheck found then
STREAMS = REPORTS / "fastapi-streams"  #: the client that fastapi-streams generated then
NO_SERVICE = 3  #: exit status of `stock_fuzzer` if nothing could be fuzzed
#: an environment of their own, which `nox -s drift_peers` creates from requirements.txt
PROGRAMS = ROOT / ".nox" / "peers" / "bin"
SEAMCHECK, FASTAPI_STREAMS = PROGRAMS / "seamcheck", PROGRAMS / "fastapi-streams"
REDOCLY = (
    # otherwise it looks for its own updates
    *("env", "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true"),
    str(HERE / "node_modules/.bin/redocly"),
)

HEY_API = str(HERE / "node_modules/.bin/openapi-ts")

#: limits for schemathesis, and what makes it green on the unchanged service
SCHEMATHESIS = (
    # a stream without end takes the whole timeout, which is 10 s by default
    "--request-timeout=1",
    # 100 by default, which is ten minutes a run; the gate has as many
    "--max-examples=5",
    # one failure is enough
    "--max-failures=1",
    # the result must not depend on luck
    "--generation-deterministic",
    # red on the unchanged service: 422 for more years than the stored prices cover
    "--exclude-checks=positive_data_acceptance",
)

#: what makes the traffic of the unchanged service green: requests as the contract describes them, and nothing hidden
RECORDED = (
    *("--request-timeout=1", "--max-examples=5", "--generation-deterministic"),
    *("--mode=positive", "--output-sanitize=false"),
)
#: of the others, one names each method that no operation has
RULES = ("--rules", "schema-consistency", "--min-severity", "warning")

#: modules that the API process loads; jobs are replayed
_SERVED = (
    *("api/", "artifacts", "autopilot/accounts", "autopilot/cycles", "autopilot/ledger"),
    *("backtest/costs", "cli/", "config", "data/manifest", "data/universe", "database/"),
    *("disk", "domain/", "models/manifest", "models/promotions", "models/registry", "tracking/"),
)
SERVED = tuple(f"quant_engine/{name}" for name in _SERVED)
SOURCES = ("quant_engine/", "frontend/")


@dataclass(frozen=True)
class Peer:
    """Tools that run on a drift together; they find it if one of them is red."""

    name: str
    command: str  #: for people
    gates: tuple[Gate, ...]
    versions: Callable[[], str]
    counts_stale: bool = False  #: a committed file that differs from the generated one counts
    needs: str = ""  #: what a project must have for it, for people
    program: Path | None = None  #: of an environment of its own, which may lack it

    @property
    def is_installed(self) -> bool:
        """Whether it can run here."""
        return self.program is None or self.program.is_file()


def schemathesis(done: Done, _: Path) -> Reading:
    """Any failure or error is a finding, unless the service did not start."""
    return ("broken" if done.status == NO_SERVICE else "red"), []


def redocly(done: Done, _: Path) -> Reading:
    """One line counts the changes of each kind; without it nothing was compared."""
    return ("red" if " major, " in done.output else "broken"), []


def first_status(done: Done, _: Path) -> Reading:
    """Exit 1 is a finding, and any other that it could not look; a program of Python that breaks exits with 1 too."""
    is_finding = done.status == 1 and "Traceback (most recent call last)" not in done.output
    return ("red" if is_finding else "broken"), []


def _python(*names: str) -> Callable[[], str]:
    return lambda: ", ".join(f"{name} {version(name)}" for name in names)


def _node(packages: Path, *names: str) -> Callable[[], str]:
    return lambda: ", ".join(f"{name} {_installed(packages / name)}" for name in names)


def _installed(package: Path) -> str:
    content = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return str(content["version"])


def _pinned(name: str) -> Callable[[], str]:
    """Return the version of a peer that is not in this environment."""
    text = (HERE / "requirements.txt").read_text(encoding="utf-8")
    (found,) = re.findall(rf"^{name}(?:\[\w+\])?==([\w.]+)", text, re.MULTILINE)
    return lambda: f"{name} {found}"


def _own() -> str:
    project = ROOT / "contract_tests/wirelaw/pyproject.toml"
    return f"wirelaw {tomllib.loads(project.read_text(encoding='utf-8'))['project']['version']}"


_SCHEMATHESIS = Gate(
    "schemathesis",
    (sys.executable, "-m", "contract_tests.drift.peers.stock_fuzzer", "{scratch}", *SCHEMATHESIS),
    schemathesis,
    SERVED,
    limit_seconds=300.0,
)
_TSC = Gate(
    "tsc",
    (
        *("node_modules/.bin/tsc", "--noEmit", "--pretty", "false", "-p", "tsconfig.json"),
        # finds the same in less time
        *("--incremental", "--tsBuildInfoFile", "{scratch}/tsbuildinfo"),
    ),
    tsc,
    PAGE,
    folder="frontend",
)
_DIFFER = Gate(
    "redocly-diff",
    (*(*REDOCLY, "diff", str(COMMITTED), CONTRACT),),
    redocly,
    (CONTRACT,),
)
_TRAFFIC = Gate(
    "redocly-drift",
    (
        *(sys.executable, "-m", "contract_tests.drift.peers.traffic", "{scratch}"),
        *(*RECORDED, "--", *REDOCLY, "drift", *RULES),
    ),
    first_status,
    (*SERVED, CONTRACT),
    limit_seconds=300.0,
)
_HEY = Gate(
    "hey-api",
    (sys.executable, "-m", "contract_tests.drift.peers.hey_api", "{scratch}", HEY_API),
    tsc,
    PAGE,
)
_SEAMS = Gate(
    "seamcheck",
    (sys.executable, "-m", "contract_tests.drift.peers.seam", str(SEAMCHECK), str(SEAMS)),
    first_status,
    SOURCES,
    limit_seconds=300.0,
)
_STREAMS = Gate(
    "fastapi-streams",
    (
        *(str(FASTAPI_STREAMS), "check", "--schema", CONTRACT),
        *("--language", "typescript", "--output", str(STREAMS)),
    ),
    first_status,
    (CONTRACT,),
)


def _wirelaw(level: int) -> Gate:
    command = (sys.executable, "-m", "wirelaw", "check", "--level", str(level))
    return Gate(f"wirelaw-{level}", command, first_status, (*SOURCES, CONTRACT))


_ALL = (
    Peer(
        "schemathesis",
        f"`schemathesis run URL/openapi.json {' '.join(SCHEMATHESIS)}`",
        (_SCHEMATHESIS,),
        _python("schemathesis"),
        needs="a contract and a service that runs",
    ),
    Peer(
        "openapi-typescript and tsc",
        "types regenerated, `tsc --noEmit`",
        (_TSC,),
        _node(ROOT / "frontend/node_modules", "openapi-typescript", "@typescript/native"),
        needs="a contract, and a page that uses the generated types",
    ),
    Peer(
        "contract differ",
        "`redocly diff committed.json drifted.json`",
        (_DIFFER,),
        _node(HERE / "node_modules", "@redocly/cli"),
        needs="two versions of a contract",
    ),
    Peer(
        "schemathesis, then redocly drift",
        "`schemathesis run … --report har`, `redocly drift traffic.har --api openapi.json`",
        (_TRAFFIC,),
        lambda: f"{_python('schemathesis')()}, {_node(HERE / 'node_modules', '@redocly/cli')()}",
        needs="a contract and a service that runs; its traffic as a HAR file",
    ),
    Peer(
        "hey-api and tsc",
        "types regenerated, `tsc --noEmit`",
        (_HEY,),
        _node(HERE / "node_modules", "@hey-api/openapi-ts"),
        needs="a contract, and a page that uses the generated types",
    ),
    Peer(
        "seamcheck",
        "`seamcheck findings`, those that are new",
        (_SEAMS,),
        _pinned("seamcheck"),
        needs="two folders",
        program=SEAMCHECK,
    ),
    Peer(
        "fastapi-streams",
        "`fastapi-streams check`",
        (_STREAMS,),
        _pinned("fastapi-streams"),
        needs="Python 3.12, streams of its router or of the same shape, and a page that uses its client",
        program=FASTAPI_STREAMS,
    ),
    Peer(
        "wirelaw, sources",
        "`wirelaw check --level 0`",
        (_wirelaw(0),),
        _own,
        needs="two folders, and Node",
    ),
    Peer(
        "wirelaw, sources and contract",
        "`wirelaw check --level 1`",
        (_wirelaw(1),),
        _own,
        needs="two folders, Node, and a contract",
    ),
    Peer(
        "import-linter",
        "`lint-imports` with our contracts",
        (GATES["layers"],),
        _python("import-linter"),
        needs="contracts of imports",
    ),
    Peer(
        "committed files, as changed",
        "`quant-engine contract check`, types `--check`",
        (),
        lambda: "",
        counts_stale=True,
    ),
    Peer(
        "committed files, after their command",
        "the same, after both were regenerated",
        (),
        lambda: "",
    ),
)

PEERS: Mapping[str, Peer] = {peer.name: peer for peer in _ALL}
