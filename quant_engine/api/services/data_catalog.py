"""The manifest of the data; after a change of the files, a separate process describes them again."""

import asyncio
import sys

from quant_engine.api.jobs.lifeline import die_with_parent
from quant_engine.data.manifest import DataManifest, read_manifest
from quant_engine.domain.errors import Unavailable
from quant_engine.domain.work import Workspace

DESCRIBE_SECONDS = 120.0


class DataCatalog:
    """Reads the manifest of the installation's data source, and loads no prices."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.describe = describe  #: describes the data of a workspace again
        self._describing = asyncio.Lock()

    async def manifest(self) -> DataManifest:
        """Return the manifest, regenerated if the data changed."""
        found = read_manifest(self.workspace)
        if found is not None:
            return found
        async with self._describing:
            found = read_manifest(self.workspace)
            if found is None:
                await self.describe(self.workspace)
                found = read_manifest(self.workspace)
        if found is None:
            raise Unavailable("The data changed while the service read them. Try again.")
        return found


async def describe(workspace: Workspace) -> None:
    """Describe the data in a process of its own, which alone loads prices."""
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
        raise Unavailable("Reading the data takes too long. Use fewer or smaller files.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        lines = errors.decode(errors="replace").strip().splitlines()
        raise Unavailable(lines[-1] if lines else "The data cannot be read.")
