"""The program that imports an app and asks it; it prints its contract and the exchanges as one line of JSON.

It runs in the interpreter of the repository, so it needs the standard library and the app alone.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from wirelaw.contract.app import load
from wirelaw.contract.document import Contract
from wirelaw.running import har
from wirelaw.running.asgi import request
from wirelaw.running.exchange import Exchange, Message
from wirelaw.running.visit import safe_operations


async def ask(app: Any) -> tuple[dict[str, Any], list[Exchange]]:
    """Start an app, and ask it for everything that needs no parameter."""
    document = app.openapi()
    found = []
    async with _started(app):
        for _, path, query in safe_operations(Contract(document)):
            answer = await request(app, "GET", path, query=query)
            if not answer.crash:
                found.append(Exchange("GET", path, answer, [*query.items()]))
    return document, found


@asynccontextmanager
async def _started(app: Any) -> AsyncIterator[None]:
    """Run the app's lifespan around a block."""
    received: asyncio.Queue[Message] = asyncio.Queue()
    sent: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
    task = asyncio.ensure_future(app(scope, received.get, sent.put))
    await received.put({"type": "lifespan.startup"})
    answer = await sent.get()
    if answer["type"] == "lifespan.startup.failed":
        raise RuntimeError(f"the app does not start: {answer.get('message', '')}".strip())
    try:
        yield
    finally:
        await received.put({"type": "lifespan.shutdown"})
        await sent.get()
        await task


def main(name: str) -> None:
    """Print what an app answers."""
    document, found = asyncio.run(ask(load(name)))
    line = json.dumps({"contract": document, "har": har.write(found)})
    sys.stdout.write(f"\n{line}\n")


if __name__ == "__main__":
    main(sys.argv[1])
