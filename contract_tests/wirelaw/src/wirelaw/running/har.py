"""Reads HAR files, as browsers, Playwright, schemathesis and proxies write them."""

import base64
import binascii
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from wirelaw.contract.document import Contract
from wirelaw.running.exchange import Answer, Exchange


def read(path: Path) -> list[Exchange]:
    """Return the exchanges of a file in their order; requests without an answer are left out.

    Raises:
        ValueError: it is no HAR file; the message is one sentence.
        OSError: it cannot be read.
    """
    try:
        return exchanges(json.loads(path.read_bytes()))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"{path.name} is no HAR file: {type(error).__name__}: {error}") from None


def exchanges(document: Any) -> list[Exchange]:
    """Return the exchanges of a document."""
    return list(_exchanges(document["log"]["entries"]))


def _exchanges(entries: Iterable[dict[str, Any]]) -> Iterator[Exchange]:
    for entry in entries:
        request, response = entry["request"], entry["response"]
        if response.get("status", 0) <= 0 or not request["url"].startswith("http"):
            continue
        url = urlsplit(request["url"])
        yield Exchange(
            method=request["method"].upper(),
            path=unquote(url.path) or "/",
            answer=_answer(response),
            query=parse_qsl(url.query, keep_blank_values=True),
            headers=_headers(request),
            body=(request.get("postData") or {}).get("text", "").encode(),
            origin=f"{url.scheme}://{url.netloc}",
        )


def _answer(response: dict[str, Any]) -> Answer:
    content = response.get("content") or {}
    headers = _headers(response)
    headers.pop("content-encoding", None)  # the text is decoded
    headers.setdefault("content-type", content.get("mimeType") or "")
    text = content.get("text")
    # a browser may leave a body out: then nothing is known of it
    body, is_whole = b"", text is not None or content.get("size", 0) == 0
    if text is not None:
        body = text.encode()
        if content.get("encoding") == "base64":
            try:
                body = base64.b64decode(text, validate=True)
            except binascii.Error:
                is_whole = False
    return Answer(response["status"], headers, body, len(body), ended=is_whole)


def _headers(message: dict[str, Any]) -> dict[str, str]:
    return {one["name"].lower(): one["value"] for one in message.get("headers", ())}


def of_the_service(recorded: Iterable[Exchange], contract: Contract) -> list[Exchange]:
    """Return the exchanges with the service that a contract describes, with paths as the contract has them.

    The service is the origin that answers most of the contract's operations. A proxy may serve it below a prefix.
    """
    every = list(recorded)
    prefixes = [
        "",
        *(
            urlsplit(one.get("url", "")).path.rstrip("/")
            for one in contract.document.get("servers", ())
        ),
    ]
    prefixes += [_first_steps(one.path, depth) for one in every for depth in (1, 2)]
    counts: Counter[tuple[str, str]] = Counter()
    for prefix in dict.fromkeys(prefixes):
        for one in every:
            if one.path.startswith(f"{prefix}/") and contract.match(
                one.method, one.path.removeprefix(prefix)
            ):
                counts[one.origin, prefix] += 1
    if not counts:
        return []
    (origin, prefix), _ = counts.most_common(1)[0]
    return [
        Exchange(
            one.method,
            one.path.removeprefix(prefix),
            one.answer,
            one.query,
            one.headers,
            one.body,
            origin,
        )
        for one in every
        if one.origin == origin and one.path.startswith(f"{prefix}/")
    ]


def _first_steps(path: str, depth: int) -> str:
    steps = path.split("/")[1:]
    return "".join(f"/{step}" for step in steps[:depth]) if len(steps) > depth else ""


def write(recorded: Iterable[Exchange]) -> dict[str, Any]:
    """Return exchanges as a HAR document, for other tools and to hand them from one process to another."""
    creator = {"name": "wirelaw", "version": ""}
    entries = [_entry(one) for one in recorded]
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _entry(exchange: Exchange) -> dict[str, Any]:
    answer = exchange.answer
    query = f"?{urlencode(exchange.query)}" if exchange.query else ""
    body = {"mimeType": exchange.media_type, "text": exchange.body.decode("utf-8", "replace")}
    content: dict[str, Any] = {
        "size": len(answer.body),
        "mimeType": answer.headers.get("content-type", ""),
    }
    if answer.ended or answer.streams:
        content |= {"encoding": "base64", "text": base64.b64encode(answer.body).decode()}
    return {
        "request": {
            "method": exchange.method,
            "url": f"{exchange.origin or 'http://localhost'}{quote(exchange.path)}{query}",
            "headers": _pairs(exchange.headers),
            "postData": body,
        },
        "response": {
            "status": answer.status,
            "headers": _pairs(answer.headers),
            "content": content,
        },
    }


def _pairs(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]
