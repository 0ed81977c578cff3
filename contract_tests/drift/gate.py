"""What a gate is, and what is common to those that run pytest or vitest."""

import sys
from dataclasses import dataclass

from contract_tests.drift.drifts import Files
from contract_tests.drift.reading import Reader, pytest
from contract_tests.hang import HANG_SECONDS

PYTHON = ("pyproject.toml", "quant_engine/", "contract_tests/", "tests/", "openapi")
PAGE = ("frontend/", "openapi.json")
PLATFORMS = (
    *(".github/", ".importlinter", "LICENSE", "README.md", "contract_tests/drift/peers/package"),
    *("noxfile.py", "ruff.toml", "docs/install.md", "contract_tests/wirelaw/"),
)
VERSIONED = ("uv.lock", "openapi.json", "CHANGELOG.md", "frontend/package")
#: the page's linter and scripts use parts of it
SHARED_PAGE = "contract_tests/wirelaw/src/wirelaw/page/"
SRC = ("frontend/src/", "frontend/tsconfig.json", "openapi.json")

#: tests of the modules that call the service; those of screens take nine tenths of the time
OF_THE_WIRE = (
    *("bounds", "client", "derived", "parameters", "stream", "useCompute", "useContractForm"),
    *("useJobLog", "useJobProgress", "useJobs", "useNewDecisions", "useSSE", "words"),
)
#: tests that need no service in a process of its own
IN_PROCESS = (
    *("access", "contract", "faults", "health_checks", "health_service", "home", "known_jobs"),
    *("middleware", "paging", "requests", "routing", "schemas", "signals"),
    *("tracker_checks", "unreadable"),
)

#: pages and files for users that tests compare with the product, and these tests
DOCUMENTS = ("docs/backup.md", "docs/clients.md", "docs/grafana.json", "docs/metrics.md")
OF_DOCUMENTS = (
    "contract_tests/clients/test_page.py",
    "tests/api/test_metrics_dashboard.py",
    "tests/cli/test_backup.py",
)

#: no kill: the developer runs the command that the test names, it passes, and the drift remains
STALE_CHECKS = (
    "tests/api/test_contract.py::test_the_committed_contract_matches_the_code",
    "contract_tests/test_export.py",
    "contract_tests/test_rename.py::test_in_the_service_s_schema",
    (
        "contract_tests/types/test_contract_changes.py::"
        "test_types_are_made_of_the_contract_alone_and_edits_by_hand_are_named"
    ),
)


@dataclass(frozen=True)
class Gate:
    """One command that fails when something has drifted."""

    name: str
    program: tuple[str, ...]  #: without its targets
    reader: Reader
    reads: tuple[str, ...]  #: it may fail because of files below these paths
    targets: tuple[str, ...] = ()
    folder: str = ""  #: where it runs
    limit_seconds: float = HANG_SECONDS

    def command(self, where: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the command, for all targets or for a part of them."""
        return (*self.program, *(where or self.targets))

    def may_see(self, changed: Files) -> bool:
        """Return whether a change of these files can make it fail."""
        return any(name.startswith(self.reads) for name in changed)


PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
    # all installed plugins take six times as long to load as those that these tests need
    *("-p", "pytest_asyncio.plugin", "-p", "pytest_timeout"),
    *("-p", "contract_tests.drift.no_timeouts"),
    # without workers pytest warns of properties in the newer form, and warnings are errors
    *("--junitxml={scratch}/junit.xml", "-o", "junit_family=xunit1", "--basetemp={scratch}/pytest"),
    *(f"--deselect={test}" for test in STALE_CHECKS),
)
NODE = "node_modules/.bin"
VITEST = (
    *(f"{NODE}/vitest", "run", "--reporter=json", "--outputFile={scratch}/vitest.json"),
    # each test that hangs takes seconds
    "--bail=3",
    "--maxWorkers=1",  # each core has a tree
    "--pool=threads",  # a process for each file takes longer
)


def gate_of_tests(
    name: str, file: str, *tests: str, reads: tuple[str, ...] = PYTHON, more: tuple[str, ...] = ()
) -> Gate:
    """Return a gate of some tests of a file of the gate, or of all of them."""
    path = f"contract_tests/{file}"
    targets = tuple(f"{path}::{test}" for test in tests) or (path,)
    return Gate(name, (*PYTEST, *more), pytest, reads, targets)
