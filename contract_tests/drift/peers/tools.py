"""The peers by name: stock tools, their versions and options, and why these options."""

import json
import sys
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
NO_SERVICE = 3  #: exit status of `stock_fuzzer` if nothing could be fuzzed

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

#: modules that the API process loads; jobs are replayed
_SERVED = (
    *("api/", "artifacts", "autopilot/accounts", "autopilot/cycles", "autopilot/ledger"),
    *("backtest/costs", "cli/", "config", "data/manifest", "data/universe", "database/"),
    *("disk", "domain/", "models/manifest", "models/promotions", "models/registry", "tracking/"),
)
SERVED = tuple(f"quant_engine/{name}" for name in _SERVED)


@dataclass(frozen=True)
class Peer:
    """Tools that run on a drift together; they find it if one of them is red."""

    name: str
    command: str  #: for people
    gates: tuple[Gate, ...]
    versions: Callable[[], str]
    counts_stale: bool = False  #: a committed file that differs from the generated one counts


def schemathesis(done: Done, _: Path) -> Reading:
    """Any failure or error is a finding, unless the service did not start."""
    return ("broken" if done.status == NO_SERVICE else "red"), []


def redocly(done: Done, _: Path) -> Reading:
    """One line counts the changes of each kind; without it nothing was compared."""
    return ("red" if " major, " in done.output else "broken"), []


def _python(*names: str) -> Callable[[], str]:
    return lambda: ", ".join(f"{name} {version(name)}" for name in names)


def _node(packages: Path, *names: str) -> Callable[[], str]:
    return lambda: ", ".join(f"{name} {_installed(packages / name)}" for name in names)


def _installed(package: Path) -> str:
    content = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return str(content["version"])


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
    (
        # otherwise it looks for its own updates
        *("env", "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true"),
        *(str(HERE / "node_modules/.bin/redocly"), "diff", str(COMMITTED), CONTRACT),
    ),
    redocly,
    (CONTRACT,),
)

_ALL = (
    Peer(
        "schemathesis",
        f"`schemathesis run URL/openapi.json {' '.join(SCHEMATHESIS)}`",
        (_SCHEMATHESIS,),
        _python("schemathesis"),
    ),
    Peer(
        "openapi-typescript and tsc",
        "types regenerated, `tsc --noEmit`",
        (_TSC,),
        _node(ROOT / "frontend/node_modules", "openapi-typescript", "@typescript/native"),
    ),
    Peer(
        "contract differ",
        "`redocly diff committed.json drifted.json`",
        (_DIFFER,),
        _node(HERE / "node_modules", "@redocly/cli"),
    ),
    Peer(
        "import-linter",
        "`lint-imports` with our contracts",
        (GATES["layers"],),
        _python("import-linter"),
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
