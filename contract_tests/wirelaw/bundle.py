"""Puts the TypeScript of the lock file into wheels and sdists, for repositories that have none; it is not committed."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: below node_modules, in this order: a package `typescript` may be a new name for one that is elsewhere
PACKAGES = ("typescript", "@typescript/old")
SHIPPED = Path("wirelaw", "page", "bundled")
#: beside the declarations of JavaScript's and the browser's own types. Without its package.json, one of a folder
#: above the installation would decide whether the program is a CommonJS module
FILES = ("lib/typescript.js", "package.json", "LICENSE.txt", "ThirdPartyNoticeText.txt")


class BundleHook(BuildHookInterface[Any]):
    """Ships `typescript.js` and its `lib.*.d.ts` as `wirelaw/page/bundled`, with their licences.

    An sdist already contains them for its wheel. A build without node_modules succeeds: the wheel then needs a
    TypeScript in the repository that it looks at, and `nox -s build` refuses it.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Include the files, if they are installed; `version` is "editable" for an editable wheel."""
        if version == "editable" or Path(self.root, "src", SHIPPED).is_dir():
            return
        modules = Path(self.root).parents[1] / "frontend" / "node_modules"
        found = next(
            (one for one in PACKAGES if (modules / one / "lib" / "lib.d.ts").is_file()), None
        )
        if found is None:
            self.app.display_warning("frontend/node_modules has no TypeScript: this build has none")
            return
        shipped = Path("src", SHIPPED) if self.target_name == "sdist" else SHIPPED
        package = modules / found
        files = [*(package / name for name in FILES), *sorted(package.glob("lib/lib*.d.ts"))]
        for path in files:
            if path.is_file():
                build_data["force_include"][str(path)] = str(shipped / path.name)
