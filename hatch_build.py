"""Puts the built page into wheels and sdists; an editable install reads it from the checkout."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface[Any]):
    """Ships `frontend/dist` as `quant_engine/api/ui`, with the compressed files that the build stores beside the others.

    An sdist already contains the page for its wheel. A build without a page succeeds: the service
    then says how to build it, and `nox -s build` refuses such a wheel.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Include the page, if it is built; `version` is "editable" for an editable wheel."""
        built = Path(self.root, "frontend", "dist")
        shipped = Path("quant_engine", "api", "ui")
        if version == "editable" or Path(self.root, shipped).is_dir():
            return
        if (built / "index.html").is_file():
            build_data["force_include"][str(built)] = str(shipped)
        else:
            self.app.display_warning("frontend/dist is not built: this build has no page")
