"""Every wire shape is in `api/schemas`, and a field that a stored shape gains is not on the wire."""

import importlib
import pkgutil
import re
from enum import Enum
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, create_model
from typing_extensions import TypeAliasType

from contract_tests.kit import examples
from contract_tests.kit.answers import envelope
from quant_engine.api import export, schemas
from quant_engine.api.main import ROUTERS, create_app
from quant_engine.api.schemas.events import AnyJobEvent, JobEvent
from quant_engine.api.schemas.models import ModelManifest
from quant_engine.config import Settings
from quant_engine.models import manifest as stored_models
from quant_engine.models.manifest import VersionManifest
from quant_engine.models.registry import ModelRegistry

SCHEMAS = tuple(
    importlib.import_module(f"{schemas.__name__}.{module.name}")
    for module in pkgutil.iter_modules(schemas.__path__)
)


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
    """Whether `api/schemas` declares a component, or takes it from the shapes that all layers share."""
    holders = [module for module in SCHEMAS if hasattr(module, name)]
    if component is None:
        return bool(holders)
    # a generic with a type argument has the module of the router
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


def test_the_stored_manifest_is_not_a_shape_of_the_wire() -> None:
    assert declared_in_schemas("ModelManifest", ModelManifest)
    assert not declared_in_schemas("VersionManifest", VersionManifest)
    # not even under the name of the shape on the wire
    assert not declared_in_schemas("ModelManifest", VersionManifest)


async def test_a_field_that_the_stored_manifest_gains_is_not_on_the_wire(
    home: Path, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    wider = create_model("Wider", __base__=VersionManifest, owner=(str, "a team"))
    monkeypatch.setattr(stored_models, "VersionManifest", wider)
    stored = wider.model_validate(examples.manifest("v1").model_dump())
    examples.promote(home, stored)
    assert ModelRegistry(home).get("v1") == stored
    one = envelope(await client.get("/api/models/v1"))["data"]
    assert one == stored.model_dump(mode="json", exclude={"owner"})
    assert one.keys() == ModelManifest.model_fields.keys()
    assert envelope(await client.get("/api/models"))["data"]["items"] == [one]


def test_routers_services_and_schemas_use_the_same_resource_names() -> None:
    api = Path(schemas.__path__[0]).parent
    routers, shapes, services = (
        {path.stem for path in (api / folder).glob("[a-z]*.py")}
        for folder in ("routers", "schemas", "services")
    )
    assert routers <= shapes
    # jobs are read from their store, and `health_service` keeps the name that documents give it
    assert routers - {"jobs", "system_health"} <= services
