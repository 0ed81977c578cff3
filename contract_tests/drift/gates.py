"""The gates by name: what each runs, and which files it reads, so that only those run that a drift can affect.

Tests that plant their own faults are left out, because they check the checks and not this tree. Tests that only
compare a generated file with the committed one are left out as well.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contract_tests.drift.drifts import Files
from contract_tests.drift.reading import (
    Reader,
    biome,
    imports,
    mypy,
    oxlint,
    pytest,
    ruff,
    tsc,
    vitest,
    wire_rules,
)

PYTHON = ("pyproject.toml", "quant_engine/", "contract_tests/", "tests/", "openapi.json")
PAGE = ("frontend/", "openapi.json")
SRC = ("frontend/src/", "frontend/tsconfig.json", "openapi.json")

#: tests of the modules that call the service; those of screens take nine tenths of the time
OF_THE_WIRE = (
    *("bounds", "client", "parameters", "stream", "useCompute", "useContractForm", "useJobLog"),
    *("useJobProgress", "useJobs", "useNewDecisions", "useSSE", "words"),
)
#: tests that need no service in a process of its own
IN_PROCESS = (
    *("access", "contract", "faults", "health_checks", "health_service", "paging", "requests"),
    *("routing", "schemas", "signals", "tracker_checks", "unreadable"),
)

#: no kill: the developer runs the command that the test names, it passes, and the drift remains
STALE_CHECKS = (
    "tests/api/test_contract.py::test_the_committed_contract_is_the_code_s",
    "contract_tests/test_export.py",
    "contract_tests/test_rename.py::test_in_the_service_s_schema",
    "contract_tests/test_rename.py::test_in_openapi_json",
    "contract_tests/test_rename.py::test_in_a_generated_file",
    (
        "contract_tests/types/test_contract_changes.py::"
        "test_types_are_made_of_the_contract_alone_and_edits_by_hand_are_named"
    ),
)


@dataclass(frozen=True)
class Gate:
    """One command that fails when something has drifted."""

    name: str
    what: str
    program: tuple[str, ...]  #: without its targets
    reader: Reader
    reads: tuple[str, ...]  #: it may fail because of files below these paths
    targets: tuple[str, ...] = ()
    folder: str = ""  #: where it runs
    limit_seconds: float = 600.0

    def command(self, where: tuple[str, ...] = ()) -> tuple[str, ...]:
        """Return the command, for all targets or for a part of them."""
        return (*self.program, *(where or self.targets))

    def may_see(self, changed: Files) -> bool:
        """Return whether a change of these files can make it fail."""
        return any(name.startswith(self.reads) for name in changed)


_PYTEST = (
    *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"),
    # all installed plugins take six times as long to load as those that these tests need
    *(
        "-p",
        "pytest_asyncio.plugin",
        "-p",
        "pytest_timeout",
        "-p",
        "contract_tests.drift.no_timeouts",
    ),
    # without workers pytest warns of properties in the newer form, and warnings are errors
    *("--junitxml={scratch}/junit.xml", "-o", "junit_family=xunit1", "--basetemp={scratch}/pytest"),
)
_NODE = "node_modules/.bin"
_VITEST = (
    *(f"{_NODE}/vitest", "run", "--reporter=json", "--outputFile={scratch}/vitest.json"),
    # each test that hangs takes seconds
    "--bail=3",
    # a process for each file takes longer
    "--pool=threads",
)


def _tests(
    name: str,
    what: str,
    *targets: str,
    reads: tuple[str, ...] = PYTHON,
    more: tuple[str, ...] = (),
    seconds: float = 600.0,
) -> Gate:
    program = (*_PYTEST, *more, *(f"--deselect={test}" for test in STALE_CHECKS))
    return Gate(name, what, program, pytest, reads, targets, limit_seconds=seconds)


def _of(file: str, *tests: str) -> tuple[str, ...]:
    return tuple(f"contract_tests/{file}::{test}" for test in tests)


_ALL = (
    # cheapest first: a drift that names no gate meets them in this order
    _tests(
        "wire",
        "the contract against the pins by hand",
        *_of("test_wire.py", "test_the_contract_is_the_wire_contract"),
    ),
    _tests(
        "exceptions", "the list of exceptions", *_of("test_exceptions.py", "test_the_list_is_sound")
    ),
    Gate(
        "lint",
        "the service's style: ruff",
        (
            str(Path(sys.executable).with_name("ruff")),
            "check",
            "--no-cache",
            "--output-format=concise",
        ),
        ruff,
        ("quant_engine/", "tests/", "contract_tests/", "ruff.toml"),
        ("quant_engine", "tests", "contract_tests"),
    ),
    _tests(
        "house-rules",
        "the house rules: sizes, names, late imports",
        "tests/test_house.py",
        reads=("",),
    ),
    _tests(
        "columns",
        "the job's columns against its record",
        *_of("test_rename.py", "test_no_column_has_another_word"),
    ),
    Gate(
        "layers",
        "the contracts of .importlinter",
        (str(Path(sys.executable).with_name("lint-imports")), "--no-cache"),
        imports,
        (".importlinter", "quant_engine/", "contract_tests/", "tests/", "e2e/", "benchmarks/"),
    ),
    Gate(
        "types-page",
        "the page's types: tsc",
        (
            *("node", "scripts/typecheck.mjs"),
            # files that are as they were at the last drift of the same tree are not checked again
            *("--incremental", "--tsBuildInfoFile", "{scratch}/tsbuildinfo"),
        ),
        tsc,
        PAGE,
        folder="frontend",
    ),
    Gate(
        "lint-page",
        "the page's stock linter: biome",
        (
            f"{_NODE}/biome",
            "lint",
            "--reporter=github",
            "--max-diagnostics=none",
            "--error-on-warnings",
        ),
        biome,
        ("frontend/",),
        ("src",),
        folder="frontend",
    ),
    Gate(
        "types-lint-page",
        "the page's linter with types: oxlint",
        (f"{_NODE}/oxlint", "--type-aware", "--deny-warnings", "--format=unix"),
        oxlint,
        PAGE,
        ("src",),
        folder="frontend",
    ),
    Gate(
        "wire-rules",
        "our own rules for the page's code that calls the service",
        ("node", "lint/wire-rules.mjs"),
        wire_rules,
        (*SRC, "frontend/lint/", "frontend/scripts/"),
        folder="frontend",
    ),
    _tests(
        "traces",
        "the recorded answers that the page's tests use",
        *_of(
            "traces/test_traces.py",
            "test_each_is_what_the_contract_says",
            "test_each_operation_has_one",
        ),
        reads=(*PYTHON, "frontend/tests/"),
    ),
    _tests(
        "replay",
        "a service with recorded results answers every GET",
        *_of(
            "test_replay.py",
            "test_a_furnished_home_has_an_answer_for_every_route_that_reads",
            "test_a_job_ends_with_what_was_recorded",
            "test_results_are_those_of_their_job",
            "test_jobs_wait_run_and_fail_as_planned",
            "test_a_held_job_is_cancelled_or_goes_back_to_the_queue",
        ),
    ),
    _tests(
        "coercion",
        "what handlers return against what the wire carries",
        *_of("test_coercion.py", "test_the_wire_carries_what_handlers_return"),
    ),
    _tests(
        "liveness-parameters",
        "every parameter changes the answer",
        *_of("liveness/test_listing.py", "test_each_parameter_changes_the_answer"),
    ),
    _tests(
        "observed",
        "everything that the contract declares is seen on the wire, and nothing else",
        *_of(
            "observed/test_observed.py",
            "test_everything_declared_was_seen",
            "test_nothing_else_was_seen",
            "test_every_step_shows_what_no_other_does",
        ),
    ),
    _tests(
        "imports",
        "imports by name, and the modules that a research cycle loads",
        *_of(
            "test_imports.py",
            "test_nothing_is_imported_by_name",
            "test_a_cycle_loads_nothing_of_the_api",
        ),
    ),
    _tests(
        "liveness-answers",
        "the page reads every field and event that the service sends",
        *_of(
            "liveness/test_answers.py",
            "test_what_is_told_is_used",
            "test_what_the_page_reads_is_declared",
            "test_what_the_page_reads_was_seen",
        ),
        reads=(*PYTHON, *PAGE),
    ),
    Gate(
        "tests-page",
        "the page's tests of modules that call the service: vitest",
        _VITEST,
        vitest,
        PAGE,
        tuple(f"tests/{name}.test" for name in OF_THE_WIRE),
        folder="frontend",
    ),
    _tests(
        "exhaustive-checks",
        "authorisation, pages, unknown ids, and values of every type",
        *_of("fuzz/test_sweep.py", "test_each_law_that_needs_no_luck"),
    ),
    _tests(
        "streams",
        "the laws of the streams, after every step of a random sequence",
        *_of("streams/test_machine.py", "test_every_law_holds_after_every_step"),
    ),
    _tests(
        "edges",
        "near misses, headers, bounds, pages, the log and the command line",
        *_of("edges/test_access.py", "test_what_is_near_is_refused"),
        *_of("edges/test_headers.py", "test_each_answer_has_the_headers_that_are_declared"),
        *_of(
            "edges/test_bounds.py",
            "test_each_bound_is_met_and_passed",
            "test_a_body_has_its_largest_size",
            "test_the_largest_record_fits",
        ),
        *_of(
            "edges/test_pages.py",
            "test_pages_are_the_filtered_whole",
            "test_every_filter_is_tried",
            "test_the_log_keeps_what_it_promises",
        ),
        *_of(
            "edges/test_command_line.py",
            "test_each_option_is_a_field_and_reaches_the_request",
            "test_json_is_the_api_s_data",
            "test_figures_are_those_of_the_page",
        ),
        reads=(*PYTHON, "docs/", "frontend/src/"),
    ),
    _tests(
        "page-faults",
        "the page's tools report planted faults of the page",
        *_of("types/test_page_faults.py", "test_each_fault_is_named"),
        reads=(*PAGE, "contract_tests/types/"),
    ),
    _tests(
        "liveness-requests",
        "every field of a request changes what is computed",
        *_of("liveness/test_computing.py", "test_each_field_changes_what_is_computed"),
    ),
    _tests(
        "real-jobs",
        "results of real jobs against the contract and the recordings",
        *_of(
            "test_record.py",
            "test_real_jobs_leave_what_the_contract_says",
            "test_the_recordings_are_of_today",
        ),
    ),
    _tests(
        "interleaving",
        "the laws of the streams, with an event at every await",
        "contract_tests/streams/test_interleaving.py",
        # each of its tests checks the same for another schedule
        more=("-x",),
    ),
    _tests(
        "faults",
        "each dependency of each operation is broken",
        *_of("faults/test_faults.py", "test_what_is_broken_below_an_operation_is_said"),
    ),
    _tests(
        "fuzz",
        "schemathesis and our own checks, on the committed contract",
        *_of(
            "fuzz/test_sweep.py",
            "test_the_service_is_as_the_contract_says",
            "test_with_a_token_it_is_the_same",
        ),
        more=("-x",),
    ),
    Gate(
        "tests-screens",
        "the page's tests of screens: vitest",
        (*_VITEST, *(f"--exclude=tests/{name}.test.*" for name in OF_THE_WIRE)),
        vitest,
        PAGE,
        folder="frontend",
    ),
    # tests with a service in a process of its own take minutes; a drift that needs one names it
    _tests(
        "tests-api",
        "the service's tests",
        *(f"tests/api/test_{name}.py" for name in IN_PROCESS),
    ),
    Gate(
        "mypy",
        "the service's types",
        (sys.executable, "-m", "mypy", "--no-error-summary"),
        mypy,
        ("quant_engine/", "pyproject.toml"),
        ("quant_engine",),
    ),
)

GATES: Mapping[str, Gate] = {gate.name: gate for gate in _ALL}
