"""Reads model versions: the list, and one version."""

from quant_engine.api.schemas.models import ModelManifest
from quant_engine.models.registry import ModelRegistry


class ModelsService:
    """Reads the manifests of versions."""

    def __init__(self, registry: ModelRegistry) -> None:
        self._registry = registry

    def page(self, *, limit: int, before: str | None) -> tuple[list[ModelManifest], str | None]:
        """List versions older than `before`, newest first; also return the `before` of the next page.

        Raises:
            Unavailable: the registry cannot be read or parsed.
        """
        versions = self._registry.versions()
        rest = [stored for stored in versions if before is None or stored.version < before]
        more = rest[limit - 1].version if len(rest) > limit else None
        return [ModelManifest.of(stored) for stored in rest[:limit]], more

    def version(self, version: str) -> ModelManifest:
        """Return one version.

        Raises:
            NotFound: `unknown_version`.
            Unavailable: the registry cannot be read or parsed.
        """
        return ModelManifest.of(self._registry.get(version))
