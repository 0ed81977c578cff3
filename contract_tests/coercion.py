"""Compares the value that a handler returned with the response, and reports each value that changed."""

from typing import Any

import httpx

from wirelaw.finding import Finding
from wirelaw.running.coercion import differences, returned
from wirelaw.running.exchange import strict_json

PART = "coercion"


async def changed_on_the_way(client: httpx.AsyncClient, method: str, path: str) -> list[Finding]:
    """Send one request, a POST with an empty body, and compare both sides of the answer."""
    body: dict[str, Any] = {"json": {}} if method == "post" else {}
    with returned() as calls:
        answer = await client.request(method, path, **body)
    operation = f"{method.upper()} {path}"
    if answer.status_code >= 300 or len(calls) != 1:
        found = f"{answer.status_code}: {answer.text[:200]}"
        fix = "make the request of contract_tests/test_coercion.py succeed"
        return [Finding(PART, operation, "nothing-to-compare", "an answer", found, fix)]
    function, value = calls[0]
    code = function.replace(".", "/").replace(":", ".py: ")
    fix = f"fix {code} or its model, then run `pytest contract_tests/test_coercion.py`"
    return [
        Finding(PART, f"{operation} {one.pointer or '/'}", *one[1:], fix)
        for one in differences(value, strict_json(answer.content))
    ]
