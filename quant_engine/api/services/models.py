"""Reads model versions: the list, and one version."""

from quant_engine.api.schemas.models import ModelManifest
from quant_engine.models.registry import ModelRegistry


class ModelsService:
    """Reads the manifests of versions.

    It returns stored manifests; a response has only the fields of `ModelManifest`, its declared type.
    """

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry

    def page(self, *, limit: int, before: str | None) -> tuple[list[ModelManifest], str | None]:
        """List versions older than `before`, newest first; also return the `before` of the next page."""
        rest: list[ModelManifest] = [
            stored
            for stored in self._registry.versions()
            if before is None or stored.version < before
        ]
        more = rest[limit - 1].version if len(rest) > limit else None
        return rest[:limit], more

    def version(self, version: str) -> ModelManifest:
        """Return one version; the errors are those of `ModelRegistry.get`."""
        return self._registry.get(version)
