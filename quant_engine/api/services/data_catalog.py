"""What data there is, without loading any: manifests only, described anew by a process of its own."""

import asyncio
import sys

from quant_engine.api.jobs.lifeline import die_with_parent
from quant_engine.data.manifest import DataManifest, read_manifest
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import Workspace

DESCRIBE_SECONDS = 120.0


class DataCatalog:
    """The manifest of the installation's data source, as the files are now."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self._describing = asyncio.Lock()

    async def manifest(self) -> DataManifest:
        """Return the manifest, made anew if the data changed.

        Raises:
            Unavailable: the data are missing, damaged or cannot be read.
        """
        known = read_manifest(self.workspace)
        if known is not None:
            return known
        async with self._describing:
            known = read_manifest(self.workspace)
            if known is None:
                await self._describe()
                known = read_manifest(self.workspace)
        if known is None:
            raise Unavailable("The data changed while they were read. Try again.")
        return known

    async def _describe(self) -> None:
        workspace = self.workspace
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "quant_engine.data.describe"),
            *(str(workspace.home), workspace.data_source, str(workspace.data_path or "")),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            preexec_fn=die_with_parent,
        )
        try:
            _, errors = await asyncio.wait_for(process.communicate(), DESCRIBE_SECONDS)
        except TimeoutError:
            raise Unavailable(
                "Reading the data takes too long. Use fewer or smaller files."
            ) from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            said = errors.decode(errors="replace").strip().splitlines()
            raise Unavailable(said[-1] if said else "The data cannot be read.")
