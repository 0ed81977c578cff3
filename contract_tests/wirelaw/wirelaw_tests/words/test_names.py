"""Names of one thing are one on both sides."""

import pytest

from wirelaw.words.names import chosen, concept, shape, steps


@pytest.mark.parametrize(
    "name", ["JobStatus", "job_status", "JOB_STATUSES", "JobStatusEnum", "VALID_JOB_STATUSES"]
)
def test_one_concept_has_one_name(name: str) -> None:
    assert concept(name) == ("job", "status")


def test_a_name_that_is_only_form_stays() -> None:
    assert concept("Options") == ("option",)
    assert shape("Response") == ("response",)


def test_shapes_match_without_their_role() -> None:
    assert shape("JobRecord") == shape("JobResponse") == shape("Job")
    assert shape("Job") != shape("JobLog")


def test_acronyms_and_numbers_are_words() -> None:
    assert steps("HTTPStatus2") == ("http", "status", "2")


def test_a_part_that_was_chosen_is_another_set() -> None:
    assert chosen(("terminal", "status"), ("job", "status"))
    assert not chosen(("terminal", "status"), ("terminal", "job", "status"))
