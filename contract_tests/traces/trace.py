"""One recorded exchange with the service, and the folder from which the page's tests read them."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from contract_tests.repository import ROOT
from contract_tests.substitutes import Substitutes
from wirelaw.running.exchange import Answer

FOLDER = ROOT / "frontend" / "tests" / "traces"
RECORD = "run `python -m contract_tests.traces`"
JSON = "application/json"


@dataclass(frozen=True)
class Trace:
    """A request and its answer; `path` has the query, and only some headers are recorded."""

    name: str
    method: str
    path: str
    status: int
    headers: dict[str, str]
    content: bytes = b""
    sent_headers: dict[str, str] = field(default_factory=dict)
    sent: Any = None  #: the request's body; null where there was none

    @property
    def media_type(self) -> str:
        """The answer's content type without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def route(self) -> str:
        """The path without its query."""
        return self.path.partition("?")[0]

    @property
    def content_text(self) -> str:
        """The answer's body as text; JSON in the form in which `read` returns it."""
        text = self.content.decode()
        return json.dumps(json.loads(text)) if self.media_type == JSON and text else text

    @property
    def text(self) -> str:
        """All texts that may contain an id or a time."""
        parts = (self.path, *self.headers.values(), self.content_text, json.dumps(self.sent))
        return "\n".join(parts)

    def answer(self) -> Answer:
        """Return the answer in the form that the other parts use."""
        return Answer(self.status, dict(self.headers), self.content, ended=True)


def normalised(traces: Iterable[Trace]) -> list[Trace]:
    """Return the traces of one recording, by name, without what differs from run to run."""
    by_name = {trace.name: trace for trace in sorted(traces, key=lambda trace: trace.name)}
    substitute = Substitutes({name: trace.text for name, trace in by_name.items()})
    return [
        replace(
            trace,
            path=substitute(trace.path),
            headers={name: substitute(value) for name, value in trace.headers.items()},
            content=substitute(trace.content_text).encode(),
            sent=json.loads(substitute(json.dumps(trace.sent))),
        )
        for trace in by_name.values()
    ]


def write(traces: Iterable[Trace], folder: Path = FOLDER) -> None:
    """Replace the files of the folder: a JSON file for each trace, and a text file for an answer that is no JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for trace in traces:
        answer: dict[str, Any] = {"status": trace.status, "headers": trace.headers}
        if trace.media_type == JSON:
            answer["body"] = json.loads(trace.content)
        elif trace.content:
            answer["text"] = f"{trace.name}.txt"
            (folder / answer["text"]).write_bytes(trace.content)
        exchange = {
            "method": trace.method,
            "path": trace.path,
            "headers": trace.sent_headers,
            "body": trace.sent,
            "answer": answer,
        }
        text = json.dumps(exchange, indent=1, ensure_ascii=False)
        (folder / f"{trace.name}.json").write_text(text + "\n", encoding="utf-8")


def read(folder: Path = FOLDER) -> list[Trace]:
    """Read the traces of a folder, by name."""
    return [_read(file) for file in sorted(folder.glob("*.json"), key=lambda file: file.stem)]


def _read(file: Path) -> Trace:
    exchange = json.loads(file.read_text(encoding="utf-8"))
    answer = exchange["answer"]
    content = json.dumps(answer["body"]).encode() if "body" in answer else b""
    if "text" in answer:
        content = (file.parent / answer["text"]).read_bytes()
    return Trace(
        name=file.stem,
        method=exchange["method"],
        path=exchange["path"],
        status=answer["status"],
        headers=answer["headers"],
        content=content,
        sent_headers=exchange["headers"],
        sent=exchange["body"],
    )
