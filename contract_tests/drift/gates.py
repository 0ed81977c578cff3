"""The gates by name: what each runs, and which files it reads, so that only those run that a drift can affect.

Tests that plant their own faults are left out, because they check the checks and not this tree. Tests that only
compare a generated file with the committed one are left out as well.
"""

import sys
from collections.abc import Mapping

from contract_tests.drift.gate import (
    DOCUMENTS,
    IN_PROCESS,
    NODE,
    OF_DOCUMENTS,
    OF_THE_WIRE,
    PAGE,
    PLATFORMS,
    PYTEST,
    PYTHON,
    SHARED_PAGE,
    SRC,
    VERSIONED,
    VITEST,
    Gate,
    gate_of_tests,
)
from contract_tests.drift.programs import BIN
from contract_tests.drift.reading import (
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

_ALL = (
    # cheapest first: a drift that names no gate is tried on them in this order
    gate_of_tests(
        "wire",
        "test_wire.py",
        "test_the_contract_is_the_wire_contract",
        reads=(*PYTHON, "docs/wire.md"),
    ),
    gate_of_tests("exceptions", "test_exceptions.py", "test_the_list_is_sound"),
    Gate(
        "lint",
        (f"{BIN}/ruff", "check", "--no-cache", "--output-format=concise"),
        ruff,
        ("quant_engine/", "tests/", "contract_tests/", "ruff.toml"),
        ("quant_engine", "tests", "contract_tests"),
    ),
    Gate("house-rules", PYTEST, pytest, ("",), ("tests/test_house.py",)),
    gate_of_tests("columns", "test_rename.py", "test_no_column_has_another_name"),
    gate_of_tests(
        "health",
        "test_health_thresholds.py",
        "test_each_check_turns_at_its_threshold",
        "test_each_check_has_a_row",
    ),
    gate_of_tests("zones", "test_zones.py", "test_no_time_is_the_machine_s"),
    gate_of_tests(
        "packages",
        "test_packages.py",
        "test_packages_contain_what_users_need_and_nothing_else",
        "test_wirelaw_contains_what_users_need_and_nothing_else",
        "test_every_way_to_start_is_the_same",
        "test_every_platform_is_the_declared_one",
        "test_every_file_names_one_version",
        "test_the_lock_has_the_declared_dependencies",
        reads=("quant_engine/", "pyproject.toml", "hatch_build.py", *VERSIONED, *PLATFORMS),
    ),
    gate_of_tests(
        "closure",
        "test_closure.py",
        "test_the_product_loads_what_is_shipped_with_it",
        "test_no_contract_of_the_layers_leaves_out_an_import",
        reads=(*PYTHON, ".importlinter"),
    ),
    gate_of_tests(
        "wire-text",
        "test_wire.py",
        "test_every_bound_is_pinned",
        "test_each_row_of_a_table_is_compared_with_the_contract",
        "test_the_text_names_operations_that_exist",
        "test_the_text_has_the_times_of_the_streams",
        "test_the_settings_are_those_of_the_service",
        "test_each_section_names_checks_that_exist",
        reads=(*PYTHON, "docs/wire.md"),
    ),
    Gate(
        "layers",
        (f"{BIN}/lint-imports", "--no-cache"),
        imports,
        (".importlinter", *PYTHON, "e2e/", "deploy/", "benchmarks/"),
    ),
    Gate(
        "types-page",
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
        (
            *(f"{NODE}/biome", "lint", "--reporter=github"),
            *("--max-diagnostics=none", "--error-on-warnings"),
        ),
        biome,
        ("frontend/",),
        ("src",),
        folder="frontend",
    ),
    Gate(
        "types-lint-page",
        (f"{NODE}/oxlint", "--type-aware", "--deny-warnings", "--format=unix"),
        oxlint,
        PAGE,
        ("src",),
        folder="frontend",
    ),
    Gate(
        "wire-rules",
        ("node", "lint/wire-rules.mjs"),
        wire_rules,
        (*SRC, "frontend/lint/", "frontend/scripts/", SHARED_PAGE),
        folder="frontend",
    ),
    gate_of_tests(
        "traces",
        "traces/test_traces.py",
        "test_each_trace_is_what_the_contract_declares",
        "test_each_operation_has_a_trace",
        reads=(*PYTHON, "frontend/tests/"),
    ),
    gate_of_tests(
        "replay",
        "test_replay.py",
        "test_a_home_with_results_answers_every_read",
        "test_a_job_ends_with_what_was_recorded",
        "test_results_are_those_of_their_job",
        "test_a_held_job_goes_back_to_the_queue",
    ),
    gate_of_tests("clients", "clients/test_meaning.py"),
    gate_of_tests(
        "coercion",
        "test_coercion.py",
        "test_the_wire_carries_what_handlers_return",
        "test_the_wire_carries_the_stored_report",
    ),
    gate_of_tests(
        "liveness-parameters", "liveness/test_listing.py", "test_each_parameter_changes_the_answer"
    ),
    gate_of_tests(
        "observed",
        "observed/test_observed.py",
        "test_everything_declared_was_seen",
        "test_nothing_else_was_seen",
        "test_every_step_shows_what_no_other_does",
    ),
    gate_of_tests(
        "imports",
        "test_imports.py",
        "test_nothing_is_imported_by_name",
        "test_a_cycle_loads_nothing_of_the_api",
        "test_jobs_find_all_that_they_need_in_an_installation",
    ),
    gate_of_tests(
        "liveness-answers",
        "liveness/test_answers.py",
        "test_what_the_service_sends_is_used",
        "test_what_the_page_reads_is_declared",
        "test_what_the_page_reads_was_recorded",
        reads=(*PYTHON, *PAGE),
    ),
    Gate(
        "tests-page",
        VITEST,
        vitest,
        PAGE,
        tuple(f"tests/{name}.test" for name in OF_THE_WIRE),
        folder="frontend",
    ),
    gate_of_tests(
        "exhaustive-checks", "fuzz/test_sweep.py", "test_each_rule_that_is_tried_on_every_value"
    ),
    gate_of_tests(
        "streams",
        "streams/test_machine.py",
        "test_every_law_holds_after_every_step",
        "test_every_law_of_logs_holds_after_every_step",
    ),
    gate_of_tests(
        "stream-laws",
        "streams/test_planted.py",
        "test_the_real_streams_keep_every_law",
        "test_the_real_streams_of_logs_keep_every_law",
    ),
    gate_of_tests(
        "backlog", "streams/test_backlog.py", "test_a_stream_that_has_more_to_send_does_not_wait"
    ),
    gate_of_tests(
        "near-misses",
        "edges/test_access.py",
        "test_what_is_near_is_refused",
        "test_without_a_token_it_is_the_same",
    ),
    gate_of_tests(
        "headers",
        "edges/test_headers.py",
        "test_each_answer_has_the_headers_that_are_declared",
        "test_a_page_that_is_not_built_has_them_too",
        reads=(*PYTHON, "docs/wire.md"),
    ),
    gate_of_tests(
        "codings",
        "edges/test_codings.py",
        "test_every_path_is_answered_as_the_client_prefers",
        "test_compressed_answers_have_the_declared_headers",
        "test_head_has_the_headers_of_a_compressed_get",
        "test_a_stored_file_is_no_path",
        "test_the_codings_of_repeated_headers_are_one_list",
    ),
    gate_of_tests(
        "bounds",
        "edges/test_bounds.py",
        "test_each_bound_is_met_and_passed",
        "test_a_body_has_its_largest_size",
        "test_the_largest_record_fits",
        "test_each_list_of_a_record_is_bounded",
        "test_the_largest_result_fits",
        "test_the_longest_error_fits",
        "test_an_event_id_of_any_length_begins_anew",
    ),
    gate_of_tests(
        "lists",
        "edges/test_pages.py",
        "test_pages_are_the_filtered_whole",
        "test_every_filter_is_tried",
        "test_the_log_keeps_what_it_promises",
    ),
    gate_of_tests(
        "changed-files",
        "edges/test_changed_files.py",
        "test_no_answer_is_of_a_file_that_changed",
    ),
    gate_of_tests(
        "command-line",
        "edges/test_command_line.py",
        "test_each_option_is_a_field_and_reaches_the_request",
        "test_ctrl_c_at_each_step_cancels_the_job",
        "test_json_is_the_api_s_data",
        "test_figures_are_those_of_the_page",
        "test_each_metric_of_the_contract_has_a_format",
        "test_a_table_ends_as_json_does",
        "test_doctor_prints_the_checks_of_the_api",
        reads=(*PYTHON, "frontend/src/"),
    ),
    gate_of_tests(
        "page-faults",
        "types/test_page_faults.py",
        "test_each_fault_is_named",
        reads=(*PAGE, "contract_tests/types/", SHARED_PAGE),
    ),
    gate_of_tests(
        "liveness-requests",
        "liveness/test_computing.py",
        "test_each_field_changes_what_is_computed",
    ),
    gate_of_tests(
        "real-jobs",
        "test_record.py",
        "test_results_of_real_jobs_fit_the_contract",
        "test_the_recordings_are_current",
        "test_figures_are_as_precise_and_as_large_as_they_were",
        "test_results_of_real_jobs_keep_the_relations",
        "test_values_come_from_where_they_did",
        "test_a_prediction_of_many_names_fits_its_record",
    ),
    gate_of_tests(
        "engine",
        "engine/test_engine.py",
        more=("-x",),
    ),
    gate_of_tests(
        "interleaving",
        "streams/test_interleaving.py",
        # each of its tests checks the same for another schedule
        more=("-x",),
    ),
    gate_of_tests(
        "entry-points",
        "liveness/test_entry.py",
        "test_what_is_promised_holds_for_every_kind",
        "test_no_header_opens_a_guarded_request",
    ),
    gate_of_tests(
        "broken-checks", "faults/test_health.py", "test_no_check_is_ok_when_what_it_reads_is_broken"
    ),
    gate_of_tests("writers", "streams/test_writers.py", "test_two_writers_that_wait_for_a_third"),
    gate_of_tests(
        "interrupted", "streams/test_interrupted.py", "test_no_writer_undoes_what_another_does"
    ),
    gate_of_tests(
        "relations", "test_relations.py", "test_each_rule_holds_of_what_jobs_leave_and_can_fail"
    ),
    gate_of_tests(
        "faults",
        "faults/test_faults.py",
        "test_each_broken_dependency_is_reported",
        "test_head_fails_where_get_does",
        "test_a_process_that_cannot_describe_the_prices_is_reported",
        "test_the_age_of_a_model_on_demo_data_needs_their_description",
    ),
    gate_of_tests(
        "fuzz",
        "fuzz/test_sweep.py",
        "test_the_service_answers_as_the_contract_declares",
        "test_the_service_with_a_token_answers_likewise",
        more=("-x",),
    ),
    # those that compare a page for users with the product; `nox -s deploy` runs the others
    Gate("documents", PYTEST, pytest, (*PYTHON, *DOCUMENTS), OF_DOCUMENTS),
    Gate(
        "tests-screens",
        # a thread cannot have a time zone of its own, which one of these tests sets
        (*VITEST[:-1], *(f"--exclude=tests/{name}.test.*" for name in OF_THE_WIRE)),
        vitest,
        PAGE,
        folder="frontend",
    ),
    Gate(
        "tests-api",
        PYTEST,
        pytest,
        PYTHON,
        tuple(f"tests/api/test_{name}.py" for name in IN_PROCESS),
    ),
    Gate(
        "mypy",
        (sys.executable, "-m", "mypy", "--no-error-summary"),
        mypy,
        ("quant_engine/", "pyproject.toml"),
        ("quant_engine",),
    ),
    # whatever is left: services in processes of their own and real models, so a survivor takes minutes here. All
    # other gates are in a zone west of Greenwich, as a lone process is; this one is east
    Gate(
        "tests-rest",
        (
            *(*PYTEST, "-x", "-p", "contract_tests.drift.east"),
            "--ignore=tests/test_house.py",
            *(f"--ignore=tests/api/test_{name}.py" for name in IN_PROCESS),
            *(f"--ignore={file}" for file in OF_DOCUMENTS),
        ),
        pytest,
        PYTHON,
        ("tests",),
        limit_seconds=3600.0,
    ),
)

GATES: Mapping[str, Gate] = {gate.name: gate for gate in _ALL}
