"""Every shape on the wire is declared in `api/schemas`, and what is stored can gain a field without it."""

import importlib
import json
import pkgutil
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, create_model
from typing_extensions import TypeAliasType

from contract_tests.kit import examples
from quant_engine.api import export, schemas
from quant_engine.api.main import ROUTERS, create_app
from quant_engine.api.schemas.autopilot import (
    PaperAccount,
    PaperFill,
    PaperOrder,
    PaperPosition,
    PaperRules,
)
from quant_engine.api.schemas.events import AnyJobEvent, JobEvent
from quant_engine.api.schemas.models import Fold, ModelFile, ModelManifest
from quant_engine.api.schemas.projection import Projection
from quant_engine.api.schemas.system_health import (
    DisagreementSnapshot,
    ExecutionFill,
    ExecutionQuality,
    IcSnapshot,
)
from quant_engine.autopilot import accounts, ledger
from quant_engine.config import Settings
from quant_engine.models import manifest
from quant_engine.tracking import disagreement_tracker, execution_tracker, ic_tracker

SCHEMAS = tuple(
    importlib.import_module(f"{schemas.__name__}.{module.name}")
    for module in pkgutil.iter_modules(schemas.__path__)
)
#: each shape that stands for what a lower layer stores or computes
SOURCES: dict[type[Projection], type[BaseModel]] = {
    Fold: manifest.TrainedFold,
    ModelFile: manifest.VersionFile,
    ModelManifest: manifest.VersionManifest,
    PaperAccount: ledger.AccountStatement,
    PaperFill: accounts.FilledOrder,
    PaperOrder: accounts.PendingOrder,
    PaperPosition: accounts.HeldPosition,
    PaperRules: accounts.AccountRules,
    DisagreementSnapshot: disagreement_tracker.DisagreementRow,
    ExecutionFill: execution_tracker.FillRow,
    ExecutionQuality: execution_tracker.ExecutionSummary,
    IcSnapshot: ic_tracker.IcRow,
}


def classes(annotation: Any, found: set[type]) -> None:
    """Add the models and enums that a type consists of."""
    if isinstance(annotation, TypeAliasType):
        annotation = annotation.__value__
    for argument in get_args(annotation):
        classes(argument, found)
    if not isinstance(annotation, type) or annotation in found:
        return
    if issubclass(annotation, BaseModel | Enum):
        found.add(annotation)
    if issubclass(annotation, BaseModel):
        for field in annotation.model_fields.values():
            classes(field.annotation, found)


@pytest.fixture(scope="module")
def components(tmp_path_factory: pytest.TempPathFactory) -> dict[str, type | None]:
    """The class of each component; None for a union that has a name of its own."""
    app = create_app(Settings(home=tmp_path_factory.mktemp("home")))
    found: set[type] = set()
    for frame in (JobEvent, AnyJobEvent):
        classes(frame, found)
    for route in (route for router in ROUTERS for route in router.routes):
        assert isinstance(route, APIRoute)
        for field in (route.body_field, route.response_field, *route.response_fields.values()):
            if field is not None:
                classes(field.field_info.annotation, found)
    by_name = {re.sub(r"\W", "_", one.__name__): one for one in found}
    return {name: by_name.get(name) for name in export.document(app)["components"]["schemas"]}


def declared_in_schemas(name: str, component: type | None) -> bool:
    """Whether `api/schemas` declares a component, or takes it from the words that all layers share."""
    holders = [module for module in SCHEMAS if hasattr(module, name)]
    if component is None:
        return bool(holders)
    # a generic that is given its type has the module of the router that gives it
    home = getattr(component, "__pydantic_generic_metadata__", {}).get("origin") or component
    home = home.__module__
    if home.startswith(schemas.__name__):
        return True
    is_shared = home.startswith("quant_engine.domain.")
    return is_shared and any(getattr(module, name) is component for module in holders)


def test_every_component_is_declared_in_schemas(components: dict[str, type | None]) -> None:
    assert len(components) > 80
    strays = [
        name
        for name, component in components.items()
        if not declared_in_schemas(name.removesuffix("Name"), component)
    ]
    assert strays == []


def test_a_stored_shape_is_not_declared_in_schemas() -> None:
    assert declared_in_schemas("ModelManifest", ModelManifest)
    assert not declared_in_schemas("VersionManifest", manifest.VersionManifest)
    # not even under the name of the shape that stands for it
    assert not declared_in_schemas("ModelManifest", manifest.VersionManifest)


def test_every_projection_has_its_fields_from_what_it_stands_for() -> None:
    projections = set(subclasses(Projection))
    assert {one for one in projections if not one.__name__.startswith("_")} == set(SOURCES)
    for shape, source in SOURCES.items():
        assert shape.model_fields.keys() <= source.model_fields.keys(), shape


def subclasses(base: type[Projection]) -> Iterator[type[Projection]]:
    for one in base.__subclasses__():
        yield one
        yield from subclasses(one)


def test_a_field_that_the_stored_manifest_gains_is_not_on_the_wire() -> None:
    stored = examples.manifest("v1", folds=[fold()])
    wider = create_model("Wider", __base__=manifest.VersionManifest, owner=(str, "nobody"))
    gained = wider.model_validate(stored.model_dump())
    assert json.loads(gained.model_dump_json())["owner"] == "nobody"
    assert ModelManifest.of(gained) == ModelManifest.of(stored)
    answer = ModelManifest.of(gained).model_dump(mode="json")
    assert answer.keys() == ModelManifest.model_fields.keys()
    assert answer["folds"][0]["file"] == {"name": "f0.skops", "sha256": "0"}


def fold() -> dict[str, Any]:
    return {
        "horizon": 10,
        "train_end": "2019-01-01",
        "test_start": None,
        "n_rows": 1,
        "file": {"name": "f0.skops", "sha256": "0"},
    }


def test_routers_services_and_schemas_use_the_same_resource_names() -> None:
    api = Path(schemas.__path__[0]).parent
    routers, shapes, services = (
        {path.stem for path in (api / folder).glob("[a-z]*.py")}
        for folder in ("routers", "schemas", "services")
    )
    assert routers <= shapes
    # jobs are read from their store, and `health_service` keeps the name that documents give it
    assert routers - {"jobs", "system_health"} <= services
