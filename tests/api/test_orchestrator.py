"""The types that must be written out for the type checker agree with the one table of job types."""

from importlib import import_module
from typing import get_args

from quant_engine.api.orchestrator import JOB_TYPES
from quant_engine.api.schemas import compute
from quant_engine.api.schemas.jobs import AnyJob, JobType
from quant_engine.domain.parameters import AnyParameters


def test_each_job_type_has_a_row() -> None:
    assert set(JOB_TYPES) == set(JobType)


def test_each_record_has_the_parameters_and_the_summary_of_its_type() -> None:
    fields = [record.model_fields for record in get_args(AnyJob)]
    found = {
        get_args(field["job_type"].annotation)[0]: (
            field["params"].annotation,
            field["result"].annotation,
        )
        for field in fields
    }
    expected = {kind: (spec.parameters, spec.summary | None) for kind, spec in JOB_TYPES.items()}
    assert found == expected


def test_each_parameters_class_is_in_the_union_and_has_its_request() -> None:
    classes = {spec.parameters for spec in JOB_TYPES.values()}
    assert set(get_args(AnyParameters)) == classes
    for kind, spec in JOB_TYPES.items():
        request = getattr(compute, f"{kind.title()}Request")
        assert request.__bases__ == (spec.parameters,)


def test_each_function_exists() -> None:
    for spec in JOB_TYPES.values():
        module, _, function = spec.function.partition(":")
        assert callable(getattr(import_module(module), function))
