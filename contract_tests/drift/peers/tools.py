"""The peers by name: which stock tools look together, in which version, with which options, and why."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from contract_tests.drift.gates import GATES, PAGE, Gate
from contract_tests.drift.programs import Done
from contract_tests.drift.reading import Outcome, tsc
from contract_tests.drift.regeneration import CONTRACT
from contract_tests.drift.results import FOLDER
from contract_tests.repository import ROOT

HERE = Path(__file__).parent
REPORTS = FOLDER / "peers"
COMMITTED = REPORTS / "committed-openapi.json"  #: the contract as it was when the lab began
NO_SERVICE = 3  #: what `stranger` ends with where nothing could be fuzzed

#: what bounds schemathesis, and what makes it green on the service as it is
SCHEMATHESIS = (
    # a stream that does not end takes the whole timeout, which is 10 s by default
    "--request-timeout=1",
    # 100 by default, which is ten minutes a run; the gate has as many
    "--max-examples=5",
    # red is red: what else it would find does not matter
    "--max-failures=1",
    # a drift is not noticed by luck, and a harmless change not either
    "--generation-deterministic",
    # red on the service as it is: 422 for as many years as the prices at hand do not have
    "--exclude-checks=positive_data_acceptance",
)

#: what the process of the API loads; jobs are replayed
_SERVED = (
    *("api/", "artifacts", "autopilot/accounts", "autopilot/cycles", "autopilot/ledger"),
    *("backtest/costs", "cli/", "config", "data/manifest", "database/", "domain/"),
    *("models/registry", "tracking/"),
)
SERVED = tuple(f"quant_engine/{name}" for name in _SERVED)


@dataclass(frozen=True)
class Peer:
    """Tools that look at a drift together; they notice it where one of them is red."""

    name: str
    ran: str  #: for people
    gates: tuple[Gate, ...]
    versions: Callable[[], str]
    notices_stale: bool = False  #: a committed file that is not what is made counts


def schemathesis(done: Done, _: Path) -> tuple[Outcome, str]:
    """Any failure or error is a find; without a service there was nothing to look at."""
    if done.status == 0:
        return "green", ""
    return ("broken" if done.status == NO_SERVICE else "red"), done.output


def redocly(done: Done, _: Path) -> tuple[Outcome, str]:
    """One line says how many changes there are of each kind; without it nothing was compared."""
    if done.status == 0:
        return "green", ""
    return ("red" if " major, " in done.output else "broken"), done.output


def _python(*names: str) -> Callable[[], str]:
    return lambda: ", ".join(f"{name} {version(name)}" for name in names)


def _node(packages: Path, *names: str) -> Callable[[], str]:
    return lambda: ", ".join(f"{name} {_installed(packages / name)}" for name in names)


def _installed(package: Path) -> str:
    told = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return str(told["version"])


_STRANGER = Gate(
    "schemathesis",
    "schemathesis as it comes, on a service that is really started",
    (sys.executable, "-m", "contract_tests.drift.peers.stranger", "{scratch}", *SCHEMATHESIS),
    schemathesis,
    SERVED,
    limit_seconds=300.0,
)
_TSC = Gate(
    "tsc",
    "tsc on the page, once its types are generated",
    (
        *("node_modules/.bin/tsc", "--noEmit", "--pretty", "false", "-p", "tsconfig.json"),
        # it finds the same, and sooner
        *("--incremental", "--tsBuildInfoFile", "{scratch}/tsbuildinfo"),
    ),
    tsc,
    PAGE,
    folder="frontend",
)
_DIFFER = Gate(
    "redocly-diff",
    "breaking changes between the committed contract and the drifted one",
    (
        # it would ask for news of itself
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
        (_STRANGER,),
        _python("schemathesis"),
    ),
    Peer(
        "openapi-typescript and tsc",
        "types generated anew, `tsc --noEmit`",
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
        (GATES["floors"],),
        _python("import-linter"),
    ),
    Peer(
        "committed files, as changed",
        "`quant-engine contract check`, types `--check`",
        (),
        lambda: "",
        notices_stale=True,
    ),
    Peer(
        "committed files, after their command",
        "the same, once both are written anew",
        (),
        lambda: "",
    ),
)

PEERS: Mapping[str, Peer] = {peer.name: peer for peer in _ALL}
