"""The service answers every request that the committed contract allows as the contract declares."""

import os
from pathlib import Path

import pytest

from contract_tests.conftest import Summarise
from contract_tests.fuzz.pages import paged, torn_pages
from contract_tests.fuzz.refusals import REFUSED, accepted_queries, unprotected
from contract_tests.fuzz.scenario import open_scenario
from contract_tests.fuzz.sweep import QUICK, SMALL, Size, run
from contract_tests.fuzz.unknown_ids import accepted_unknown_ids
from contract_tests.fuzz.wrong_types import conversions
from contract_tests.repository import committed
from wirelaw.finding import check

#: a long sweep: FUZZ_SCALE=20 pytest contract_tests/fuzz
SCALE = int(os.environ.get("FUZZ_SCALE", "1"))
pytestmark = [] if SCALE == 1 else [pytest.mark.timeout(0)]


def scaled(size: Size) -> Size:
    return Size(size.examples * SCALE, size.sequences * SCALE, size.phases)


def test_the_service_answers_as_the_contract_declares(tmp_path: Path, summarise: Summarise) -> None:
    with open_scenario(tmp_path, committed()) as service:
        sweep = run(service, scaled(QUICK))
    summarise("fuzz", sweep.summary())
    check(sweep.findings)


def test_the_service_with_a_token_answers_likewise(tmp_path: Path, summarise: Summarise) -> None:
    with open_scenario(tmp_path, committed(), token="s3cret") as service:  # noqa: S106 - no secret
        sweep = run(service, scaled(SMALL))
    summarise("fuzz with a token", sweep.summary())
    check(sweep.findings)


def test_each_rule_that_is_tried_on_every_value(tmp_path: Path, summarise: Summarise) -> None:
    with open_scenario(tmp_path, committed(), token="s3cret") as service:  # noqa: S106 - no secret
        # two items on every list
        service.run_each_type()
        found = [*unprotected(service), *torn_pages(service), *accepted_queries(service)]
        n_ids, unknown = accepted_unknown_ids(service)
        n_values, converted = conversions(service)
    summarise(
        "fuzz, every value",
        f"{len(REFUSED)} wrong tokens, {n_ids} ids never issued, {n_values} values of every "
        f"JSON type, {len(paged(committed()))} lists by pages, undeclared queries",
    )
    check([*found, *unknown, *converted])
